/**
 * Which thread is running.
 *
 * @module
 */

import { defaultHost, type Host } from "./host.ts";
import type { Thread } from "./thread.ts";

/** @ignore The thread whose code is running. */
export let running: Thread | null = null;

/** The thread that is running this very code; throws outside any. */
export function current(): Thread {
  if (running === null) {
    throw new Error("current() was called outside any thread: call it in a coroutine that a run is running.");
  }
  return running;
}

/** The thread that is running, or `null` outside any. */
export function currentOrNull(): Thread | null {
  return running;
}

/** @ignore Each thread calls this when it steps; the scheduler calls it with `null` when no thread runs any more. */
export function setRunning(thread: Thread | null): void {
  running = thread;
}

/** The host of the thread that is running; outside any, the default host. */
export function currentHost(): Host {
  return running === null ? defaultHost() : running.scheduler.host;
}
