/**
 * The host's alarm: one, set for the earliest of all timers.
 *
 * @module
 */

import type { Alarm, Host } from "./host.ts";
import type { TimerHeap } from "./timers.ts";

/** Rings when a timer may be due. It may ring early, or for one that was removed meanwhile. */
export class AlarmClock {
  readonly #host: Host;
  readonly #ring: () => void;
  #alarm: Alarm | null = null;
  #at = Infinity;

  /** Calls `ring` each time. */
  constructor(host: Host, ring: () => void) {
    this.#host = host;
    this.#ring = ring;
  }

  /** Sees that it rings for the earliest of `timers`; silences it if there are none. */
  follow(timers: TimerHeap): void {
    const { next } = timers;
    if (timers.size === 0) {
      this.#alarm?.cancel();
      this.#alarm = null;
      this.#at = Infinity;
    } else if (next < this.#at || this.#alarm === null) {
      this.#alarm?.cancel();
      this.#at = next;
      this.#alarm = this.#host.alarm(Math.max(0, next - this.#host.now()), this.#rung);
    }
  }

  readonly #rung = (): void => {
    this.#alarm = null;
    this.#at = Infinity;
    this.#ring();
  };
}
