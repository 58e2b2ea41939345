/**
 * Conditions: a thread releases a lock and waits until another thread says that something changed.
 *
 * @module
 */

import {
  type Coroutine,
  current,
  defer,
  describe,
  Event,
  SUSPENDED,
  type Thread,
  type Wait,
  WaitList,
} from "../core/mod.ts";
import { Lock } from "./lock.ts";
import { WaitListEvent } from "./wait_list_event.ts";

/**
 * A lock, and a line of threads that wait for news about what it protects.
 *
 * `wait` releases the lock, waits to be notified, and acquires the lock again. However it ends, also by a kill or a
 * timeout, the lock is held again, so a `finally` that releases it is right. Being notified says
 * that something changed, not that it is still so: wait in a loop.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const condition = new bluelet.Condition();
 * let water = 0;
 * const drink = () =>
 *   bluelet.withLock(condition.lock, function* () {
 *     while (water < 3) yield* condition.wait();
 *     water -= 3;
 *   }());
 * const pour = () =>
 *   bluelet.withLock(condition.lock, function* () {
 *     water++;
 *     condition.notify();
 *   }());
 *
 * await bluelet.run(function* () {
 *   yield* bluelet.all([drink(), pour(), pour(), pour()]);
 * }());
 * assertEquals(water, 0);
 * ```
 */
export class Condition {
  /** The lock that a thread holds while it looks at the data that the condition is about. */
  readonly lock: Lock;
  readonly #waiters = new WaitList();
  readonly #notified: Event<void>;
  readonly #wait: Event<void>;

  /** Makes a condition around `lock`, or around a lock of its own. */
  constructor(lock: Lock = new Lock()) {
    if (!(lock instanceof Lock)) throw new TypeError(`A condition is around a Lock; got ${describe(lock)}.`);
    this.lock = lock;
    this.#notified = new WaitListEvent<void>({
      list: this.#waiters,
      users: lock.users,
      enter: () => SUSPENDED,
      describe: () => "a notification of a condition",
      handsOver: true,
    });
    this.#wait = new WaitEvent(lock, this.#notified);
  }

  /** Waits to be notified. The lock must be held, and is held again afterwards. Throws `Error` if it is not. */
  wait(): Event<void> {
    return this.#wait;
  }

  /** Wakes the `n` threads that have waited longest; each goes on when it gets the lock. Throws `Error` unless the lock is held. */
  notify(n = 1): void {
    mustHold(this.lock, current(), "notify");
    for (let waiter; n > 0 && (waiter = this.#waiters.shift()) !== undefined; n--) waiter.wait.resume();
  }

  /** Wakes all waiters; they get the lock one after another. Throws `Error` unless the lock is held. */
  notifyAll(): void {
    this.notify(Infinity);
  }
}

class WaitEvent extends Event<void> {
  readonly #lock: Lock;
  readonly #notified: Event<void>;

  constructor(lock: Lock, notified: Event<void>) {
    super();
    this.#lock = lock;
    this.#notified = notified;
  }

  override perform(wait: Wait): void {
    mustHold(this.#lock, wait.thread, "wait");
    wait.enter(waiting(this.#lock, this.#notified), "Condition.wait");
  }

  override get unselectable(): string {
    return "takes its lock up again in a coroutine: spawn a thread that waits, and select the join() of that";
  }
}

function* waiting(lock: Lock, notified: Event<void>): Coroutine<void> {
  // Deferred, not in a `finally`: there, a kill that comes after the notification would take the yield.
  yield defer(() => reacquire(lock));
  lock.release();
  yield notified;
}

function* reacquire(lock: Lock): Coroutine<void> {
  yield lock.acquire();
}

function mustHold(lock: Lock, thread: Thread, what: string): void {
  if (lock.owner === thread) return;
  const whose = lock.owner === null ? "nobody does" : `${lock.owner} does`;
  throw new Error(
    `${thread} must hold the condition's lock to ${what}, and ${whose}: acquire it first.`,
  );
}
