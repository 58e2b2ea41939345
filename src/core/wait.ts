/**
 * A wait: what an event is given of the thread, or of the case of `select`, that waits for it.
 *
 * A thread is a wait, and so is a case of `select`. An event sees nothing else, so whatever a thread can yield can
 * be a case as well.
 *
 * @module
 */

import type { Coroutine, Named } from "./coroutine.ts";
import type { SUSPENDED } from "./event.ts";
import type { Mark } from "./mark.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Thread } from "./thread.ts";

/** One wait of one thread for one event: what {@linkcode Event.perform} is given. */
export interface Wait {
  /** The thread that waits. */
  readonly thread: Thread;
  /** The scheduler that runs it. */
  readonly scheduler: Scheduler;
  /** The event's state of this wait, for its `withdraw`. */
  slot: unknown;
  /** Ends the wait with this result. Does nothing once the wait is over. */
  resume(value?: unknown): void;
  /** Ends the wait with this error, which is thrown at the yield. Does nothing once the wait is over. */
  raise(error: unknown): void;
  /**
   * Goes on with `coroutine`, whose value becomes the event's result; `mark.leave` is called at its end. A case of `select`
   * throws `TypeError`: it can only wait.
   */
  enter(coroutine: Coroutine<unknown>, named?: Named, mark?: Mark): undefined;
  /** Ends the current coroutine with `value`, its `finally` blocks included. A case of `select` throws `TypeError`. */
  return(value: unknown): typeof SUSPENDED;
}
