/**
 * Four ways to fetch the same addresses: one after another, by threads of the system, by processes, by Bluelet.
 *
 * @module
 */

import { all, type Coroutine, promise, suspend } from "../../mod.ts";
import { workerFrom } from "./api.ts";

/** What came from an address, or how that failed. */
export type Content = string;

/** A way to fetch addresses: what came, in the same order. */
export interface Way {
  name: string;
  fetchAll(urls: string[]): Coroutine<Content[]>;
}

/** All of them. */
export const WAYS: Way[] = [
  { name: "one after another", fetchAll: sequentially },
  { name: "by threads", fetchAll: (urls) => inParallel(urls.map(byThread)) },
  { name: "by processes", fetchAll: (urls) => inParallel(urls.map(byProcess)) },
  { name: "by Bluelet", fetchAll: (urls) => inParallel(urls.map(byBluelet)) },
];

function* inParallel(tasks: Coroutine<Content>[]): Coroutine<Content[]> {
  return yield* all(tasks);
}

function* sequentially(urls: string[]): Coroutine<Content[]> {
  const contents: Content[] = [];
  for (const url of urls) contents.push(yield* byBluelet(url));
  return contents;
}

/** In a green thread. Being killed aborts the request. */
function* byBluelet(url: string): Coroutine<Content> {
  return yield* promise((signal) => contentOf(url, signal));
}

async function contentOf(url: string, signal: AbortSignal): Promise<Content> {
  try {
    const response = await fetch(url, { signal });
    return await response.text();
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return `failed: ${(error as Error).message}`;
  }
}

/** In a Web Worker, which is a thread of the operating system with a JavaScript engine of its own. */
function* byThread(url: string): Coroutine<Content> {
  const worker = workerFrom(fetcher);
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

/** The source of the workers; it may use nothing from outside. */
function fetcher(): void {
  const scope = globalThis as unknown as Worker;
  scope.onmessage = async ({ data: url }) => {
    try {
      const response = await fetch(url);
      scope.postMessage(await response.text());
    } catch (error) {
      scope.postMessage(`failed: ${(error as Error).message}`);
    }
  };
}

/** The program of the processes, which is all in its command line. */
const PROGRAM = `
  try {
    const response = await fetch(Deno.args[0]);
    console.log(JSON.stringify(await response.text()));
  } catch (error) {
    console.log(JSON.stringify("failed: " + error.message));
  }`;

/** What may be run to start Deno; nothing if that is not permitted. */
export function runnable(): string | undefined {
  return ["deno", Deno.execPath()].find((command) =>
    Deno.permissions.querySync({ name: "run", command }).state === "granted"
  );
}

/** In a process that may connect to that one host. Being killed kills it. */
function* byProcess(url: string): Coroutine<Content> {
  const options = ["--quiet", "--no-config", "--no-lock", `--allow-net=${new URL(url).host}`];
  const program = `data:application/javascript,${encodeURIComponent(PROGRAM)}`;
  const { stdout, stderr, code } = yield* promise((signal) =>
    new Deno.Command(runnable()!, { args: ["run", ...options, program, url], stdin: "null", signal }).output()
  );
  const decoder = new TextDecoder();
  if (code !== 0) throw new Error(`A process failed: ${decoder.decode(stderr)}`);
  return JSON.parse(decoder.decode(stdout));
}
