/**
 * Four ways to fetch the same addresses: one after another, by threads of the system, by processes, by Bluelet.
 * All of them fetch with the same function; what differs is what runs it.
 *
 * @module
 */

import { type Coroutine, Pool, promise, suspend, timeout, TimeoutError } from "../../mod.ts";
import { workerFrom } from "./demo_site.ts";

/** What came from an address, or how that failed. */
export type Content = string;

/** A way to fetch addresses. It is called what Python's Bluelet called it in its table. */
export interface Way {
  name: "sequential" | "threads" | "processes" | "bluelet";
  /** How many addresses are fetched at a time. */
  atATime: number;
  fetch(url: string): Coroutine<Content>;
}

/** All of them. */
export const WAYS: Way[] = [
  { name: "sequential", atATime: 1, fetch: inGreenThread },
  { name: "threads", atATime: 10, fetch: inThread },
  { name: "processes", atATime: 10, fetch: inProcess },
  { name: "bluelet", atATime: 10, fetch: inGreenThread },
];

/**
 * Fetches all addresses in one way, and gives each so many seconds, the start of a thread or process included.
 * Results in what came, in the same order.
 */
export function* fetchAll(way: Way, urls: string[], seconds: number): Coroutine<Content[]> {
  return yield* new Pool(way.atATime).map(function* (url) {
    try {
      return yield* timeout(seconds, way.fetch(url));
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      return `failed: no answer within ${seconds} s`;
    }
  }, urls);
}

/**
 * What came from an address; of a long answer, the beginning. Its source is sent to workers and processes, so it
 * may use nothing from outside.
 */
async function contentOf(url: string, signal?: AbortSignal): Promise<Content> {
  const mostBytes = 100_000;
  try {
    const response = await fetch(url, { signal: signal ?? null, redirect: "manual" });
    const location = response.headers.get("location");
    if (location !== null) {
      await response.body?.cancel();
      return `moved to ${location}`;
    }
    const decoder = new TextDecoder();
    let content = "", bytes = 0;
    for await (const chunk of response.body ?? []) {
      content += decoder.decode(chunk.subarray(0, mostBytes - bytes), { stream: true });
      bytes += chunk.length;
      if (bytes >= mostBytes) break; // which cancels the rest
    }
    return content + decoder.decode();
  } catch (error) {
    return `failed: ${(error as Error).message}`;
  }
}

/** In a green thread. Being killed aborts the request. */
function* inGreenThread(url: string): Coroutine<Content> {
  return yield* promise((signal) => contentOf(url, signal));
}

/** In a Web Worker, which is a thread of the operating system with a JavaScript engine of its own. */
function* inThread(url: string): Coroutine<Content> {
  const worker = workerFrom(`onmessage = async ({ data }) => postMessage(await (${contentOf})(data));`);
  try {
    return yield* suspend<Content>((resume, raise) => {
      worker.onmessage = (event) => resume(event.data);
      worker.onerror = (event) => {
        event.preventDefault();
        raise(new Error(`A thread failed: ${event.message}`));
      };
      worker.postMessage(url);
    }, { what: "a worker" });
  } finally {
    worker.terminate();
  }
}

/** In a process that may connect to that one host. Being killed kills it. */
function* inProcess(url: string): Coroutine<Content> {
  const options = ["--quiet", "--no-config", "--no-lock", `--allow-net=${new URL(url).host}`];
  const code = `console.log(JSON.stringify(await (${contentOf})(Deno.args[0])));`;
  const program = `data:application/javascript,${encodeURIComponent(code)}`;
  const { stdout, stderr, code: exitCode } = yield* promise((signal) =>
    new Deno.Command(runnable()!, { args: ["run", ...options, program, url], stdin: "null", signal }).output()
  );
  const decoder = new TextDecoder();
  if (exitCode !== 0) throw new Error(`A process failed: ${decoder.decode(stderr)}`);
  return JSON.parse(decoder.decode(stdout));
}

/** What may be run to start Deno; nothing if that is not permitted. */
export function runnable(): string | undefined {
  return ["deno", Deno.execPath()].find((command) =>
    Deno.permissions.querySync({ name: "run", command }).state === "granted"
  );
}
