/**
 * One cancel of a thread: what it throws, how far out it reaches, and how far it has come.
 *
 * @module
 */

import { asOne } from "./errors.ts";
import type { Outcome } from "./mark.ts";
import type { Thread } from "./thread.ts";
import { Timer } from "./timers.ts";

/** What a cancel is doing: `LAZY` strikes when the thread next blocks, `PENDING` at its next yield. */
export const LAZY = 0, PENDING = 1, UNWINDING = 2;

/** How far out the cancels reach that belong to no mark: a kill, and an interrupt, which a kill overrules. */
export const KILL = -2, INTERRUPT = -1;

/** One cancel, and (as a timer) its grace. */
export class Cancel extends Timer {
  phase = PENDING;
  /** The thread did not end in time: from here on its generators are made to return. */
  forced = false;
  /** While grace is counted, its end. */
  until = 0;
  /** Errors of clean-up, of other threads or a forced one, that must not take its place: thrown where it ends. */
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

  /** Keeps `errors` until it ends; the same one once. */
  keep(errors: readonly unknown[]): void {
    this.failures ??= [];
    for (const error of errors) if (!this.failures.includes(error)) this.failures.push(error);
  }

  /** What comes of `outcome`, which what it unwound ended with: the errors that were kept are thrown. */
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
