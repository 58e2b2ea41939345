/**
 * Channels: values that go from thread to thread.
 *
 * @module
 */

import {
  describe,
  type Event,
  isRival,
  SUSPENDED,
  Users,
  type Wait,
  type Waiter,
  WaitList,
} from "../core/mod.ts";
import { ChannelReceiveEvent, ChannelSendEvent } from "./channel_events.ts";
import { ChannelClosedError } from "./errors.ts";
import { Fifo, type Store } from "./fifo.ts";
import { Label } from "./label.ts";

/** Options for a {@linkcode Channel}, besides its capacity. */
export interface ChannelOptions {
  /** What reports call it; left out, `channel-1` and so on. */
  name?: string;
  /** What reports call its kind. Default `"channel"`. */
  kind?: string;
  /** Is called once, when the channel is closed, so that a source outside can stop. */
  onClose?: () => void;
  /** Is called whenever a value was taken out of the buffer: for what feeds it. */
  onTake?: () => void;
}

/** What the library's own channels are made of, besides. */
export interface ChannelParts<T> extends ChannelOptions {
  /** What it buffers values in; left out, first in, first out. */
  store?: Store<T>;
  /** Whose threads use it, where it is a part of something that is used. */
  users?: Users;
}

/** Throws a `TypeError` for `caller` unless `channel` is one. */
export function checkChannel(channel: unknown, caller: string): void {
  if (!(channel instanceof Channel)) {
    throw new TypeError(`${caller}() takes a Channel; got ${describe(channel)}.`);
  }
}

/** The result of `#take` when there is no value to take. */
const NONE = Symbol("none");

