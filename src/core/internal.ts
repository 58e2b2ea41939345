/**
 * Exports for the library's own rooms only. They are no part of core's contract, and may change.
 *
 * @module
 */

export { functionName, nameOf } from "./coroutine.ts";
export { currentHost, currentOrNull, setRunning } from "./current.ts";
export { RunQueue } from "./run_queue.ts";
export { TimerHeap } from "./timers.ts";
export { PromiseEvent } from "./events/promise.ts";
export { SuspendEvent } from "./events/suspend.ts";
