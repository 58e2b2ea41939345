/**
 * The asynchronous context (`AsyncLocalStorage`) of threads: each of a thread's steps runs in the one in which it was
 * spawned. Only schedulers that were told to do that; the others do not look.
 *
 * @module
 */

import type { Host, InContext } from "./host.ts";
import type { Thread } from "./thread.ts";
import type { Trace } from "./trace.ts";

/** How `host` keeps a context; a `TypeError` if it cannot. */
export function capturing(host: Host): () => InContext {
  if (host.capture !== undefined) return () => host.capture!();
  throw new TypeError("This run's host has no asynchronous contexts: leave asyncContext out.");
}

/** Makes `thread` run in a context that was kept: its `step` covers that of its class. */
export function stepInContext(thread: Thread, inContext: InContext): void {
  const { step } = thread;
  let trace: Trace | null;
  const task = () => step.call(thread, trace);
  thread.step = (traced) => {
    trace = traced;
    inContext(task);
  };
}
