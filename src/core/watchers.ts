/**
 * What is told of a thread's end. Most threads have one watcher, or none: a set is made for the second.
 *
 * @module
 */

import type { Thread } from "./thread.ts";

/** Is told of a thread's end. */
export interface Watcher {
  /** `thread` has ended. */
  ended(thread: Thread): void;
  /** Meanwhile `thread`, or one that it waits for, was cancelled, and waits for what another thread holds. */
  blocked?(thread: Thread): void;
}

/** Any number of them. */
export type Watchers = Watcher | Set<Watcher> | null;

/** `watchers`, and `watcher`. */
export function including(watchers: Watchers, watcher: Watcher): Watchers {
  if (watchers === null) return watcher;
  return watchers instanceof Set ? watchers.add(watcher) : new Set([watchers, watcher]);
}

/** `watchers` without `watcher`. */
export function excluding(watchers: Watchers, watcher: Watcher): Watchers {
  if (watchers === watcher) return null;
  if (watchers instanceof Set) watchers.delete(watcher);
  return watchers;
}

/** Tells all of `watchers` that `thread` has ended. */
export function tell(watchers: Watchers, thread: Thread): void {
  if (watchers instanceof Set) { for (const watcher of watchers) tellOne(watcher, thread); }
  else if (watchers !== null) tellOne(watchers, thread);
}

/** Tells all of `watchers` that `thread` has to wait for another. */
export function tellBlocked(watchers: Watchers, thread: Thread): void {
  if (watchers instanceof Set) { for (const watcher of watchers) watcher.blocked?.(thread); }
  else watchers?.blocked?.(thread);
}

/** Tells one watcher that `thread` has ended. What it throws fails the run: no thread is to blame for it. */
export function tellOne(watcher: Watcher, thread: Thread): void {
  try {
    watcher.ended(thread);
  } catch (error) {
    thread.failRun(error);
  }
}
