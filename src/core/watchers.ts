/**
 * The objects that are called when a thread ends. Most threads have one watcher, or none; a set is made for the second.
 *
 * @module
 */

import type { Thread } from "./thread.ts";

/** Is called when a thread ends. */
export interface Watcher {
  /** `thread` has ended. */
  ended(thread: Thread): void;
  /** `thread`, or a thread that it waits for, is being cancelled, and its clean-up waits for another thread. */
  blocked?(thread: Thread): void;
}

/** Any number of them. */
export type Watchers = Watcher | Set<Watcher> | null;

/** `watchers` and `watcher` together. */
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

/** Calls all of `watchers`: `thread` has ended. */
export function tell(watchers: Watchers, thread: Thread): void {
  if (watchers instanceof Set) { for (const watcher of watchers) tellOne(watcher, thread); }
  else if (watchers !== null) tellOne(watchers, thread);
}

/** Calls all of `watchers`: `thread` has to wait for another thread. */
export function tellBlocked(watchers: Watchers, thread: Thread): void {
  if (watchers instanceof Set) { for (const watcher of watchers) watcher.blocked?.(thread); }
  else watchers?.blocked?.(thread);
}

/** Calls one watcher: `thread` has ended. An error that it throws fails the run, since no thread is to blame for it. */
export function tellOne(watcher: Watcher, thread: Thread): void {
  try {
    watcher.ended(thread);
  } catch (error) {
    thread.failRun(error);
  }
}
