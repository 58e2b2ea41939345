/**
 * Who is told of a thread's end. Most threads have one watcher, or none: a set is made for the second.
 *
 * @module
 */

import type { Thread } from "./thread.ts";

/** A thread that waits for the end, whose event's `targetEnded` is called, or a callback. */
export type Watcher = Thread | ((thread: Thread) => void);

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

function tellOne(watcher: Watcher, thread: Thread): void {
  // Not `instanceof Thread`: what stands in for a thread, as a case of a select does, may watch too.
  if (typeof watcher !== "function") return watcher.event?.targetEnded(watcher, thread);
  try {
    watcher(thread);
  } catch (error) {
    thread.scope.fail(error, thread);
  }
}
