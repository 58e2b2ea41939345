/**
 * Barriers: a place where threads wait for one another.
 *
 * @module
 */

import { type Event, SUSPENDED, Users, WaitList } from "../core/mod.ts";
import { Label } from "./label.ts";
import { WaitListEvent } from "./wait_list_event.ts";

/** Options for a {@linkcode Barrier}. */
export interface BarrierOptions {
  /** What reports call it; left out, `barrier-1` and so on. */
  name?: string;
}

/**
 * Lets threads go on `n` at a time: the `n`th to arrive takes the others along, and the barrier is as new.
 * A thread that is killed while it waits has not arrived.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * const barrier = new bluelet.Barrier(2);
 * function* runner(name: string, steps: number) {
 *   for (let i = 0; i < steps; i++) yield* bluelet.null();
 *   log.push(`${name} arrives`);
 *   yield* barrier.wait();
 *   log.push(`${name} goes on`);
 * }
 * await bluelet.run(function* () {
 *   yield* bluelet.all([runner("a", 0), runner("b", 5)]);
 * }());
 * assertEquals(log.slice(0, 2), ["a arrives", "b arrives"]);
 * ```
 */
export class Barrier {
  readonly #waiters = new WaitList();
  readonly #n: number;
  readonly #wait: Event<number>;

  /** Makes a barrier for `n` threads. Throws `RangeError` unless that is a whole number, 1 or more. */
  constructor(n: number, options: BarrierOptions = {}) {
    if (!Number.isInteger(n) || n < 1) {
      throw new RangeError(`A barrier is for a whole number of threads, 1 or more; got ${n}.`);
    }
    this.#n = n;
    const label = new Label("barrier", options.name);
    this.#wait = new WaitListEvent<number>({
      list: this.#waiters,
      users: new Users(),
      enter: () => this.#arrive(),
      label,
      describe: () => `${label}, where ${this.#waiters.size} of ${n} have arrived`,
      handsOver: true,
    });
  }

  /** How many threads wait at it. */
  get waiting(): number {
    return this.#waiters.size;
  }

  /** Waits for the others. Results in the place in which this thread arrived, from 0 to `n - 1`. */
  wait(): Event<number> {
    return this.#wait;
  }

  #arrive(): number | typeof SUSPENDED {
    if (this.#waiters.size < this.#n - 1) return SUSPENDED;
    let place = 0;
    for (let waiter; (waiter = this.#waiters.shift()) !== undefined;) waiter.wait.resume(place++);
    return place;
  }
}
