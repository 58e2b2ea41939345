/**
 * Stand-ins for the event of a ready thread that did not wait for one.
 *
 * @module
 */

import { Event } from "./event.ts";

/** Stands in for an event. `handsOver` says whether the thread has a result that a kill must not take away. */
class Placeholder extends Event<never> {
  readonly #handsOver: boolean;

  constructor(handsOver: boolean) {
    super();
    this.#handsOver = handsOver;
  }

  override get handsOver(): boolean {
    return this.#handsOver;
  }

  override perform(): never {
    throw new Error("A placeholder is never performed.");
  }
}

/** The thread has not run yet. */
export const UNSTARTED: Event = new Placeholder(false);
/** Its wait was taken back. */
export const WITHDRAWN: Event = new Placeholder(false);
/** It has run for long enough, and goes on later with the result that it has. */
export const PREEMPTED: Event = new Placeholder(true);
