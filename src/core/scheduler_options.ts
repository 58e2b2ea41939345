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
  /**
   * Whether each thread runs in the asynchronous context (`AsyncLocalStorage`) in which it was spawned, so that loggers and
   * tracers tell threads apart. Default `false`: it costs a little at each step, and without it threads run in whatever
   * context woke the scheduler.
   */
  asyncContext?: boolean;
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
