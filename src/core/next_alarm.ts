/**
 * The one alarm that a scheduler has set with its host: for the timer that is due next.
 *
 * @module
 */

import type { Alarm, Host } from "./host.ts";
import type { TimerHeap } from "./timers.ts";

/** Keeps an alarm set for the first of some timers. */
export class NextAlarm {
  readonly #host: Host;
  readonly #ring: () => void;
  #alarm: Alarm | null = null;
  #at = Infinity;

  /** Calls `ring` when a timer is due, or a little before. */
  constructor(host: Host, ring: () => void) {
    this.#host = host;
    this.#ring = () => {
      this.#alarm = null;
      this.#at = Infinity;
      ring();
    };
  }

  /** Sets the alarm for the first of `timers`. One that would ring too early is left as it is. */
  set(timers: TimerHeap): void {
    const { next } = timers;
    if (timers.size === 0) {
      this.#alarm?.cancel();
      this.#alarm = null;
      this.#at = Infinity;
    } else if (next < this.#at || this.#alarm === null) {
      this.#alarm?.cancel();
      this.#at = next;
      this.#alarm = this.#host.alarm(Math.max(0, next - this.#host.now()), this.#ring);
    }
  }
}
