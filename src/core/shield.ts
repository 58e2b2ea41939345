/**
 * What a kill waits for: shielded tasks, and work that was deferred to a coroutine's end.
 *
 * @module
 */

import { checkTask, type Coroutine, coroutineOf, describe, isCoroutine, type Task } from "./coroutine.ts";
import { Event } from "./event.ts";
import { Mark, type Outcome, Shield } from "./mark.ts";
import type { Thread } from "./thread.ts";

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
  override perform(thread: Thread): T {
    thread.enter(coroutineOf(this.#task), "shield");
    thread.mark(new Shield());
    return undefined as T;
  }
}

/** Work that runs at the end of a coroutine, however that ends. */
type Cleanup = () => Coroutine<unknown> | void;

/** Stands on a coroutine that deferred something. */
class Deferred extends Mark {
  readonly cleanups: Cleanup[] = [];

  /** @ignore */
  override leave(thread: Thread, outcome: Outcome): Coroutine<unknown> {
    thread.mark(new Shield());
    return cleanUp(this.cleanups, outcome, !outcome.ok && thread.cancelling.has(outcome.value));
  }
}

function* cleanUp(cleanups: Cleanup[], outcome: Outcome, cancelled: boolean): Coroutine<unknown> {
  const errors: unknown[] = outcome.ok || cancelled ? [] : [outcome.value];
  for (let cleanup; (cleanup = cleanups.pop()) !== undefined;) {
    try {
      const coroutine = cleanup();
      if (isCoroutine(coroutine)) yield coroutine;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 1) {
    throw new AggregateError(errors, `${errors.length} errors, in a coroutine and in what it deferred`);
  }
  if (errors.length === 1) throw errors[0];
  if (!outcome.ok) throw outcome.value;
  return outcome.value;
}

/** Registers work for the current coroutine's end. */
export class DeferEvent extends Event<void> {
  readonly #cleanup: Cleanup;

  /** Registers `cleanup`. */
  constructor(cleanup: Cleanup) {
    super();
    if (typeof cleanup !== "function") {
      throw new TypeError(`defer() takes a function, plain or function*; got ${describe(cleanup)}.`);
    }
    this.#cleanup = cleanup;
  }

  /** @ignore */
  override perform(thread: Thread): void {
    let mark = thread.topMark;
    if (!(mark instanceof Deferred)) thread.mark(mark = new Deferred());
    (mark as Deferred).cleanups.push(this.#cleanup);
  }

  /** @ignore */
  override get evenIfKilled(): boolean {
    return true;
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

/**
 * Runs `cleanup` when the current coroutine ends, however it ends, shielded from kills; last registered,
 * first run, as Go's `defer`. It registers even when a kill is pending. The current coroutine is the one
 * that `spawn`, `call` or a plain `yield` started.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * await bluelet.run(function* () {
 *   yield* bluelet.defer(() => void log.push("first registered, last run"));
 *   yield* bluelet.defer(function* () {
 *     yield* bluelet.sleep(0.001);
 *     log.push("may wait");
 *   });
 *   log.push("body");
 * }());
 * assertEquals(log, ["body", "may wait", "first registered, last run"]);
 * ```
 */
export function defer(cleanup: () => Coroutine<unknown> | void): Event<void> {
  return new DeferEvent(cleanup);
}
