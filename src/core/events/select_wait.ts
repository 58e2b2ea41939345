/**
 * Several waits of one thread: one of them happens, and the others are taken back. `select` and `race` are built on this.
 *
 * @module
 */

import { type Event, RUNS_COROUTINE, SUSPENDED } from "../event.ts";
import type { Scheduler } from "../scheduler.ts";
import type { Thread } from "../thread.ts";
import type { Wait } from "../wait.ts";

/** One wait for several events. In nested selects, a case of the outer one waits for the whole inner one. */
export class SelectWait {
  /** The wait for the whole `select`. */
  readonly wait: Wait;
  /** The outermost wait, of nested selects. */
  readonly root: SelectWait;
  /** The cases that have begun and not happened. */
  readonly #waiting: SelectCase[] = [];
  #over = false;
  /** Whether the cases are still being begun, so that what happens is kept for `outcome`. */
  #beginning = true;
  #ok = true;
  #result: unknown = SUSPENDED;

  constructor(wait: Wait) {
    this.wait = wait;
    this.root = wait instanceof SelectCase ? wait.whole.root : this;
  }

  /** Whether a case has happened, or the whole was taken back. */
  get over(): boolean {
    return this.#over;
  }

  /** Begins the case `key`, which waits for `event`. Returns whether a case has happened. */
  begin(event: Event<unknown>, key: string | number): boolean {
    const one = new SelectCase(this, event, key);
    try {
      const value = one.perform();
      if (value !== SUSPENDED) this.happened(one, true, value);
      else if (!this.#over) this.#waiting.push(one);
      else if (!one.over) one.withdraw();
    } catch (error) {
      this.happened(one, false, error);
    }
    return this.#over;
  }

  /** The result of the select's `perform`. */
  outcome(): unknown {
    this.#beginning = false;
    if (!this.#ok) throw this.#result;
    return this.#result;
  }

  /** `one` happened: with `value`, or, unless `ok`, as this error. */
  happened(one: SelectCase, ok: boolean, value: unknown): void {
    if (this.#over) return;
    one.over = true;
    this.caseEnded(one.key, ok, value);
  }

  /** The case `key` happened. */
  protected caseEnded(key: string | number, ok: boolean, value: unknown): void {
    this.end(ok, ok ? { case: key, value } : value);
  }

  /** Ends the whole, as `result`; the other cases are taken back. */
  protected end(ok: boolean, result: unknown): void {
    this.#over = true;
    // Before the withdrawals: if one of them fails the run, which kills this thread, the result is not lost.
    if (this.#beginning) {
      this.#ok = ok;
      this.#result = result;
    } else if (ok) this.wait.resume(result);
    else this.wait.raise(result);
    this.withdraw();
  }

  /**
   * Takes back every case that has not happened, the last first: of two that stand in one line, the one behind must not
   * come to the front when the other has left.
   */
  withdraw(): void {
    this.#over = true;
    for (let i = this.#waiting.length - 1; i >= 0; i--) {
      const one = this.#waiting[i]!;
      if (!one.over) one.withdraw();
    }
  }
}

/** The outermost wait that is beginning one of its cases. */
let beginning: SelectWait | null = null;

/** One case: what its event takes for the wait. */
export class SelectCase implements Wait {
  /** The wait that it is a case of. */
  readonly whole: SelectWait;
  readonly event: Event<unknown>;
  readonly key: string | number;
  slot: unknown = undefined;
  /** Whether it happened, or was taken back. */
  over = false;

  constructor(whole: SelectWait, event: Event<unknown>, key: string | number) {
    this.whole = whole;
    this.event = event;
    this.key = key;
  }

  get thread(): Thread {
    return this.whole.wait.thread;
  }

  get scheduler(): Scheduler {
    return this.whole.wait.scheduler;
  }

  perform(): unknown {
    const outer = beginning;
    beginning = this.whole.root;
    try {
      return this.event.perform(this);
    } finally {
      beginning = outer;
    }
  }

  withdraw(): void {
    this.over = true;
    try {
      this.event.withdraw(this);
    } catch (error) {
      this.thread.failRun(error);
    }
  }

  resume(value?: unknown): void {
    this.whole.happened(this, true, value);
  }

  raise(error: unknown): void {
    this.whole.happened(this, false, error);
  }

  enter(): never {
    throw refusal(this.key, RUNS_COROUTINE);
  }

  return(): never {
    return this.enter();
  }
}

/** The error for a case that does more than wait; `why` is the event's own `unselectable`. */
export function refusal(key: string | number, why: string): TypeError {
  return new TypeError(`select() takes events that do nothing but wait, and its case "${key}" ${why}.`);
}

/**
 * Whether `wait` is a case of the very select that is beginning another of its cases: only one of the two may
 * happen, so that they cannot serve each other. This is fast while no select is beginning, which is nearly always.
 */
export function isRival(wait: Wait): boolean {
  return beginning !== null && wait instanceof SelectCase && wait.whole.root === beginning;
}
