/**
 * Keeps the schedulers whose threads use one thing, such as a channel.
 *
 * Several runs may share a channel. When all threads of one run wait, that is no deadlock as long as the threads of
 * another run may still end one of the waits.
 *
 * @module
 */

import { running } from "./current.ts";
import type { Scheduler } from "./scheduler.ts";

/** The schedulers whose threads use one thing. */
export class Users {
  /** One scheduler, or a set of several. Some of them may have no threads any more. */
  #users: Scheduler | Set<Scheduler> | null = null;

  /** Notes that the running thread uses the thing. */
  add(): void {
    if (running === null) return;
    const { scheduler } = running;
    if (scheduler !== this.#users) this.#add(scheduler);
  }

  #add(scheduler: Scheduler): void {
    const users = this.#users;
    if (users instanceof Set) {
      if (users.has(scheduler)) return;
      // A server that makes a run for each request must not keep them all: at 2, 4, 8, ... the ended ones go.
      if ((users.size & (users.size - 1)) === 0) {
        for (const user of users) if (!user.running) users.delete(user);
      }
      users.add(scheduler);
    } else {
      this.#users = users === null || !users.running ? scheduler : new Set([users, scheduler]);
    }
  }

  /** The schedulers that still have threads, except `scheduler`. */
  *besides(scheduler: Scheduler): Generator<Scheduler, void, void> {
    const users = this.#users;
    if (users === null || users === scheduler) return;
    for (const user of users instanceof Set ? users : [users]) {
      if (user !== scheduler && user.running) yield user;
    }
  }
}
