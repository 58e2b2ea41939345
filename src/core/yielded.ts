/**
 * Yielded values that are not events: a coroutine is called, a promise is awaited.
 *
 * @module
 */

import { describe, isCoroutine } from "./coroutine.ts";
import type { Event } from "./event.ts";
import type { Thread } from "./thread.ts";

/** Makes the event that waits for a promise. The kernel knows no particular event, so `events/promise.ts` sets this. */
let awaiting: (promise: PromiseLike<unknown>) => Event = () => {
  throw new Error("Nothing here can wait for a promise: import the whole of core.");
};

/** Sets the function that makes the event for a plain `yield promise`. */
export function setAwaiting(make: (promise: PromiseLike<unknown>) => Event): void {
  awaiting = make;
}

/** The event for `yielded`, which is not an event itself; `null` for a coroutine, which `thread` has then entered. */
export function eventFor(yielded: unknown, thread: Thread): Event | null {
  if (isCoroutine(yielded)) {
    thread.enter(yielded);
    return null;
  }
  if (typeof (yielded as PromiseLike<unknown> | null)?.then === "function") {
    return awaiting(yielded as PromiseLike<unknown>);
  }
  throw new TypeError(
    `Thread "${thread.name}" yielded ${describe(yielded)}: yield an event, a coroutine or a promise.`,
  );
}
