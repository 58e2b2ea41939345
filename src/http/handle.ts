/**
 * Coroutines as handlers of servers that know nothing of threads.
 *
 * @module
 */

import { type Coroutine, describe } from "../core/mod.ts";
import { Exchange } from "./exchange.ts";
import { background } from "./owners.ts";

/**
 * Makes a coroutine function a handler for `Deno.serve`, Hono, and whatever else calls a function with a `Request` (or
 * with a context that has one, as Hono's) and awaits a `Response`.
 *
 * Each request has a thread, named after its method and path, in the asynchronous context in which it came. If the client
 * goes before the answer is there, the thread is killed, and its clean-up runs. An error rejects the promise, for
 * the server to answer. Threads that the handler spawned go on when it has returned; what they throw then is printed.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { handle } from "@x/bluelet/http";
 * import { assertEquals } from "@std/assert";
 *
 * const hello = handle(function* (request: Request) {
 *   yield* bluelet.sleep(0.001);
 *   return new Response(`hello, ${new URL(request.url).pathname}`);
 * });
 * // Deno.serve(hello), or with Hono: app.get("/", handle(function* (c) { ... }))
 * const response = await hello(new Request("http://localhost/you"));
 * assertEquals(await response.text(), "hello, /you");
 * ```
 */
export function handle<A extends unknown[], T = Response>(
  handler: (...args: A) => Coroutine<T>,
): (...args: A) => Promise<T> {
  if (typeof handler !== "function") {
    throw new TypeError(`handle() takes a generator function (function*); got ${describe(handler)}.`);
  }
  const call = handler as (...args: unknown[]) => Coroutine<T>;
  // Two parameters by name: `Deno.serve` makes neither the request nor what it tells of it for a function without any.
  const handling = (first: unknown, second: unknown, ...rest: unknown[]) =>
    new Promise<T>((resolve) => {
      new Exchange(requestIn(first), () => call(first, second, ...rest), resolve).begin(background());
    });
  return handling as (...args: unknown[]) => Promise<T>;
}

/** The request that a server called its handler with: on its own, or in a context. */
function requestIn(first: unknown): Request {
  if (first instanceof Request) return first;
  const { req, request } = Object(first) as { req?: Request | { raw?: unknown }; request?: unknown };
  for (const found of [(req as { raw?: unknown } | undefined)?.raw, req, request]) {
    if (found instanceof Request) return found;
  }
  throw new TypeError(
    `handle() makes a handler that is called with a Request, or a context that has one; got ${
      describe(first)
    }.`,
  );
}
