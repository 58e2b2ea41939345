/**
 * Semaphores: a number of permits, which threads take and give back.
 *
 * @module
 */

import { type Event, SUSPENDED, Users, WaitList } from "../core/mod.ts";
import { Label } from "./label.ts";
import { WaitListEvent } from "./wait_list_event.ts";

/** Options for a {@linkcode Semaphore}. */
export interface SemaphoreOptions {
  /** What reports call it; left out, `semaphore-1` and so on. */
  name?: string;
}

/**
 * Holds a number of permits. `acquire` takes one, or waits for one; `release`, which any thread may call,
 * gives one to the thread that has waited longest, or puts it back.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const permits = new bluelet.Semaphore(2);
 * let now = 0, most = 0;
 * function* job() {
 *   yield* bluelet.withLock(permits, function* () {
 *     most = Math.max(most, ++now);
 *     yield* bluelet.null();
 *     now--;
 *   }());
 * }
 * await bluelet.run(function* () {
 *   yield* bluelet.all([job(), job(), job(), job()]);
 * }());
 * assertEquals(most, 2);
 * ```
 */
export class Semaphore {
  readonly #users = new Users();
  readonly #label: Label;
  readonly #waiters = new WaitList();
  readonly #acquire: Event<void>;
  #value: number;

  /** Starts with `n` permits. Throws `RangeError` unless that is a whole number, 0 or more. */
  constructor(n: number, options: SemaphoreOptions = {}) {
    if (!Number.isInteger(n) || n < 0) {
      throw new RangeError(`A semaphore starts with a whole number of permits, 0 or more; got ${n}.`);
    }
    this.#value = n;
    const label = this.#label = new Label("semaphore", options.name);
    this.#acquire = new WaitListEvent<void>({
      list: this.#waiters,
      users: this.#users,
      enter: () => this.tryAcquire() ? undefined : SUSPENDED,
      label,
      describe: () => `a permit of ${label}`,
      handsOver: true,
    });
  }

  /** How many permits are left. While threads wait it is 0. */
  get value(): number {
    return this.#value;
  }

  /** Takes a permit, or waits for one. */
  acquire(): Event<void> {
    return this.#acquire;
  }

  /** Takes a permit if one is left, and returns whether it did. */
  tryAcquire(): boolean {
    this.#users.add();
    if (this.#value === 0) return false;
    this.#value--;
    return true;
  }

  /** Gives a permit to the thread that has waited longest, or puts it back. */
  release(): void {
    this.#users.add();
    const next = this.#waiters.shift();
    if (next === undefined) this.#value++;
    else next.wait.resume();
  }
}
