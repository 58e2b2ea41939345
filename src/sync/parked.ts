/**
 * Waiting in line for something that another thread does: what flags, semaphores and joins have in common.
 *
 * @module
 */

import { Event, SUSPENDED, type Thread, type Waiter, type WaitList } from "../core/mod.ts";

/** How one kind of waiting goes. */
export interface Parking<T> {
  /** Who waits. */
  readonly line: WaitList;
  /** The result, if the thread need not wait. */
  enter(): T | typeof SUSPENDED;
  /** What is waited for, in words. */
  describe(): string;
  /** `thread` is going to wait. */
  waits?(thread: Thread): void;
  /** Whether a thread that was let go on was given something, which its kill must not lose. */
  readonly handsOver: boolean;
}

/** Waits in line until another thread takes one out and resumes it. */
export class ParkedEvent<T> extends Event<T> {
  readonly #parking: Parking<T>;

  constructor(parking: Parking<T>) {
    super();
    this.#parking = parking;
  }

  override perform(thread: Thread): T | typeof SUSPENDED {
    const parking = this.#parking;
    const result = parking.enter();
    if (result !== SUSPENDED) return result;
    parking.waits?.(thread);
    thread.slot = parking.line.add(thread, undefined);
    return SUSPENDED;
  }

  override withdraw(thread: Thread): void {
    this.#parking.line.remove(thread.slot as Waiter);
  }

  override describe(): string {
    return this.#parking.describe();
  }

  override get outside(): boolean {
    return false;
  }

  override get handsOver(): boolean {
    return this.#parking.handsOver;
  }
}
