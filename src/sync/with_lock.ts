/**
 * Holding a lock for just as long as a task runs.
 *
 * @module
 */

import { type Coroutine, Event, type Task, type Thread } from "../core/mod.ts";
import type { Lock } from "./lock.ts";
import type { Semaphore } from "./semaphore.ts";

class WithLockEvent<T> extends Event<T> {
  readonly #lock: Lock | Semaphore;
  readonly #task: Task<T>;

  constructor(lock: Lock | Semaphore, task: Task<T>) {
    super();
    if (!(task instanceof Event) && typeof task?.throw !== "function") {
      throw new TypeError(
        "withLock() takes a lock and a coroutine or an event; call the generator function first.",
      );
    }
    this.#lock = lock;
    this.#task = task;
  }

  override perform(thread: Thread): T {
    return thread.enter(holding(this.#lock, this.#task), "withLock") as T;
  }
}

function* holding<T>(lock: Lock | Semaphore, task: Task<T>): Coroutine<T> {
  // A kill cannot come between the two lines: what acquire() hands over is let through, and a kill is
  // thrown at a yield only.
  yield lock.acquire();
  try {
    return yield task;
  } finally {
    lock.release();
  }
}

/**
 * Acquires `lock`, runs `task`, and releases the lock however the task ends, killed too. Results in the
 * task's value.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const lock = new bluelet.Lock();
 * const value = await bluelet.run(function* () {
 *   return yield* bluelet.withLock(lock, function* () {
 *     yield* bluelet.sleep(0.001);
 *     return "done";
 *   }());
 * }());
 * assertEquals([value, lock.locked], ["done", false]);
 * ```
 */
export function withLock<T>(lock: Lock | Semaphore, task: Task<T>): Event<T> {
  return new WithLockEvent(lock, task);
}
