/**
 * What a ready thread has that comes from no event of its own.
 *
 * @module
 */

import { Event } from "./event.ts";

/** Stands for an event: is there a result all the same, which a kill may not take away? */
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
/** What it waited for was taken back. */
export const WITHDRAWN: Event = new Placeholder(false);
/** It has had its turn, and goes on later with what it has. */
export const PREEMPTED: Event = new Placeholder(true);
