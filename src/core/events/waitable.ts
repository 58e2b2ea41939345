/**
 * Events that wait for the outside, as sockets and files do.
 *
 * @module
 */

import { Event } from "../event.ts";

/** An event that something outside the scheduler completes. (Bluelet's own were those that `select` waits for.) */
export abstract class WaitableEvent<T> extends Event<T> {
  /** @ignore */
  override get outside(): boolean {
    return true;
  }
}
