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

/**
 * When the time of a task is up: what `timeout` and `moveOnAfter` give to a function that makes their task, so that the
 * time can be set anew. Any thread may do that, and code outside, too.
 */
export class Deadline extends Timer {
  readonly #thread: Thread;
  readonly #quietly: boolean;
  #seconds: number;
  /** Stands on the task, while that runs. */
  #mark: TimeoutMark | null = null;
  #at = Infinity;
  #expired = false;

  /** @ignore Deadlines are made by `timeout` and `moveOnAfter`. */
  constructor(thread: Thread, seconds: number, quietly: boolean) {
    super();
    this.#thread = thread;
    this.#seconds = seconds;
    this.#quietly = quietly;
  }

  /** When the task is killed, in seconds of the host's clock. */
  get at(): number {
    return this.#at;
  }

  /** Whether the time was up before the task was done. */
  get expired(): boolean {
    return this.#expired;
  }

  /**
   * Gives the task so many `seconds` from now on, whatever it had left: an idle timeout is one that is reset whenever
   * something happens. Does nothing once the time is up, or the task is done.
   */
  reset(seconds: number): void {
    checkSeconds(seconds, "reset");
    if (this.#expired || this.#mark === null || this.#mark.disarmed) return;
    this.#thread.scheduler.clearTimer(this);
    this.#seconds = seconds;
    this.#set(this.#mark);
  }

  /** @ignore The task begins, under `mark`. */
  start(mark: TimeoutMark): void {
    this.#mark = mark;
    this.#set(mark);
  }

  /** @ignore The time does not count any more. */
  stop(): void {
    this.#mark = null;
    this.#thread.scheduler.clearTimer(this);
  }

  #set(mark: TimeoutMark): void {
    const seconds = this.#seconds, { scheduler } = this.#thread;
    if (seconds > 0) {
      // One that never comes is no timer: it must not hide a deadlock.
      this.#at = seconds < Infinity ? scheduler.setTimer(this, seconds) : Infinity;
    } else {
      // It needs no clock: it expires at the first block, never before.
      this.#at = scheduler.host.now();
      this.#expire(mark, true);
    }
  }

  /** @ignore */
  override fire(): void {
    if (this.#mark !== null) this.#expire(this.#mark, false);
  }

  /**
   * What the task is thrown is a kill, as when a scope ends: who catches the `TimeoutError` of a timeout within
   * must not catch this one by mistake.
   */
  #expire(mark: TimeoutMark, lazily: boolean): void {
    this.#expired = true;
    const error = new ThreadKilledError(`The task was killed: it was not done within ${this.#seconds} s.`);
    this.#thread.cancel(mark, error, lazily);
  }

  /** @ignore How a task ends whose time was up. */
  outcome(cause: unknown): Outcome {
    if (this.#quietly) return { ok: true, value: undefined };
    const message = `Not done within ${this.#seconds} s: allow more time, or catch TimeoutError.`;
    return { ok: false, value: new TimeoutError(message, { cause }) };
  }
}

/** Stands on a task that has a deadline. */
class TimeoutMark extends Mark {
  readonly #deadline: Deadline;

  constructor(deadline: Deadline) {
    super();
    this.#deadline = deadline;
  }

  /** @ignore */
  override leave(
    _thread: Thread,
    outcome: Outcome,
    cancel: { readonly error: unknown } | null,
  ): Outcome | Coroutine<unknown> {
    this.#deadline.stop();
    if (outcome.ok || cancel === null || outcome.value !== cancel.error) return outcome;
    return this.#deadline.outcome(cancel.error);
  }

  /** @ignore */
  override disarm(thread: Thread): void {
    super.disarm(thread);
    this.#deadline.stop();
  }
}

/** What is given a time: a task, or a function that makes one and is told its deadline. */
export type TimedTask<T> = Task<T> | ((deadline: Deadline) => Task<T>);

/** Runs a task under a deadline. */
export class TimeoutEvent<T> extends Event<T> {
  readonly #seconds: number;
  readonly #task: TimedTask<T>;
  readonly #quietly: boolean;

  /** Gives `task` so many `seconds`; `quietly` if its time being up is no error. */
  constructor(seconds: number, task: TimedTask<T>, quietly: boolean) {
    super();
    const caller = quietly ? "moveOnAfter" : "timeout";
    checkSeconds(seconds, caller);
    if (typeof task !== "function") checkTask(task, caller);
    this.#seconds = seconds;
    this.#task = task;
    this.#quietly = quietly;
  }

  /** @ignore */
  override perform(wait: Wait): T {
    const deadline = new Deadline(wait.thread, this.#seconds, this.#quietly);
    const mark = new TimeoutMark(deadline);
    wait.enter(coroutineOf(this.#made(deadline)), "timeout", mark);
    deadline.start(mark);
    return undefined as T;
  }

  #made(deadline: Deadline): Task<T> {
    const task = this.#task;
    if (typeof task !== "function") return task;
    const made = task(deadline);
    checkTask(made, this.#quietly ? "moveOnAfter" : "timeout");
    return made;
  }

  /** @ignore */
  override get unselectable(): string {
    return RUNS_COROUTINE;
  }
}

/**
 * Gives `task` so many seconds, from the yield on; if they pass first, it is killed (it sees a
 * `ThreadKilledError`), its clean-up is waited for, and `TimeoutError` is thrown here. A `timeout` of 0 expires as soon as the task
 * has to wait. Of nested deadlines that have passed, the outermost counts.
 *
 * Given a function, it calls that with the {@linkcode Deadline}, which can be reset.
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
 *
 * @example An idle timeout: as long as something comes, it goes on
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { simulate } from "@x/bluelet/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * function* reader(words: bluelet.Channel<string>) {
 *   yield* bluelet.moveOnAfter(10, function* (deadline) {
 *     while (true) {
 *       log.push(yield* words.receive());
 *       deadline.reset(10);
 *     }
 *   });
 * }
 * await simulate(function* () {
 *   const words = new bluelet.Channel<string>();
 *   yield* bluelet.spawn(reader, words);
 *   for (const word of ["one", "two", "three"]) {
 *     yield* bluelet.sleep(5);
 *     yield* words.send(word);
 *   }
 * });
 * assertEquals(log, ["one", "two", "three"]);
 * ```
 */
export function timeout<T>(seconds: number, task: TimedTask<T>): Event<T> {
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
export function moveOnAfter<T>(seconds: number, task: TimedTask<T>): Event<T | undefined> {
  return new TimeoutEvent<T | undefined>(seconds, task, true);
}
