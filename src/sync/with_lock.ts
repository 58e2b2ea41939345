/**
 * Holding a lock for just as long as a task runs.
 *
 * @module
 */

import { checkTask, type Coroutine, describe, Event, type Task, type Wait } from "../core/mod.ts";
import { Lock } from "./lock.ts";
import { Semaphore } from "./semaphore.ts";

class WithLockEvent<T> extends Event<T> {
  readonly #lock: Lock | Semaphore;
  readonly #task: Task<T>;

  constructor(lock: Lock | Semaphore, task: Task<T>) {
    super();
    if (!(lock instanceof Lock || lock instanceof Semaphore)) {
      throw new TypeError(`withLock() takes a Lock or a Semaphore, then a task; got ${describe(lock)}.`);
    }
    checkTask(task, "withLock");
    this.#lock = lock;
    this.#task = task;
  }

  override perform(wait: Wait): T {
    return wait.enter(holding(this.#lock, this.#task), "withLock") as T;
  }

  override get unselectable(): string {
    return "runs a task: spawn that, and select the join() of its thread";
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
