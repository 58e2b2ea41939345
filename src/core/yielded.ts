/**
 * What a yielded value that is no event stands for: a coroutine is called, a promise is awaited.
 *
 * @module
 */

import { describe, isCoroutine } from "./coroutine.ts";
import type { Event } from "./event.ts";
import type { Thread } from "./thread.ts";

/** Makes the event that waits for a promise. The kernel knows no event, so it is told by the file that has it. */
let awaiting: (promise: PromiseLike<unknown>) => Event = () => {
  throw new Error("Nothing here can wait for a promise: import the whole of core.");
};

/** Says what a plain `yield promise` means. */
export function setAwaiting(make: (promise: PromiseLike<unknown>) => Event): void {
  awaiting = make;
}

/** The event that `yielded`, which is none, stands for; `null` for a coroutine, which `thread` has entered. */
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
