/**
 * The options of a scheduler, and the object that represents a run.
 *
 * @module
 */

import type { Host } from "./host.ts";
import type { Thread } from "./thread.ts";
import type { Trace } from "./trace.ts";

/** Options for a `Scheduler`. */
export interface SchedulerOptions {
  /** The world to run in; the default host if left out. */
  host?: Host;
  /** Seconds that a killed thread has for its clean-up before it is forced to end. Default 5. */
  grace?: number;
  /** Chooses which of `count` ready threads runs next, from 0; left out, the first. */
  pick?: (count: number) => number;
  /** Sees every step. */
  trace?: Trace;
}

/** A run that has been started. */
export interface Run<T> {
  /** The root. */
  readonly thread: Thread<T>;
  /** Its value, when everything has ended. */
  readonly finished: Promise<T>;
  /** Throws `InterruptError` into the root. */
  interrupt(signal: string): void;
}
