/**
 * Trying again what failed, with longer and longer pauses.
 *
 * @module
 */

import {
  checkSeconds,
  checkTask,
  type Coroutine,
  describe,
  Event,
  isKill,
  Mark,
  type Outcome,
  RUNS_COROUTINE,
  sleep,
  type Task,
  type Wait,
} from "../core/mod.ts";

/** Options for {@linkcode retry}. */
export interface RetryOptions {
  /** How often the task is tried at most; `Infinity` is allowed. Default 5. */
  attempts?: number;
  /** Seconds of pause after the first attempt. Default 0.1. */
  delay?: number;
  /** How many times longer each pause is than the one before. Default 2. */
  factor?: number;
  /** The longest pause, in seconds. Default 30. */
  maxDelay?: number;
  /** Whether each pause is cut by chance, to between half and all of it, so that many do not try at once. Default `true`. */
  jitter?: boolean;
  /** Whether to try again after this error of this attempt. Left out, after every error. */
  if?: (error: unknown, attempt: number) => boolean;
}

/** Makes the task of one attempt; the first is attempt 1. */
type Attempt<T> = (attempt: number) => Task<T>;

/** Stands on the attempts: it is disarmed by a cancel from further out, after which nothing is tried again. */
class AttemptsMark extends Mark {
  override leave(_thread: unknown, outcome: Outcome): Outcome {
    return outcome;
  }
}

class RetryEvent<T> extends Event<T> {
  readonly #task: Attempt<T>;
  readonly #attempts: number;
  readonly #delay: number;
  readonly #factor: number;
  readonly #maxDelay: number;
  readonly #jitter: boolean;
  readonly #if: ((error: unknown, attempt: number) => boolean) | undefined;

  constructor(task: Attempt<T>, options: RetryOptions) {
    super();
    const { attempts = 5, delay = 0.1, factor = 2, maxDelay = 30, jitter = true } = options;
    if (typeof task !== "function") {
      throw new TypeError(
        `retry() takes a function that makes the task of an attempt; got ${describe(task)}.`,
      );
    }
    if (!(attempts === Infinity || Number.isInteger(attempts) && attempts >= 1)) {
      throw new RangeError(
        `retry() makes a whole number of attempts, 1 or more, or Infinity; got ${attempts}.`,
      );
    }
    checkSeconds(delay, "retry");
    checkSeconds(maxDelay, "retry");
    if (!(Number.isFinite(factor) && factor >= 0)) {
      throw new RangeError(`retry() takes a factor that is a number, 0 or more; got ${factor}.`);
    }
    if (options.if !== undefined && typeof options.if !== "function") {
      throw new TypeError(
        `retry() takes a function (error, attempt) => boolean as \`if\`; got ${describe(options.if)}.`,
      );
    }
    this.#task = task;
    this.#attempts = attempts;
    this.#delay = Math.min(delay, maxDelay);
    this.#factor = factor;
    this.#maxDelay = maxDelay;
    this.#jitter = jitter;
    this.#if = options.if;
  }

  override perform(wait: Wait): T {
    const mark = new AttemptsMark();
    return wait.enter(this.#trying(mark), "retry", mark) as T;
  }

  *#trying(mark: Mark): Coroutine<T> {
    let pause = this.#delay;
    for (let attempt = 1;; attempt++) {
      let mistake = false;
      try {
        const task = this.#task(attempt);
        mistake = true; // which gets no better by being repeated
        checkTask(task, "retry");
        mistake = false;
        return yield task;
      } catch (error) {
        // What the clean-up of a kill throws takes its place, and is no more to be retried.
        if (mistake || mark.disarmed || isKill(error)) throw error;
        if (attempt >= this.#attempts || !(this.#if?.(error, attempt) ?? true)) throw error;
      }
      yield sleep(this.#jitter ? pause * (1 + Math.random()) / 2 : pause);
      pause = Math.min(pause * this.#factor, this.#maxDelay);
    }
  }

  override get unselectable(): string {
    return RUNS_COROUTINE;
  }
}

/**
 * Runs `task(1)`; if that fails, after a pause `task(2)`, and so on. Results in the value of the first that succeeds. When
 * all `attempts` have failed, or `if` says no, the last error is thrown.
 *
 * A kill is never retried, nor is a deadline or a failed scope from outside, whatever the clean-up throws. A deadline of
 * one attempt is written inside: `retry(() => timeout(1, fetchIt()))`.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * function* flaky(attempt: number) {
 *   yield* bluelet.null();
 *   if (attempt < 3) throw new Error("not yet");
 *   return `attempt ${attempt}`;
 * }
 * const value = await bluelet.run(function* () {
 *   return yield* bluelet.retry(flaky, { delay: 0.001 });
 * }());
 * assertEquals(value, "attempt 3");
 * ```
 */
export function retry<T>(task: (attempt: number) => Task<T>, options: RetryOptions = {}): Event<T> {
  return new RetryEvent(task, options);
}
