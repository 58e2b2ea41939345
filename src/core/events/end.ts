/**
 * Ending the current coroutine.
 *
 * @module
 */

import { Event, type SUSPENDED } from "../event.ts";
import type { Wait } from "../wait.ts";

/** Ends the current coroutine. */
export class ReturnEvent<T> extends Event<never> {
  /** What the event results in. */
  readonly value: T;

  /** Ends it with `value`. */
  constructor(value: T) {
    super();
    this.value = value;
  }

  /** @ignore */
  override perform(wait: Wait): typeof SUSPENDED {
    return wait.return(this.value);
  }

  /** @ignore */
  override get handsOver(): boolean {
    return false;
  }

  /** @ignore */
  override get unselectable(): string {
    return "ends the current coroutine";
  }
}

/**
 * Ends the current coroutine as `return value` would, `finally` blocks included. The current coroutine is
 * the one that `spawn`, `call` or a plain `yield` started: inside a native `yield*`, write `return`.
 */
export function end(): Event<never>;
/** Ends the current coroutine with `value`. */
export function end<T>(value: T): Event<never>;
export function end<T>(value?: T): Event<never> {
  return new ReturnEvent(value);
}
