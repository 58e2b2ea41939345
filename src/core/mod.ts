/**
 * The scheduler and its events, without a host: bring your own, or use `@x/bluelet`, which brings Deno's.
 *
 * @module
 */

export { run, type RunOptions } from "./run.ts";
export { type Run, Scheduler, type SchedulerOptions, type Trace } from "./scheduler.ts";
export { type Alarm, defaultHost, type Host, setDefaultHost } from "./host.ts";

export { type Coroutine, type CoroutineFunction, type Named, type Task } from "./coroutine.ts";
export { Thread, type ThreadState } from "./thread.ts";
export { current } from "./current.ts";
export { call, end, spawn } from "./threads.ts";
export { join, kill } from "./join.ts";
export { null, sleep } from "./sleep.ts";
export { promise, type PromiseSource, suspend, type SuspendOptions, type SuspendSetup } from "./promise.ts";

export { scope, type ScopeOptions } from "./open_scope.ts";
export { Scope, type Supervisor } from "./scope.ts";
export { moveOnAfter, timeout } from "./timeout.ts";
export { defer, shield } from "./shield.ts";
export { all, allSettled, any, race, type TaskResult, type TaskResults } from "./combinators.ts";

export { Event, SUSPENDED } from "./event.ts";
export { DelegationEvent, ExceptionEvent, ReturnEvent, SpawnEvent, ValueEvent } from "./threads.ts";
export { JoinEvent, KillEvent } from "./join.ts";
export { NullEvent, SleepEvent } from "./sleep.ts";
export { PromiseEvent, SuspendEvent } from "./promise.ts";
export { ScopeEvent } from "./open_scope.ts";
export { TimeoutEvent } from "./timeout.ts";
export { DeferEvent, ShieldEvent } from "./shield.ts";
export { WaitableEvent } from "./waitable.ts";
export { Waiter, WaitList } from "./wait_list.ts";

export {
  ChannelClosedError,
  DeadlockError,
  InterruptError,
  LineTooLongError,
  SocketBusyError,
  SocketClosedError,
  SocketError,
  ThreadKilledError,
  TimeoutError,
  UnexpectedEofError,
} from "./errors.ts";
export { trailOf } from "./trail.ts";
