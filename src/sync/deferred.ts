/**
 * Deferred values: what will be known later, once.
 *
 * @module
 */

import { type Event, SUSPENDED, Users, WaitList } from "../core/mod.ts";
import { Label } from "./label.ts";
import { WaitListEvent } from "./wait_list_event.ts";

/** Options for a {@linkcode Deferred}. */
export interface DeferredOptions {
  /** What reports call it; left out, `deferred-1` and so on. */
  name?: string;
  /**
   * Whether code outside any thread may settle it, so that waiting for it is never taken for a deadlock; `false` if only
   * threads do. Default `true`.
   */
  outside?: boolean;
}

/** How it was settled. */
type Settled<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

/**
 * A value, or an error, that is set once, by a thread or by code outside, and that any number of threads wait for. (A
 * promise with its `resolve` and `reject`, without promises: waiting costs no turn of the event loop, and an error that
 * nobody waits for is nobody's.)
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const answer = new bluelet.Deferred<number>();
 * setTimeout(() => answer.resolve(42), 1);
 * const both = await bluelet.run(function* () {
 *   return yield* bluelet.all([answer.wait(), answer.wait()]);
 * }());
 * assertEquals(both, [42, 42]);
 * ```
 */
export class Deferred<T> {
  readonly #users = new Users();
  readonly #waiters = new WaitList();
  readonly #wait: Event<T>;
  #settled: Settled<T> | null = null;

  /** Makes one that is not settled. */
  constructor(options: DeferredOptions = {}) {
    const label = new Label("deferred", options.name);
    this.#wait = new WaitListEvent<T>({
      list: this.#waiters,
      users: this.#users,
      enter: () => this.#outcome(),
      label,
      describe: () => `${label} to be settled`,
      outside: options.outside ?? true,
      handsOver: true,
    });
  }

  /** Whether it has its value, or its error. */
  get settled(): boolean {
    return this.#settled !== null;
  }

  /** Gives it its value, for all that wait now or later; does nothing if it is settled. */
  resolve(value: T): void {
    this.#settle({ ok: true, value });
  }

  /** Gives it an error, which is thrown in all that wait now or later; does nothing if it is settled. */
  reject(error: unknown): void {
    this.#settle({ ok: false, error });
  }

  /** Waits until it is settled; results in its value, or throws its error. */
  wait(): Event<T> {
    return this.#wait;
  }

  #outcome(): T | typeof SUSPENDED {
    if (this.#settled === null) return SUSPENDED;
    if (this.#settled.ok) return this.#settled.value;
    throw this.#settled.error;
  }

  #settle(settled: Settled<T>): void {
    this.#users.add();
    if (this.#settled !== null) return;
    this.#settled = settled;
    for (let waiter; (waiter = this.#waiters.shift()) !== undefined;) {
      if (settled.ok) waiter.wait.resume(settled.value);
      else waiter.wait.raise(settled.error);
    }
  }
}
