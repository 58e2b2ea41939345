/**
 * Tasks that no kill from outside reaches.
 *
 * @module
 */

import { checkTask, coroutineOf, type Task } from "../coroutine.ts";
import { Event, RUNS_COROUTINE } from "../event.ts";
import { Shield } from "../mark.ts";
import type { Wait } from "../wait.ts";

/** Runs a task that no kill reaches. */
export class ShieldEvent<T> extends Event<T> {
  readonly #task: Task<T>;

  /** Shields `task`. */
  constructor(task: Task<T>) {
    super();
    checkTask(task, "shield");
    this.#task = task;
  }

  /** @ignore */
  override perform(wait: Wait): T {
    return wait.enter(coroutineOf(this.#task), "shield", new Shield()) as T;
  }

  /** @ignore */
  override get unselectable(): string {
    return RUNS_COROUTINE;
  }
}

/**
 * Runs `task` where no kill and no deadline from outside reaches it; a kill that comes meanwhile is thrown
 * at the thread's next yield after it. Deadlines and scopes inside the task work as ever.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * await bluelet.run(function* () {
 *   yield* bluelet.moveOnAfter(0.001, function* () {
 *     yield* bluelet.shield(bluelet.sleep(0.005));
 *     log.push("saved");
 *     yield* bluelet.sleep(60);
 *   }());
 * }());
 * assertEquals(log, ["saved"]);
 * ```
 */
export function shield<T>(task: Task<T>): Event<T> {
  return new ShieldEvent(task);
}
