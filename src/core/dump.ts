/**
 * The threads of a run, for reports.
 *
 * @module
 */

import { DeadlockError } from "./errors.ts";
import type { Scope } from "./scope.ts";
import type { Thread } from "./thread.ts";

/** The threads in `roots` and in every scope that one of them has open, in the order in which they were spawned. */
export function threadsIn(roots: Iterable<Scope>): Thread[] {
  const threads: Thread[] = [];
  const scopes = [...roots];
  for (const scope of scopes) { // the array grows meanwhile, so deeply nested scopes need no recursion
    for (const thread of scope.threads) {
      threads.push(thread);
      for (const open of thread.scopes) scopes.push(open);
    }
  }
  return threads.sort((a, b) => a.id - b.id);
}

/**
 * The threads, what each is doing, and what it waits for, a line each. An event that fails to describe itself fails its
 * run, unless that has `failed` anyway.
 */
export function dump(threads: readonly Thread[], failed = false): string {
  return threads.map((thread) => `  #${thread.id} "${thread.name}" ${waits(thread, failed)}`).join("\n");
}

/** The error of a run in which all `threads` wait for one another. */
export function deadlock(threads: readonly Thread[]): DeadlockError {
  return new DeadlockError(
    `Nothing can ever go on: every thread waits for another, and none for the outside.\n${
      dump(threads, true)
    }\n` +
      "If code outside was to end a wait, say so: wait by suspend(), or keep scheduler.hold() until it has.",
  );
}

function waits(thread: Thread, failed: boolean): string {
  if (thread.state !== "waiting") return `is ${thread.state}`;
  try {
    return `waits for ${thread.waitsFor}`;
  } catch (error) {
    if (!failed) thread.failRun(error);
    return `waits for an event that failed to describe itself: ${error}`;
  }
}
