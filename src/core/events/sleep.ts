/**
 * Letting time pass, and letting others go first.
 *
 * @module
 */

import { Event, SUSPENDED } from "../event.ts";
import { Timer } from "../timers.ts";
import type { Wait } from "../wait.ts";

/** Refuses what is no number of seconds, at the call. */
export function checkSeconds(seconds: number, caller: string): void {
  if (typeof seconds !== "number") {
    throw new TypeError(`${caller}() takes a number of seconds; got ${typeof seconds}.`);
  }
  if (!(seconds >= 0)) throw new RangeError(`${caller}() takes seconds, 0 or more; got ${seconds}.`);
}

/** Ends one wait. */
class Alarm extends Timer {
  readonly #wait: Wait;

  constructor(wait: Wait) {
    super();
    this.#wait = wait;
  }

  /** @ignore */
  override fire(): void {
    this.#wait.resume();
  }
}

/** Lets `seconds` pass. */
export class SleepEvent extends Event<void> {
  readonly #seconds: number;

  /** Sleeps for `seconds` from each yield on. */
  constructor(seconds: number) {
    super();
    checkSeconds(seconds, "sleep");
    this.#seconds = seconds;
  }

  /** @ignore */
  override perform(wait: Wait): typeof SUSPENDED {
    if (this.#seconds === 0) wait.resume();
    else {
      const alarm = new Alarm(wait);
      wait.slot = alarm;
      wait.scheduler.setTimer(alarm, this.#seconds);
    }
    return SUSPENDED;
  }

  /** @ignore */
  override withdraw(wait: Wait): void {
    wait.scheduler.clearTimer(wait.slot as Timer);
  }

  /** @ignore */
  override describe(): string {
    return `${this.#seconds} s of sleep`;
  }

  /** @ignore */
  override get outside(): boolean {
    return false; // a timer that is set speaks for itself
  }

  /** @ignore */
  override get handsOver(): boolean {
    return false;
  }
}

/** Goes to the back of the run queue. */
export class NullEvent extends Event<void> {
  /** @ignore */
  override perform(wait: Wait): typeof SUSPENDED {
    wait.resume();
    return SUSPENDED;
  }

  /** @ignore */
  override describe(): string {
    return "its turn";
  }

  /** @ignore */
  override get outside(): boolean {
    return false;
  }

  /** @ignore */
  override get handsOver(): boolean {
    return false;
  }
}

/** Whether nothing but time makes `event` happen: as a case, it comes after all others. */
export function isTimer(event: Event): boolean {
  return event instanceof SleepEvent || event instanceof NullEvent;
}

const NULL = new NullEvent();

/**
 * Sleeps for `seconds`, counted from the yield, on a clock that never jumps. `sleep(0)` is `null()`, and
 * `sleep(Infinity)` lasts until the thread is killed. Throws `RangeError` if negative or NaN.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 *
 * await bluelet.run(function* () {
 *   yield* bluelet.sleep(0.001);
 * }());
 * ```
 */
export function sleep(seconds: number): Event<void> {
  return seconds === 0 ? NULL : new SleepEvent(seconds);
}

/**
 * Lets every other thread that is ready run first. It is exported as `null`, as in Python's Bluelet.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 *
 * await bluelet.run(function* () {
 *   yield* bluelet.null();
 * }());
 * ```
 */
function nullEvent(): Event<void> {
  return NULL;
}
export { nullEvent as null };
