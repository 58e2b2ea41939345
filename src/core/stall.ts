/**
 * A stall: all threads of a scheduler wait, and some of them for threads of other schedulers.
 *
 * Without the other schedulers it would be a deadlock. It is none as long as one of them may go on. This happens when
 * several runs share something, such as a server that makes a run for each request, and one semaphore for all of them.
 *
 * @module
 */

import type { Scheduler } from "./scheduler.ts";
import type { Thread } from "./thread.ts";

/** How many schedulers have threads. */
let running = 0;

/** The other schedulers that one scheduler waits for, while none of its own threads can go on. */
export class Stall {
  readonly #scheduler: Scheduler;
  /** The schedulers whose threads may end the stall. */
  readonly #others: Set<Scheduler>;

  private constructor(scheduler: Scheduler, others: Set<Scheduler>) {
    this.#scheduler = scheduler;
    this.#others = others;
    for (const other of others) other.stalled.add(scheduler);
  }

  /** Makes the stall of `scheduler`, of which all `threads` wait; `null` if no other scheduler can end it. */
  static of(scheduler: Scheduler, threads: readonly Thread[]): Stall | null {
    const others = new Set<Scheduler>();
    for (const { event } of threads) {
      if (event === null) continue;
      for (const other of event.sharedWith(scheduler)) {
        if (other !== scheduler && other.running) others.add(other);
      }
    }
    if (!Stall.#mayGoOn(scheduler, others)) return null;
    return new Stall(scheduler, others);
  }

  /** Whether one of `others`, or of the schedulers that they wait for, is not stalled. */
  static #mayGoOn(scheduler: Scheduler, others: Set<Scheduler>): boolean {
    const seen = new Set(others);
    for (const other of seen) { // which grows meanwhile
      if (other === scheduler) continue;
      if (other.stall === null) return true;
      for (const next of other.stall.#others) if (next.running) seen.add(next);
    }
    return false;
  }

  /** Ends the stall: a thread goes on, or the scheduler is going to look again. */
  end(): void {
    this.#scheduler.stall = null;
    for (const other of this.#others) other.stalled.delete(this.#scheduler);
  }
}

/** Notes that a scheduler has got its first thread. */
export function begins(): void {
  running++;
}

/** Notes that `scheduler` has no threads any more: the schedulers that waited for it look again. */
export function ends(scheduler: Scheduler): void {
  running--;
  for (const stalled of [...scheduler.stalled]) stalled.lookAgain();
}

/** Whether more than one scheduler has threads. */
export function severalRun(): boolean {
  return running > 1;
}
