/**
 * Values that belong to a thread.
 *
 * @module
 */

import { current } from "../core/mod.ts";

/**
 * A variable that has a value of its own in every thread. A thread starts with the value that its parent had when it
 * spawned it; what either sets later does not reach the other. The values go with the thread. (gevent's greenlet
 * local storage. A child inherits the value itself, so an object is shared until one of the threads sets another.)
 *
 * Reading or setting it outside any thread throws.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const request = new bluelet.Local("none");
 * const log: string[] = [];
 * function* handler(id: string) {
 *   request.set(id);
 *   yield* bluelet.null();
 *   log.push(request.get());
 * }
 * await bluelet.run(function* () {
 *   yield* bluelet.all([handler("a"), handler("b")]);
 *   log.push(request.get());
 * }());
 * assertEquals(log, ["a", "b", "none"]);
 * ```
 */
export class Local<T> {
  readonly #initial: T;

  /** Makes a variable that is `initial` in every thread that neither set nor inherited another value. */
  constructor(initial: T) {
    this.#initial = initial;
  }

  /** The value in the current thread. */
  get(): T {
    const { locals } = current();
    return locals !== null && locals.has(this) ? locals.get(this) as T : this.#initial;
  }

  /** Sets the value in the current thread. */
  set(value: T): void {
    const thread = current();
    // Replaced, never changed: the map may be shared with child threads, which keep the values that they started with.
    thread.locals = new Map(thread.locals ?? []).set(this, value);
  }
}
