/**
 * A slow little web API in a Web Worker: what the crawler fetches when it is given nothing else.
 *
 * @module
 */

import { type Coroutine, suspend } from "../../mod.ts";

/** What the worker does. Its source is sent to it, so it may use nothing from outside. */
function serve(): void {
  const messages: Record<string, string> = {
    ada: "The engine weaves algebraical patterns.",
    alan: "We can only see a short distance ahead.",
    barbara: "Here is the abstraction; now hide it.",
    dennis: "hello, world",
    donald: "Premature optimization is the root of all evil.",
    edsger: "Simplicity is a prerequisite for reliability.",
    grace: "Found: one moth.",
    ken: "When in doubt, use brute force.",
    margaret: "There was no choice but to be pioneers.",
    niklaus: "Software gets slower faster than hardware gets faster.",
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const name = new URL(request.url).pathname.slice(1);
    const message = messages[name];
    if (message === undefined) return new Response("Nobody of that name.\n", { status: 404 });
    await new Promise((resolve) => setTimeout(resolve, 100 + 40 * (name.length % 5))); // it thinks hard
    return Response.json({ name, message });
  });
  const urls = Object.keys(messages).map((name) => `http://127.0.0.1:${server.addr.port}/${name}`);
  (globalThis as unknown as Worker).postMessage(urls);
}

/**
 * A worker that runs `code`, a function. Workers from files need permission to read these; one from a blob
 * needs none.
 */
export function workerFrom(code: () => void): Worker {
  const url = URL.createObjectURL(new Blob([`(${code})();`], { type: "application/javascript" }));
  const worker = new Worker(url, { type: "module" });
  URL.revokeObjectURL(url);
  return worker;
}

/** Starts the API. Results in its worker, to be terminated, and in the addresses of all that it has. */
export function* startApi(): Coroutine<{ worker: Worker; urls: string[] }> {
  // What a worker lacks shows as an error of the worker; what this thread lacks can be told before.
  if (Deno.permissions.querySync({ name: "net", host: "127.0.0.1" }).state !== "granted") {
    throw new Deno.errors.NotCapable(
      'Requires net access to "127.0.0.1", run again with the --allow-net flag',
    );
  }
  const worker = workerFrom(serve);
  const urls = yield* suspend<string[]>((resume, raise) => {
    worker.onmessage = (event) => resume(event.data);
    worker.onerror = (event) => {
      event.preventDefault();
      raise(new Error(`The API did not start: ${event.message}`));
    };
    return () => worker.terminate();
  }, { what: "the API to start" });
  return { worker, urls };
}
