/**
 * A wait that is ended by one of two callbacks. Once one was called, or the wait was taken back, both do nothing.
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

  /** Ends the wait, and returns it; `null` if it was over. */
  end(): Wait | null {
    const wait = this.#wait;
    this.#wait = null;
    return wait;
  }
}
