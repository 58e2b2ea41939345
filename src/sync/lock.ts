/**
 * Locks: one thread at a time.
 *
 * @module
 */

import { current, Event, SUSPENDED, type Thread, type Waiter, WaitList } from "../core/mod.ts";
import { threadBehind } from "./branch.ts";
import { Label, who } from "./label.ts";

/** What a {@linkcode Lock} may be told. */
export interface LockOptions {
  /** What reports call it; left out, `lock-1` and so on. */
  name?: string;
}

/**
 * Lets one thread at a time go on. The thread that acquired it has to release it; one that releases it while
 * others wait gives it to the longest waiter there and then, so that no newcomer can come in between.
 *
 * A lock whose owner ended without releasing it is broken, since what it protects may be half done: whoever
 * waits for it, or acquires it later, gets an error that says whose it was. {@linkcode withLock} always releases.
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
  readonly #label: Label;
  readonly #acquire: AcquireEvent;
  /** Threads in line, with what each of them waits in: itself, or a branch of it. */
  readonly #waiters = new WaitList<Thread>();
  #owner: Thread | null = null;
  /** The owner, while it is watched: it is as long as someone waits. */
  #watched: Thread | null = null;

  /** Makes a lock that nobody holds. */
  constructor(options: LockOptions = {}) {
    this.#label = new Label("lock", options.name);
    this.#acquire = new AcquireEvent(this);
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

  /** Takes the lock if nobody holds it; whether it did. Throws if its owner ended without releasing it. */
  tryAcquire(): boolean {
    if (this.#owner === null) {
      this.#owner = current();
      return true;
    }
    if (this.#owner.ended) throw this.#broken(this.#owner);
    return false;
  }

  /** Gives the lock to the longest waiter, or frees it. Throws `Error` if this thread does not hold it. */
  release(): void {
    const thread = current();
    if (this.#owner !== thread) throw new Error(this.#misused(thread));
    this.#unwatch();
    const next = this.#waiters.shift();
    if (next === undefined) {
      this.#owner = null;
      return;
    }
    this.#owner = next.value;
    this.#watch();
    next.thread.resume();
  }

  /** @ignore `thread` acquires the lock, or waits for it. */
  take(thread: Thread): undefined | typeof SUSPENDED {
    const owner = this.#owner;
    const self = threadBehind(thread);
    if (owner === null) {
      this.#owner = self;
      return undefined;
    }
    if (owner.ended) throw this.#broken(owner);
    if (owner === self) {
      throw new Error(
        `${who(self)} already holds ${this.#label}, and would wait for itself: a lock is not reentrant.`,
      );
    }
    this.#label.number(thread.scheduler);
    thread.slot = this.#waiters.add(thread, self);
    this.#watch();
    return SUSPENDED;
  }

  /** @ignore A waiter was killed. */
  leave(waiter: Waiter<Thread>): void {
    this.#waiters.remove(waiter);
    if (this.#waiters.size === 0) this.#unwatch();
  }

  /** @ignore What a waiter waits for, in words. */
  describe(): string {
    return `${this.#label}, which ${this.#owner === null ? "nobody" : who(this.#owner)} holds`;
  }

  #watch(): void {
    if (this.#watched !== null || this.#waiters.size === 0) return;
    this.#watched = this.#owner;
    this.#watched!.watch(this.#ownerEnded);
  }

  #unwatch(): void {
    this.#watched?.unwatch(this.#ownerEnded);
    this.#watched = null;
  }

  readonly #ownerEnded = (owner: Thread): void => {
    this.#watched = null;
    for (let waiter; (waiter = this.#waiters.shift()) !== undefined;) {
      waiter.thread.raise(this.#broken(owner));
    }
  };

  #broken(owner: Thread): Error {
    return new Error(
      `${this.#label} is broken: ${
        who(owner)
      } ended without releasing it. Release in \`finally\`, or use withLock().`,
    );
  }

  #misused(thread: Thread): string {
    const owner = this.#owner;
    const whose = owner === null ? "nobody holds it" : `${who(owner)} holds it`;
    return `${who(thread)} cannot release ${this.#label}: ${whose}.`;
  }
}

/** Waits for a lock. */
class AcquireEvent extends Event<void> {
  readonly #lock: Lock;

  constructor(lock: Lock) {
    super();
    this.#lock = lock;
  }

  override perform(thread: Thread): undefined | typeof SUSPENDED {
    return this.#lock.take(thread);
  }

  override withdraw(thread: Thread): void {
    this.#lock.leave(thread.slot as Waiter<Thread>);
  }

  override describe(): string {
    return this.#lock.describe();
  }

  override get outside(): boolean {
    return false;
  }
}
