/**
 * Running a coroutine as a part of the thread.
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
import { Event, RUNS_COROUTINE } from "../event.ts";
import type { Wait } from "../wait.ts";

/** Runs a coroutine as a part of the thread; results in its value. */
export class DelegationEvent<T> extends Event<T> {
  readonly #target: Target<T>;
  readonly #args: unknown[];

  /** Calls `target`, or what it makes of `args` at each yield. */
  constructor(target: Target<T>, args: unknown[] = []) {
    super();
    checkTarget(target, "call");
    this.#target = target;
    this.#args = args;
  }

  /** @ignore */
  override perform(wait: Wait): T {
    const target = this.#target;
    return wait.enter(coroutineFrom(target, this.#args, "call"), namedAfter(target)) as T;
  }

  /** @ignore */
  override get unselectable(): string {
    return RUNS_COROUTINE;
  }
}

/**
 * Runs a coroutine as a part of this thread and results in its value; its error is thrown here.
 * `yield coroutine` means the same. However deep the calls, going on costs the same.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * function* factorial(n: number): bluelet.Coroutine<number> {
 *   return n < 2 ? 1 : n * (yield* bluelet.call(factorial, n - 1));
 * }
 * assertEquals(await bluelet.run(factorial(5)), 120);
 * ```
 */
export function call<T>(coroutine: Coroutine<T>): Event<T>;
/** Runs `fn(...args)` as a part of this thread. */
export function call<A extends unknown[], T>(fn: CoroutineFunction<A, T>, ...args: A): Event<T>;
export function call<A extends unknown[], T>(
  target: Coroutine<T> | CoroutineFunction<A, T>,
  ...args: A
): Event<T> {
  return new DelegationEvent(target as CoroutineFunction<unknown[], T>, args);
}
