/**
 * Deadlines: a task that is not done in time is cancelled.
 *
 * @module
 */

import { checkTask, type Coroutine, coroutineOf, type Task } from "../coroutine.ts";
import { ThreadKilledError, TimeoutError } from "../errors.ts";
import { Event, RUNS_COROUTINE } from "../event.ts";
import { Mark, type Outcome } from "../mark.ts";
import type { Thread } from "../thread.ts";
import { Timer } from "../timers.ts";
import type { Wait } from "../wait.ts";
import { checkSeconds } from "./sleep.ts";

/** The mark on the task, which cancels it when its timer fires. */
class Deadline extends Mark {
  readonly #seconds: number;
  readonly #quietly: boolean;
  readonly #timer: DeadlineTimer;

  constructor(thread: Thread, seconds: number, quietly: boolean) {
    super();
    this.#seconds = seconds;
    this.#quietly = quietly;
    this.#timer = new DeadlineTimer(thread, this);
  }

  start(thread: Thread): void {
    // A deadline of 0 needs no clock: it expires at the first block, never before.
    if (this.#seconds === 0) this.expire(thread, true);
    else if (this.#seconds < Infinity) thread.scheduler.setTimer(this.#timer, this.#seconds);
  }

  /**
   * Throws a kill into the task, as the end of a scope does. Code that catches the `TimeoutError` of an inner timeout must
   * not catch this one by mistake.
   */
  expire(thread: Thread, lazily = false): void {
    const error = new ThreadKilledError(`The task was killed: it was not done within ${this.#seconds} s.`);
    thread.cancel(this, error, lazily);
  }

  /** @ignore */
  override leave(
    thread: Thread,
    outcome: Outcome,
    cancel: { readonly error: unknown } | null,
  ): Outcome | Coroutine<unknown> {
    thread.scheduler.clearTimer(this.#timer);
    if (outcome.ok || cancel === null || outcome.value !== cancel.error) return outcome;
    if (this.#quietly) return { ok: true, value: undefined };
    const message = `Not done within ${this.#seconds} s: allow more time, or catch TimeoutError.`;
    return { ok: false, value: new TimeoutError(message, { cause: outcome.value }) };
  }

  /** @ignore */
  override disarm(thread: Thread): void {
    super.disarm(thread);
    thread.scheduler.clearTimer(this.#timer);
  }
}

class DeadlineTimer extends Timer {
  readonly #thread: Thread;
  readonly #mark: Deadline;

  constructor(thread: Thread, mark: Deadline) {
    super();
    this.#thread = thread;
    this.#mark = mark;
  }

  /** @ignore */
  override fire(): void {
    this.#mark.expire(this.#thread);
  }
}

/** Runs a task under a deadline. */
export class TimeoutEvent<T> extends Event<T> {
  readonly #seconds: number;
  readonly #task: Task<T>;
  readonly #quietly: boolean;

  /** Gives `task` a number of `seconds`. If `quietly`, an expired deadline is no error. */
  constructor(seconds: number, task: Task<T>, quietly: boolean) {
    super();
    checkSeconds(seconds, quietly ? "moveOnAfter" : "timeout");
    checkTask(task, quietly ? "moveOnAfter" : "timeout");
    this.#seconds = seconds;
    this.#task = task;
    this.#quietly = quietly;
  }

  /** @ignore */
  override perform(wait: Wait): T {
    const mark = new Deadline(wait.thread, this.#seconds, this.#quietly);
    wait.enter(coroutineOf(this.#task), "timeout", mark);
    mark.start(wait.thread);
    return undefined as T;
  }

  /** @ignore */
  override get unselectable(): string {
    return RUNS_COROUTINE;
  }
}

/**
 * Gives `task` a number of seconds, counted from the yield; if they pass first, it is killed (it sees a
 * `ThreadKilledError`), its clean-up is waited for, and `TimeoutError` is thrown here. A `timeout` of 0 expires as soon as the task
 * has to wait. Of nested deadlines that have passed, the outermost counts.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(
 *   () => bluelet.run(function* () {
 *     yield* bluelet.timeout(0.001, bluelet.sleep(60));
 *   }()),
 *   bluelet.TimeoutError,
 * );
 * ```
 */
export function timeout<T>(seconds: number, task: Task<T>): Event<T> {
  return new TimeoutEvent(seconds, task, false);
}

/**
 * Like `timeout`, but goes on with `undefined` when the time is up.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const value = await bluelet.run(function* () {
 *   return yield* bluelet.moveOnAfter(0.001, bluelet.sleep(60));
 * }());
 * assertEquals(value, undefined);
 * ```
 */
export function moveOnAfter<T>(seconds: number, task: Task<T>): Event<T | undefined> {
  return new TimeoutEvent<T | undefined>(seconds, task, true);
}
