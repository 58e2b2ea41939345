/**
 * A slow little web site in a Web Worker: what is fetched if no address is given. Each person's page is JSON;
 * the front page links to them, and has one link that is broken and one that crawlers are to leave alone.
 *
 * @module
 */

import { type Coroutine, suspend } from "../../mod.ts";
import { requireNet } from "./permissions.ts";

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
  const links = [...Object.keys(messages), "countess", "charles", "secret"];
  const frontPage = `<title>People</title>${
    links.map((name) => `<p><a href="${name}">${name}</a>`).join("")
  }`;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const name = new URL(request.url).pathname.slice(1);
    if (name === "") {
      return new Response(frontPage, { headers: { "content-type": "text/html; charset=utf-8" } });
    }
    if (name === "robots.txt") return new Response("User-agent: *\nDisallow: /secret\n");
    if (name === "countess") return new Response(null, { status: 301, headers: { location: "/ada" } });
    const message = messages[name];
    if (message === undefined) return new Response("Nobody of that name.\n", { status: 404 });
    await new Promise((resolve) => setTimeout(resolve, 100 + 40 * (name.length % 5))); // it thinks hard
    return Response.json({ name, message });
  });
  const front = `http://127.0.0.1:${server.addr.port}/`;
  const site = { front, people: Object.keys(messages).map((name) => front + name) };
  (globalThis as unknown as Worker).postMessage(site);
}

/** Where the site is. */
export interface DemoSite {
  front: string;
  people: string[];
}

/**
 * A worker that runs `code`, a function. Workers from files need permission to read these; one from a blob
 * needs none.
 */
export function workerFrom(code: string): Worker {
  const url = URL.createObjectURL(new Blob([code], { type: "application/javascript" }));
  const worker = new Worker(url, { type: "module" });
  URL.revokeObjectURL(url);
  return worker;
}

/** Runs `task` while the site is up. */
export function* withDemoSite<T>(task: (site: DemoSite) => Coroutine<T>): Coroutine<T> {
  // What a worker lacks shows as an error of the worker; what this thread lacks can be told before.
  requireNet("127.0.0.1");
  const worker = workerFrom(`(${serve})();`);
  try {
    const site = yield* suspend<DemoSite>((resume, raise) => {
      worker.onmessage = (event) => resume(event.data);
      worker.onerror = (event) => {
        event.preventDefault();
        raise(new Error(`The site did not start: ${event.message}`));
      };
    }, { what: "the site to start" });
    return yield* task(site);
  } finally {
    worker.terminate();
  }
}
