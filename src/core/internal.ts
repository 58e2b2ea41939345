/**
 * What core keeps for the library's own rooms: no part of its contract, and subject to change.
 *
 * @module
 */

export { functionName, nameOf } from "./coroutine.ts";
export { currentHost, currentOrNull, setRunning } from "./current.ts";
export { RunQueue } from "./run_queue.ts";
export { TimerHeap } from "./timers.ts";
export { PromiseEvent } from "./events/promise.ts";
export { SuspendEvent } from "./events/suspend.ts";
