/**
 * A trace: what sees every step of a run.
 *
 * @module
 */

import type { Thread } from "./thread.ts";

/** Sees every step; the simulator writes its history with it. */
export interface Trace {
  /** `thread` is about to run. */
  running(thread: Thread): void;
  /** `thread` yielded this. */
  yielded(thread: Thread, value: unknown): void;
  /** `thread` has run: it waits, is ready again, or has ended. */
  ran(thread: Thread): void;
}
