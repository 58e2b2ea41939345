/**
 * Starting coroutines, as threads (spawn) or as parts of one (call), and ending them.
 *
 * @module
 */

import {
  checkTarget,
  type Coroutine,
  coroutineFrom,
  type CoroutineFunction,
  type Named,
} from "./coroutine.ts";
import { Event, type SUSPENDED } from "./event.ts";
import type { Thread } from "./thread.ts";

/** Results in its value, at once. */
export class ValueEvent<T> extends Event<T> {
  /** Holds `value`. */
  constructor(
    /** What the event results in. */
    readonly value: T,
  ) {
    super();
  }

  /** @ignore */
  override perform(): T {
    return this.value;
  }
}

/** Throws its error at the yield. */
export class ExceptionEvent extends Event<never> {
  /** Holds `error`. */
  constructor(
    /** What is thrown. */
    readonly error: unknown,
  ) {
    super();
  }

  /** @ignore */
  override perform(): never {
    throw this.error;
  }
}

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
  override perform(thread: Thread): Thread<T> {
    const target = this.#target;
    return thread.innermost.start(coroutineFrom(target, this.#args, "spawn"), namedAfter(target));
  }
}

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
  override perform(thread: Thread): T {
    const target = this.#target;
    return thread.enter(coroutineFrom(target, this.#args, "call"), namedAfter(target)) as T;
  }
}

/** A coroutine, or a function that makes one. */
type Target<T> = Coroutine<T> | CoroutineFunction<unknown[], T>;

function namedAfter(target: Target<unknown>): Named {
  return typeof target === "function" ? target : "";
}

/** Ends the current coroutine. */
export class ReturnEvent<T> extends Event<never> {
  /** Ends it with `value`. */
  constructor(
    /** What the event results in. */
    readonly value: T,
  ) {
    super();
  }

  /** @ignore */
  override perform(thread: Thread): typeof SUSPENDED {
    return thread.return(this.value);
  }

  /** @ignore */
  override get handsOver(): boolean {
    return false;
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

/**
 * Ends the current coroutine as `return value` would, `finally` blocks included. The current coroutine is
 * the one that `spawn`, `call` or a plain `yield` started: inside a native `yield*`, write `return`.
 */
export function end(): Event<never>;
/** Ends the current coroutine with `value`. */
export function end<T>(value: T): Event<never>;
export function end<T>(value?: T): Event<never> {
  return new ReturnEvent(value);
}
