/**
 * How `race` and `any` wait: for the first task that ends, or for the first that has a value.
 *
 * Events wait side by side, as the cases of a `select` do, and coroutines have threads of their own. When one
 * has won, the others are taken back or killed at that very moment, so that they cannot take anything any more.
 *
 * @module
 */

import { coroutineOf, type Task } from "../coroutine.ts";
import { sharedKill } from "../errors.ts";
import { Event, type SUSPENDED } from "../event.ts";
import type { Scheduler } from "../scheduler.ts";
import type { Scope } from "../scope.ts";
import type { Thread } from "../thread.ts";
import type { Wait } from "../wait.ts";
import { SelectWait } from "./select_wait.ts";
import { isTimer, NullEvent } from "./sleep.ts";

/** `race` ends with the first task that ends, `any` with the first that has a value. */
export type ContestKind = "race" | "any";

const LOST = sharedKill("another task was first");

/** Waits for the first of the tasks of a race, whose scope is open. It is yielded once. */
export class Contest extends Event<unknown> {
  readonly #scope: Scope;
  readonly #tasks: readonly Task<unknown>[];
  readonly #kind: ContestKind;

  constructor(scope: Scope, tasks: readonly Task<unknown>[], kind: ContestKind) {
    super();
    this.#scope = scope;
    this.#tasks = tasks;
    this.#kind = kind;
  }

  override perform(wait: Wait): unknown | typeof SUSPENDED {
    const whole = new ContestWait(wait, this.#scope, this.#tasks.length, this.#kind);
    wait.slot = whole;
    const timers: number[] = [];
    this.#tasks.forEach((task, place) => {
      if (!waitsInPlace(task)) whole.start(task, place);
      else if (isTimer(task)) timers.push(place);
      else if (!whole.over) whole.begin(task, place);
    });
    // Timers begin last, so that they do not win against a task that is ready.
    for (const place of timers) if (!whole.over) whole.begin(this.#tasks[place] as Event, place);
    return whole.outcome();
  }

  override withdraw(wait: Wait): void {
    (wait.slot as ContestWait).withdraw();
  }

  override describe(): string {
    return `the first of ${this.#tasks.length} tasks`;
  }

  override get outside(): boolean {
    return this.#tasks.some((task) => waitsInPlace(task) && task.outside);
  }

  override *sharedWith(scheduler: Scheduler): Iterable<Scheduler> {
    for (const task of this.#tasks) if (waitsInPlace(task)) yield* task.sharedWith(scheduler);
  }
}

/** Whether `task` needs no thread. `null()` does: it is done when all other threads have had their turn. */
function waitsInPlace(task: Task<unknown>): task is Event {
  return task instanceof Event && task.unselectable === null && !(task instanceof NullEvent);
}

/** The tasks of one race, and how they ended. */
class ContestWait extends SelectWait {
  readonly #scope: Scope;
  readonly #kind: ContestKind;
  /** The threads of the tasks that have one, by their places. */
  readonly #threads = new Map<Thread, number>();
  /** The errors of tasks that failed and do not count. */
  readonly #failures: unknown[];
  #left: number;

  constructor(wait: Wait, scope: Scope, count: number, kind: ContestKind) {
    super(wait);
    this.#scope = scope;
    this.#kind = kind;
    this.#failures = new Array(count);
    this.#left = count;
    scope.keepsValue = true;
    scope.supervise = (error, thread) => {
      if (!this.#tookPart(thread)) throw error;
    };
    if (count === 0 && kind === "any") this.end(false, this.#noneCounted());
  }

  /** Starts the task at `place` in a thread of its own. */
  start(task: Task<unknown>, place: number): void {
    const thread = this.#scope.start(coroutineOf(task), this.#kind) as Thread;
    this.#threads.set(thread, place);
    // It never runs if it has lost already.
    if (this.over) thread.cancel(null, LOST);
    else {thread.onEnd(() => {
        const ok = thread.state === "done";
        this.caseEnded(place, ok, ok ? thread.outcome() : thread.failure);
      });}
  }

  protected override caseEnded(place: number, ok: boolean, value: unknown): void {
    if (this.over) return;
    if (ok || this.#kind === "race") return this.end(ok, value);
    this.#failures[place] = value;
    if (--this.#left === 0) this.end(false, this.#noneCounted());
  }

  protected override end(ok: boolean, result: unknown): void {
    super.end(ok, result);
    for (const thread of this.#threads.keys()) thread.cancel(null, LOST);
  }

  #noneCounted(): AggregateError {
    return new AggregateError(this.#failures, `All ${this.#failures.length} tasks of any() failed.`);
  }

  /** Whether the failure of `thread` is the outcome of a task, and not of clean-up or of another thread. */
  #tookPart(thread: Thread): boolean {
    if (!this.#threads.has(thread)) return false;
    return !thread.isUnwinding || !this.over && !this.#scope.cancelled;
  }
}
