/**
 * Channels: values that go from thread to thread.
 *
 * @module
 */

import type { Event } from "../core/mod.ts";
import { Exchange, ReceiveEvent, SendEvent } from "./exchange.ts";
import { Label } from "./label.ts";

/** What a {@linkcode Channel} may be told besides its capacity. */
export interface ChannelOptions {
  /** What reports call it; left out, `channel-1` and so on. */
  name?: string;
  /** Is called once, when the channel is closed: for what feeds it from outside. */
  onClose?: () => void;
}

/**
 * A line of values between threads, first in, first out on both sides.
 *
 * With capacity 0, the default, a sender waits for its receiver, and they go on together (a rendezvous).
 * Otherwise a sender waits only while `capacity` values are buffered. A thread that is killed while it waits
 * has not sent, or not received; a value that was handed to a thread is that thread's, killed or not.
 *
 * Channels are Go's, except that sending to a closed one throws in the sender instead of ending the program,
 * and that a receiver is told the end by a value of its choice.
 *
 * @example A loop that ends with the channel
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * function* producer(numbers: bluelet.Channel<number>) {
 *   for (let i = 1; i <= 3; i++) yield* numbers.send(i);
 *   numbers.close();
 * }
 *
 * const sum = await bluelet.run(function* () {
 *   const numbers = new bluelet.Channel<number>();
 *   yield* bluelet.spawn(producer, numbers);
 *   let sum = 0;
 *   for (let n; (n = yield* numbers.receive(null)) !== null;) sum += n;
 *   return sum;
 * }());
 * assertEquals(sum, 6);
 * ```
 */
export class Channel<T> {
  readonly #exchange: Exchange<T>;
  /** An event is a description, so that all plain receives are one, and those with the same end value. */
  readonly #receive: ReceiveEvent<T>;
  #receiveOrEnd: ReceiveEvent<T> | null = null;

  /** Makes a channel that buffers `capacity` values. Throws `RangeError` unless that is 0 or more. */
  constructor(capacity = 0, options: ChannelOptions = {}) {
    this.#exchange = new Exchange<T>(capacity, new Label("channel", options.name), options.onClose);
    this.#receive = new ReceiveEvent<T>(this.#exchange, false);
  }

  /** How many values it buffers. */
  get capacity(): number {
    return this.#exchange.capacity;
  }

  /** How many values are buffered now; those of senders that wait do not count. */
  get size(): number {
    return this.#exchange.size;
  }

  /** Whether it was closed; what is buffered can still be received. */
  get closed(): boolean {
    return this.#exchange.closed;
  }

  /**
   * Sends `value`: waits for a receiver, or for room. Throws {@linkcode ChannelClosedError} if the channel is
   * closed, or is closed meanwhile; then nobody received the value.
   */
  send(value: T): Event<void> {
    return new SendEvent(this.#exchange, value);
  }

  /**
   * Receives the value that was sent first. When the channel is closed and empty it throws
   * {@linkcode ChannelClosedError}, or, given an end value, results in that.
   */
  receive(): Event<T>;
  /** Receives a value, or `end` when the channel is closed and empty: what a loop goes by. */
  receive<E>(end: E): Event<T | E>;
  receive<E>(...ends: [] | [E]): Event<T | E> {
    if (ends.length === 0) return this.#receive as Event<T>;
    const end = ends[0];
    if (this.#receiveOrEnd === null || !Object.is(this.#receiveOrEnd.end, end)) {
      this.#receiveOrEnd = new ReceiveEvent<T>(this.#exchange, true, end);
    }
    return this.#receiveOrEnd as Event<T | E>;
  }

  /** Sends `value` if a receiver waits or there is room; whether it did. Throws if the channel is closed. */
  trySend(value: T): boolean {
    return this.#exchange.give(value);
  }

  /** Receives a value if there is one. Throws {@linkcode ChannelClosedError} if the channel is closed and empty. */
  tryReceive(): T | undefined {
    return this.#exchange.tryTake();
  }

  /**
   * Closes the channel: what is buffered can still be received, then receivers get their end; senders that
   * wait get {@linkcode ChannelClosedError}. Closing twice does nothing.
   */
  close(): void {
    this.#exchange.close(null);
  }

  /**
   * Closes the channel because of `error`: once what is buffered has been received, receivers are thrown that
   * error, those with an end value too, so that a failed producer is not taken for one that is done.
   */
  fail(error: unknown): void {
    this.#exchange.close({ error });
  }

  /** Closes it, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }
}
