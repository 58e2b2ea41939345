/**
 * Locks: one thread at a time.
 *
 * @module
 */

import { current, type Event, SUSPENDED, type Thread, Users, WaitList } from "../core/mod.ts";
import { Label } from "./label.ts";
import { WaitListEvent } from "./wait_list_event.ts";

/** Options for a {@linkcode Lock}. */
export interface LockOptions {
  /** What reports call it; left out, `lock-1` and so on. */
  name?: string;
}

/**
 * Lets one thread at a time go on. The thread that acquired it has to release it; one that releases it while
 * others wait gives it at once to the thread that has waited longest, so that no newcomer can take it first.
 *
 * A lock whose owner ended without releasing it is broken, since the data that it protects may be half changed: threads
 * that wait for it, or acquire it later, get an error that names the owner. {@linkcode withLock} always releases.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const lock = new bluelet.Lock();
 * let balance = 100;
 * function* withdraw(amount: number) {
 *   yield* lock.acquire();
 *   try {
 *     const before = balance;
 *     yield* bluelet.sleep(0.001);
 *     balance = before - amount;
 *   } finally {
 *     lock.release();
 *   }
 * }
 * await bluelet.run(function* () {
 *   yield* bluelet.all([withdraw(30), withdraw(20)]);
 * }());
 * assertEquals(balance, 50);
 * ```
 */
export class Lock {
  /** @ignore The runs whose threads use it. */
  readonly users: Users = new Users();
  readonly #label: Label;
  readonly #acquire: Event<void>;
  readonly #waiters = new WaitList();
  #owner: Thread | null = null;
  /** Stops watching for the end of the owner. It is watched while other threads wait. */
  #unwatch: (() => void) | null = null;

  /** Makes a lock that no thread holds. */
  constructor(options: LockOptions = {}) {
    this.#label = new Label("lock", options.name);
    this.#acquire = new WaitListEvent<void>({
      list: this.#waiters,
      users: this.users,
      label: this.#label,
      enter: (wait) => this.#enter(wait.thread),
      holders: () => this.#owner === null ? [] : [this.#owner],
      describe: () => `${this.#label}, which ${this.#owner ?? "nobody"} holds`,
      handsOver: true,
    });
  }

  /** Whether a thread holds it. */
  get locked(): boolean {
    return this.#owner !== null;
  }

  /** The thread that holds it, or that ended without releasing it. */
  get owner(): Thread | null {
    return this.#owner;
  }

  /**
   * Waits for the lock. Throws `Error` if this thread holds it already (a lock is not reentrant), or if its
   * owner ended without releasing it.
   */
  acquire(): Event<void> {
    return this.#acquire;
  }

  /** Takes the lock if no thread holds it, and returns whether it did. Throws if its owner ended without releasing it. */
  tryAcquire(): boolean {
    this.users.add();
    if (this.#owner === null) {
      this.#owner = current();
      return true;
    }
    if (this.#owner.ended) throw this.#broken(this.#owner);
    return false;
  }

  /** Gives the lock to the thread that has waited longest, or frees it. Throws `Error` if this thread does not hold it. */
  release(): void {
    const thread = current();
    if (this.#owner !== thread) throw new Error(this.#misused(thread));
    this.#unwatch?.();
    this.#unwatch = null;
    const next = this.#waiters.shift();
    if (next === undefined) {
      this.#owner = null;
      return;
    }
    this.#owner = next.wait.thread;
    if (this.#waiters.size > 0) this.#watch(this.#owner);
    next.wait.resume();
  }

  #enter(thread: Thread): undefined | typeof SUSPENDED {
    const owner = this.#owner;
    if (owner === null) {
      this.#owner = thread;
      return undefined;
    }
    if (owner.ended) throw this.#broken(owner);
    if (owner === thread) {
      throw new Error(
        `${thread} already holds ${this.#label}, and would wait for itself: a lock is not reentrant.`,
      );
    }
    this.#watch(owner);
    return SUSPENDED;
  }

  #watch(owner: Thread): void {
    this.#unwatch ??= owner.onEnd(this.#ownerEnded);
  }

  readonly #ownerEnded = (owner: Thread): void => {
    this.#unwatch = null;
    for (let waiter; (waiter = this.#waiters.shift()) !== undefined;) waiter.wait.raise(this.#broken(owner));
  };

  #broken(owner: Thread): Error {
    return new Error(
      `${this.#label} is broken: ${owner} ended without releasing it. Release in \`finally\`, or use withLock().`,
    );
  }

  #misused(thread: Thread): string {
    const whose = this.#owner === null ? "nobody holds it" : `${this.#owner} holds it`;
    return `${thread} cannot release ${this.#label}: ${whose}.`;
  }
}
