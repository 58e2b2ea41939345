/**
 * The scheduler and its events, without a host: bring your own, or use `@x/bluelet`, which brings Deno's. It has all
 * that an event, a host or a primitive of your own needs.
 *
 * @example
 * ```ts
 * import { Event, Scheduler, SUSPENDED, type Wait } from "@x/bluelet/core";
 * import { denoHost } from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * class Microtask extends Event<string> {
 *   override perform(wait: Wait) {
 *     queueMicrotask(() => wait.resume("back"));
 *     return SUSPENDED;
 *   }
 * }
 * const scheduler = new Scheduler({ host: denoHost });
 * const result = await scheduler.run(function* () {
 *   return yield* new Microtask();
 * }());
 * assertEquals(result, "back");
 * ```
 *
 * @module
 */

// Running threads.
export { run, type RunOptions } from "./run.ts";
export { Scheduler } from "./scheduler.ts";
export type { Run, SchedulerOptions } from "./scheduler_options.ts";
export type { Trace } from "./trace.ts";
export {
  type Coroutine,
  type CoroutineFunction,
  type Named,
  type Task,
  type Yieldable,
} from "./coroutine.ts";
export { Thread, type ThreadState } from "./thread.ts";
export { current } from "./current.ts";
export { isKill, killed } from "./killed.ts";
export { Scope, type Supervisor } from "./scope.ts";
export { trailOf } from "./trail.ts";

// What threads yield.
export { call } from "./events/call.ts";
export { end } from "./events/end.ts";
export { join } from "./events/join.ts";
export { kill } from "./events/kill.ts";
export { null, sleep } from "./events/sleep.ts";
export { promise, type PromiseSource } from "./events/promise.ts";
export { spawn } from "./events/spawn.ts";
export { start, type Started } from "./events/start.ts";
export { suspend, type SuspendOptions, type SuspendSetup } from "./events/suspend.ts";
export { scope, type ScopeOptions } from "./events/scope.ts";
export { Deadline, moveOnAfter, type TimedTask, timeout } from "./events/timeout.ts";
export { defer } from "./events/defer.ts";
export { shield } from "./events/shield.ts";
export { select, type Selected, type SelectedOf, type SelectOptions } from "./events/select.ts";
export { all, allSettled, any, race, type TaskResult, type TaskResults } from "./events/combinators.ts";

// The classes of Bluelet's events.
export { Event, RUNS_COROUTINE, SUSPENDED } from "./event.ts";
export { ExceptionEvent, ValueEvent } from "./events/value.ts";
export { DelegationEvent } from "./events/call.ts";
export { ReturnEvent } from "./events/end.ts";
export { JoinEvent } from "./events/join.ts";
export { KillEvent } from "./events/kill.ts";
export { NullEvent, SleepEvent } from "./events/sleep.ts";
export { SpawnEvent } from "./events/spawn.ts";
export { WaitableEvent } from "./events/waitable.ts";

// What events and primitives of one's own are made of.
export type { Wait } from "./wait.ts";
export { Mark, type Outcome, Shield } from "./mark.ts";
export { Timer } from "./timers.ts";
export { Waiter, WaitList } from "./wait_list.ts";
export type { Watcher } from "./watchers.ts";
export { Users } from "./users.ts";
export { isRival } from "./events/select_wait.ts";
export { checkTask, describe, isCoroutine } from "./coroutine.ts";
export { checkSeconds } from "./events/sleep.ts";

// Hosts.
export { currentHost } from "./current.ts";
export {
  type Alarm,
  type Capability,
  capability,
  defaultHost,
  type Host,
  type InContext,
  setDefaultHost,
} from "./host.ts";

// Errors.
export { DeadlockError, InterruptError, ThreadKilledError, TimeoutError } from "./errors.ts";
