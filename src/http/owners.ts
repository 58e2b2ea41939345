/**
 * Whose the threads of requests are: a scope that outlives each request, since the body of an answer is made when the
 * handler has ended, and a WebSocket is talked to.
 *
 * @module
 */

import { Scheduler, type Scope, suspend } from "../core/mod.ts";
import { currentOrNull } from "../core/internal.ts";

/** Is told of an error that nobody can be answered with. */
export type Report = (error: unknown, request: Request) => void;

/** The scopes that own threads of requests, and who is told of their errors. */
const owners = new WeakMap<Scope, Report>();

/** Makes `scope` own the threads of requests whose handlers run in it. It has to be supervised. */
export function own(scope: Scope, report: Report): void {
  owners.set(scope, report);
}

/** Who is told of the errors of what belongs to `owner`. */
export function reportOf(owner: Scope): Report {
  return owners.get(owner) ?? print;
}

/** The owner of the request that the current thread belongs to, or else its run; outside any thread, `background`. */
export function ownerHere(): Scope {
  const thread = currentOrNull();
  if (thread === null) return background();
  let { scope } = thread;
  while (!owners.has(scope) && scope.owner !== null) ({ scope } = scope.owner);
  return scope;
}

let outside: Scope | null = null;

/** The owner of requests that come from outside any run. */
export function background(): Scope {
  if (outside !== null) return outside;
  const scheduler = new Scheduler({ asyncContext: true });
  scheduler.hold(); // the next request may be what a thread waits for
  outside = scheduler.spawn(function* requests() {
    yield suspend(() => {}, { what: "requests" });
  }).scope;
  outside.supervise = () => {}; // each tells of its errors itself
  own(outside, print);
  return outside;
}

/** Prints it. */
export function print(error: unknown, { method, url }: Request): void {
  console.error(`${method} ${url} failed:`, error);
}
