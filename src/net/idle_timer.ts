/**
 * How long a connection may stand still: it is closed when nothing came or went for so many seconds.
 *
 * Reads and writes only note the time. The timer, when it rings, looks at that and is set again for what is left, so that
 * a busy connection costs a look at the clock each time, and one without an idle timeout nothing.
 *
 * @module
 */

import { describe, type Scheduler, Timer } from "../core/mod.ts";

/** Closes one connection when it was idle for too long. */
export class IdleTimer extends Timer {
  readonly #scheduler: Scheduler;
  readonly #seconds: number;
  readonly #onIdle: (seconds: number) => void;
  /** When something came or went last. */
  #last: number;

  /** Calls `onIdle` when nothing was noted for so many seconds. */
  constructor(scheduler: Scheduler, seconds: number, onIdle: (seconds: number) => void) {
    super();
    this.#scheduler = scheduler;
    this.#seconds = seconds;
    this.#onIdle = onIdle;
    this.#last = scheduler.host.now();
    scheduler.setTimer(this, seconds);
  }

  /** Something came or went. */
  note(): void {
    this.#last = this.#scheduler.host.now();
  }

  /** Nothing will come or go any more. */
  stop(): void {
    this.#scheduler.clearTimer(this);
  }

  override fire(): void {
    const left = this.#last + this.#seconds - this.#scheduler.host.now();
    if (left > 0) this.#scheduler.setTimer(this, left);
    else this.#onIdle(this.#seconds);
  }
}

/** The `idleTimeout` that a program gave to `caller`: seconds, or `Infinity`. */
export function checkedIdleTimeout(seconds: unknown, caller: string): number {
  if (seconds === undefined) return Infinity;
  const wrong = `${caller} takes idleTimeout as a number of seconds above 0, Infinity for none`;
  if (typeof seconds !== "number") throw new TypeError(`${wrong}; got ${describe(seconds)}.`);
  if (!(seconds > 0)) throw new RangeError(`${wrong}; got ${seconds}.`);
  return seconds;
}
