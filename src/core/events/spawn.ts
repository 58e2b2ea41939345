/**
 * Starting a coroutine as a thread of its own.
 *
 * @module
 */

import {
  checkTarget,
  type Coroutine,
  coroutineFrom,
  type CoroutineFunction,
  namedAfter,
  type Target,
} from "../coroutine.ts";
import { Event } from "../event.ts";
import type { Thread } from "../thread.ts";
import type { Wait } from "../wait.ts";

/** Starts a thread; results in it. */
export class SpawnEvent<T> extends Event<Thread<T>> {
  readonly #target: Target<T>;
  readonly #args: unknown[];

  /** Spawns `target`, or what it makes of `args` at each yield. */
  constructor(target: Target<T>, args: unknown[] = []) {
    super();
    checkTarget(target, "spawn");
    this.#target = target;
    this.#args = args;
  }

  /** @ignore */
  override perform(wait: Wait): Thread<T> {
    const target = this.#target;
    return wait.thread.innermost.start(coroutineFrom(target, this.#args, "spawn"), namedAfter(target));
  }
}

/**
 * Starts a thread and goes on; results in the {@linkcode Thread}. It belongs to the innermost scope that is
 * open here. Given a function, it calls that with `args` at the yield and names the thread after it.
 *
 * Throws `TypeError` if it is given no coroutine, or one that was started before.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * function* square(n: number) {
 *   yield* bluelet.null();
 *   return n * n;
 * }
 * const result = await bluelet.run(function* () {
 *   const thread = yield* bluelet.spawn(square, 7);
 *   return yield* bluelet.join(thread);
 * }());
 * assertEquals(result, 49);
 * ```
 */
export function spawn<T>(coroutine: Coroutine<T>): Event<Thread<T>>;
/** Starts a thread that runs `fn(...args)` and is named after `fn`. */
export function spawn<A extends unknown[], T>(fn: CoroutineFunction<A, T>, ...args: A): Event<Thread<T>>;
export function spawn<A extends unknown[], T>(
  target: Coroutine<T> | CoroutineFunction<A, T>,
  ...args: A
): Event<Thread<T>> {
  return new SpawnEvent(target as CoroutineFunction<unknown[], T>, args);
}
