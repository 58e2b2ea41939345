/**
 * A scheduler all of whose threads wait for one another, or for threads of other schedulers.
 *
 * The first is a deadlock. The second is none as long as one of those others may go on: they share something, as when a
 * server makes a run for each request, and all of them use one semaphore.
 *
 * @module
 */

import type { Scheduler } from "./scheduler.ts";
import type { Thread } from "./thread.ts";

/** How many schedulers have threads now. */
let running = 0;

/** What `scheduler` waits for while none of its own threads can go on. */
export class Stall {
  readonly #scheduler: Scheduler;
  /** The schedulers whose threads may end it. */
  readonly #others: Set<Scheduler>;

  private constructor(scheduler: Scheduler, others: Set<Scheduler>) {
    this.#scheduler = scheduler;
    this.#others = others;
    for (const other of others) other.stalled.add(scheduler);
  }

  /** The stall of `scheduler`, whose `threads` all wait; `null` if no other can end that. */
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

  /** Whether one of `others`, or of those that they in turn wait for, is not stalled itself. */
  static #mayGoOn(scheduler: Scheduler, others: Set<Scheduler>): boolean {
    const seen = new Set(others);
    for (const other of seen) { // which grows meanwhile
      if (other === scheduler) continue;
      if (other.stall === null) return true;
      for (const next of other.stall.#others) if (next.running) seen.add(next);
    }
    return false;
  }

  /** It is over: a thread goes on, or the scheduler looks again. */
  end(): void {
    this.#scheduler.stall = null;
    for (const other of this.#others) other.stalled.delete(this.#scheduler);
  }
}

/** A scheduler has threads from now on. */
export function begins(): void {
  running++;
}

/** `scheduler` has no threads any more: those that waited for it look again. */
export function ends(scheduler: Scheduler): void {
  running--;
  for (const stalled of [...scheduler.stalled]) stalled.lookAgain();
}

/** Whether more than one has. */
export function severalRun(): boolean {
  return running > 1;
}