/**
 * A line of values between threads, first in, first out on both sides.
 *
 * With capacity 0, the default, a sender waits for its receiver, and they go on together (a rendezvous).
 * Otherwise a sender waits only while `capacity` values are buffered. A thread that is killed while it waits
 * has not sent, or not received; a value that was handed to a thread is that thread's, killed or not.
 *
 * Channels are Go's, except that sending to a closed one throws in the sender instead of ending the program,
 * and that a receiver may choose a value that it gets at the end.
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
  /** How many values it buffers. */
  readonly capacity: number;
  /** @ignore The runs whose threads use it. */
  readonly users: Users;
  readonly #label: Label;
  readonly #onClose: (() => void) | undefined;
  readonly #onTake: (() => void) | undefined;
  readonly #buffer: Store<T>;
  // Receivers wait only while nothing is buffered, and senders only while the buffer is full, so that at most one side
  // waits (but for the rival cases of a select).
  readonly #senders = new WaitList<T>();
  readonly #receivers = new WaitList<ChannelReceiveEvent<T>>();
  #closed = false;
  /** The error that receivers are thrown at the end, if the channel was closed because of one. */
  #failure: { error: unknown } | null = null;
  /** An event is a description, so that all plain receives are one, and those with the same end value. */
  readonly #receive: ChannelReceiveEvent<T>;
  #receiveOrEnd: ChannelReceiveEvent<T> | null = null;

  /** Makes a channel that buffers `capacity` values. Throws `RangeError` unless that is 0 or more. */
  constructor(capacity = 0, options: ChannelOptions = {}) {
    if (!(capacity === Infinity || (Number.isInteger(capacity) && capacity >= 0))) {
      throw new RangeError(`A capacity is a whole number, 0 or more, or Infinity; got ${capacity}.`);
    }
    this.capacity = capacity;
    this.#label = new Label(options.kind ?? "channel", options.name);
    const { store, users }: ChannelParts<T> = options;
    this.users = users ?? new Users();
    this.#buffer = store ?? new Fifo<T>();
    this.#onClose = options.onClose;
    this.#onTake = options.onTake;
    this.#receive = new ChannelReceiveEvent<T>(this, false);
  }

  /** How many values are buffered now; those of senders that wait do not count. */
  get size(): number {
    return this.#buffer.size;
  }

  /** Whether it was closed; what is buffered can still be received. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Sends `value`: waits for a receiver, or for room. Throws {@linkcode ChannelClosedError} if the channel is
   * closed, or is closed meanwhile; then nobody received the value.
   */
  send(value: T): Event<void> {
    return new ChannelSendEvent(this, value);
  }

  /**
   * Receives the value that was sent first. When the channel is closed and empty it throws
   * {@linkcode ChannelClosedError}, or, given an end value, results in that.
   */
  receive(): Event<T>;
  /** Receives a value, or `end` when the channel is closed and empty, so that a loop can end by it. */
  receive<E>(end: E): Event<T | E>;
  receive<E>(...ends: [] | [E]): Event<T | E> {
    if (ends.length === 0) return this.#receive as Event<T>;
    const end = ends[0];
    if (this.#receiveOrEnd === null || !Object.is(this.#receiveOrEnd.end, end)) {
      this.#receiveOrEnd = new ChannelReceiveEvent<T>(this, true, end);
    }
    return this.#receiveOrEnd as Event<T | E>;
  }

  /** Sends `value` if a receiver waits or there is room; whether it did. Throws if the channel is closed. */
  trySend(value: T): boolean {
    this.users.add();
    if (this.#closed) throw this.#closedToSend();
    const receiver = partner(this.#receivers);
    if (receiver !== undefined) {
      this.#receivers.remove(receiver);
      receiver.wait.resume(value);
      return true;
    }
    if (this.#buffer.size >= this.capacity) return false;
    this.#buffer.push(value);
    return true;
  }

  /** Receives a value if there is one. Throws {@linkcode ChannelClosedError} if the channel is closed and empty. */
  tryReceive(): T | undefined {
    const value = this.#take();
    if (value !== NONE) return value;
    if (this.#closed) throw this.#end();
    return undefined;
  }

  /**
   * Closes the channel: what is buffered can still be received, then receivers get their end; senders that
   * wait get {@linkcode ChannelClosedError}. Closing twice does nothing.
   */
  close(): void {
    this.#close(null);
  }

  /**
   * Closes the channel because of `error`: once what is buffered has been received, receivers are thrown that
   * error, those with an end value too, so that a failed producer is not taken for one that is done.
   */
  fail(error: unknown): void {
    this.#close({ error });
  }

  /** Closes it, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @ignore How many wait to send. */
  get sending(): number {
    return this.#senders.size;
  }

  /** @ignore Sends `value` for `wait`. */
  performSend(value: T, wait: Wait): undefined | typeof SUSPENDED {
    if (this.trySend(value)) return undefined;
    this.#label.number(wait.scheduler);
    wait.slot = this.#senders.add(wait, value);
    return SUSPENDED;
  }

  /** @ignore Receives for `wait`, in the way of `event`. */
  performReceive(event: ChannelReceiveEvent<T>, wait: Wait): unknown {
    const value = this.#take();
    if (value !== NONE) return value;
    if (this.#closed) {
      if (event.ends && this.#failure === null) return event.end;
      throw this.#end();
    }
    this.#label.number(wait.scheduler);
    wait.slot = this.#receivers.add(wait, event);
    this.wanted();
    return SUSPENDED;
  }

  /**
   * @ignore For channels whose values stay where they come from until somebody receives them: the next one that is there,
   * or `undefined`. It may close the channel.
   */
  protected supply(): T | undefined {
    return undefined;
  }

  /** @ignore A receiver has begun to wait, since `supply` had nothing. */
  protected wanted(): void {}

  /** @ignore Whether `trySend` would hand a value over at once. */
  protected get awaited(): boolean {
    return partner(this.#receivers) !== undefined;
  }

  /** @ignore What those at one side wait for, in words. */
  describe(verb: "send" | "receive"): string {
    if (verb === "receive") return `a value from ${this.#label}`;
    if (this.capacity === 0) return `a receiver at ${this.#label}`;
    return `room in ${this.#label} (${this.size} of ${this.capacity} taken)`;
  }

  /** Takes the value that was sent first; `NONE` if there is none. */
  #take(): T | typeof NONE {
    this.users.add();
    const sender = partner(this.#senders);
    const buffered = this.#buffer.size > 0;
    if (sender === undefined) {
      if (!buffered) {
        const supplied = this.supply();
        return supplied === undefined ? NONE : supplied;
      }
    } else {
      if (buffered) this.#buffer.push(sender.value);
      this.#senders.remove(sender);
      sender.wait.resume();
      if (!buffered) return sender.value;
    }
    const value = this.#buffer.shift();
    this.#onTake?.();
    return value;
  }

  #close(failure: { error: unknown } | null): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#failure = failure;
    for (let sender; (sender = this.#senders.shift()) !== undefined;) {
      sender.wait.raise(this.#closedToSend());
    }
    for (let receiver; (receiver = this.#receivers.shift()) !== undefined;) {
      const { wait, value: event } = receiver;
      if (event.ends && failure === null) wait.resume(event.end);
      else wait.raise(this.#end());
    }
    this.#onClose?.();
  }

  #closedToSend(): ChannelClosedError {
    return new ChannelClosedError(`Nothing can be sent to ${this.#label} any more: it is closed.`);
  }

  #end(): unknown {
    if (this.#failure !== null) return this.#failure.error;
    return new ChannelClosedError(
      `Nothing is left to receive from ${this.#label}: it is closed. Ask with an end value to end a loop by it.`,
    );
  }
}

/** The first waiter of `list` that is not a case of the `select` that is being begun. */
function partner<V>(list: WaitList<V>): Waiter<V> | undefined {
  const { first } = list;
  if (first === undefined || !isRival(first.wait)) return first;
  for (const waiter of list) if (!isRival(waiter.wait)) return waiter;
  return undefined;
}
