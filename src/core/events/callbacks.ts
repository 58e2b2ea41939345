/**
 * A wait that callbacks end: over once one of them was called, or once it was taken back, so that late ones do nothing.
 *
 * @module
 */

import type { Wait } from "../wait.ts";

/** Ends one wait, at most once. */
export class Callbacks {
  #wait: Wait | null;

  constructor(wait: Wait) {
    this.#wait = wait;
  }

  readonly resume = (value: unknown): void => this.end()?.resume(value);
  readonly raise = (error: unknown): void => this.end()?.raise(error);

  /** Ends the wait: what waited, or `null` if it was over. */
  end(): Wait | null {
    const wait = this.#wait;
    this.#wait = null;
    return wait;
  }
}
