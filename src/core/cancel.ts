/**
 * One cancel of a thread: the error that it throws, the mark that it unwinds to, and its phase.
 *
 * @module
 */

import { asOne } from "./errors.ts";
import type { Outcome } from "./mark.ts";
import type { Thread } from "./thread.ts";
import { Timer } from "./timers.ts";

/** The phases: `LAZY` throws when the thread next blocks, `PENDING` at its next yield; `UNWINDING` has thrown. */
export const LAZY = 0, PENDING = 1, UNWINDING = 2;

/** The `reach` of cancels that belong to no mark: a kill, and an interrupt. A kill takes precedence over an interrupt. */
export const KILL = -2, INTERRUPT = -1;

/** One cancel, and (as a timer) its grace. */
export class Cancel extends Timer {
  phase = PENDING;
  /** Whether the grace is over: from then on the thread's generators are made to return. */
  forced = false;
  /** While grace is counted: the time at which it ends. */
  until = 0;
  /** Errors of other threads' clean-up, or of forced clean-up, which are not thrown before the cancel has ended. */
  failures: unknown[] | null = null;

  readonly thread: Thread;
  /** The place of the mark that it unwinds the thread to, or `KILL` or `INTERRUPT`. */
  readonly reach: number;
  readonly error: unknown;
  /** How many seconds of grace are left while they are not counted. */
  left: number;

  constructor(thread: Thread, reach: number, error: unknown, left: number) {
    super();
    this.thread = thread;
    this.reach = reach;
    this.error = error;
    this.left = left;
  }

  /** Keeps `errors` until the cancel ends; the same error only once. */
  keep(errors: readonly unknown[]): void {
    this.failures ??= [];
    for (const error of errors) if (!this.failures.includes(error)) this.failures.push(error);
  }

  /** The unwound part of the stack ended with `outcome`. Returns that, or the errors that were kept. */
  conclude(outcome: Outcome): Outcome {
    if (this.failures === null) return outcome;
    const own = outcome.ok || outcome.value === this.error ? [] : [outcome.value];
    return { ok: false, value: asOne([...own, ...this.failures], "came out of clean-up") };
  }

  /** The grace is over. */
  override fire(): void {
    this.thread.cancellation!.force(this);
  }
}

/** Adds `cancel` to `cancels`, which are sorted, outermost first; after those that reach as far. */
export function insert(cancels: Cancel[], cancel: Cancel): void {
  let from = 0, to = cancels.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if (cancels[middle]!.reach > cancel.reach) to = middle;
    else from = middle + 1;
  }
  if (to === cancels.length) cancels.push(cancel);
  else cancels.splice(to, 0, cancel);
}
