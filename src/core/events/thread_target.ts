/**
 * What `join` and `kill` take: a thread, or the coroutine that was spawned.
 *
 * @module
 */

import { type Coroutine, describe, isCoroutine, threadOf } from "../coroutine.ts";
import type { Scheduler } from "../scheduler.ts";
import { Thread } from "../thread.ts";

/** A thread, or the coroutine that was spawned as one. */
export type ThreadTarget<T> = Thread<T> | Coroutine<T>;

/** A `TypeError`, at the call, for what `verb` cannot take. */
export function checkThread(target: ThreadTarget<unknown>, verb: string): void {
  if (!(target instanceof Thread) && !isCoroutine(target)) {
    throw new TypeError(
      `${verb}() takes a thread, or the coroutine that was spawned; got ${describe(target)}.`,
    );
  }
}

/** The scheduler that runs `thread`, unless it is `scheduler`: it may end a wait for that thread. */
export function foreign(thread: Thread, scheduler: Scheduler): Scheduler[] {
  return thread.scheduler === scheduler ? [] : [thread.scheduler];
}

/** The thread that `target` is, or that it was spawned as. */
export function threadFrom<T>(target: ThreadTarget<T>): Thread<T> {
  if (target instanceof Thread) return target;
  const thread = threadOf(target);
  if (thread === undefined) {
    throw new TypeError("This coroutine is no thread, so it has no end to wait for: spawn it first.");
  }
  return thread as Thread<T>;
}
