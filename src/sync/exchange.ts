/**
 * Where values change hands: the buffer of a channel, and those who wait at either side of it.
 *
 * @module
 */

import { ChannelClosedError, Event, SUSPENDED, type Thread, type Waiter, WaitList } from "../core/mod.ts";
import { isRival } from "./branch.ts";
import { Fifo } from "./fifo.ts";
import type { Label } from "./label.ts";

/** What `take` and `give` return when the thread would have to wait. */
const NONE = Symbol("none");

/**
 * The mechanism of channels and queues. Receivers wait only while nothing is buffered, and senders only
 * while the buffer is full, so that at most one side waits (but for the rival cases of a select).
 */
export class Exchange<T> {
  readonly capacity: number;
  readonly label: Label;
  readonly #buffer = new Fifo<T>();
  readonly #senders = new WaitList<T>();
  readonly #receivers = new WaitList<ReceiveEvent<T>>();
  readonly #onClose: (() => void) | undefined;
  closed = false;
  /** What receivers are told at the end, if the channel was closed because of an error. */
  #failure: { error: unknown } | null = null;

  constructor(capacity: number, label: Label, onClose?: () => void) {
    if (!(capacity === Infinity || (Number.isInteger(capacity) && capacity >= 0))) {
      throw new RangeError(`A capacity is a whole number, 0 or more, or Infinity; got ${capacity}.`);
    }
    this.capacity = capacity;
    this.label = label;
    this.#onClose = onClose;
  }

  /** How many values are buffered. */
  get size(): number {
    return this.#buffer.size;
  }

  /** Hands `value` to a receiver, or buffers it; whether there was room. */
  give(value: T): boolean {
    if (this.closed) throw this.#closedToSend();
    const receiver = partner(this.#receivers);
    if (receiver !== undefined) {
      this.#receivers.remove(receiver);
      receiver.thread.resume(value);
      return true;
    }
    if (this.#buffer.size >= this.capacity) return false;
    this.#buffer.push(value);
    return true;
  }

  /** Takes the value that has waited longest; `NONE` if there is none. */
  take(): T | typeof NONE {
    const sender = partner(this.#senders);
    const buffered = this.#buffer.size > 0;
    if (sender === undefined) return buffered ? this.#buffer.shift() : NONE;
    let { value } = sender;
    if (buffered) {
      this.#buffer.push(value);
      value = this.#buffer.shift();
    }
    this.#senders.remove(sender);
    sender.thread.resume();
    return value;
  }

  /** Like `take`, for those who do not wait. */
  tryTake(): T | undefined {
    const value = this.take();
    if (value !== NONE) return value;
    if (this.closed) throw this.#end();
    return undefined;
  }

  /** `thread` sends. */
  send(value: T, thread: Thread): undefined | typeof SUSPENDED {
    if (this.give(value)) return undefined;
    this.label.number(thread.scheduler);
    thread.slot = this.#senders.add(thread, value);
    return SUSPENDED;
  }

  /** `thread` receives, in the way of `event`. */
  receive(event: ReceiveEvent<T>, thread: Thread): unknown {
    const value = this.take();
    if (value !== NONE) return value;
    if (this.closed) {
      if (event.ends && this.#failure === null) return event.end;
      throw this.#end();
    }
    this.label.number(thread.scheduler);
    thread.slot = this.#receivers.add(thread, event);
    return SUSPENDED;
  }

  /** Buffered values can still be received; senders that wait are refused, receivers that wait are told. */
  close(failure: { error: unknown } | null): void {
    if (this.closed) return;
    this.closed = true;
    this.#failure = failure;
    for (let sender; (sender = this.#senders.shift()) !== undefined;) {
      sender.thread.raise(this.#closedToSend());
    }
    for (let receiver; (receiver = this.#receivers.shift()) !== undefined;) {
      const { thread, value: event } = receiver;
      if (event.ends && failure === null) thread.resume(event.end);
      else thread.raise(this.#end());
    }
    this.#onClose?.();
  }

  #closedToSend(): ChannelClosedError {
    return new ChannelClosedError(`Nothing can be sent to ${this.label} any more: it is closed.`);
  }

  #end(): unknown {
    if (this.#failure !== null) return this.#failure.error;
    return new ChannelClosedError(
      `Nothing is left to receive from ${this.label}: it is closed. Give receive() an end value to end a loop by it.`,
    );
  }

  /** What those at one side wait for, in words. */
  describe(verb: "send" | "receive"): string {
    const { label, capacity } = this;
    if (verb === "receive") return `a value from ${label}`;
    return capacity === 0 ? `a receiver at ${label}` : `room in ${label} (${this.size} of ${capacity} taken)`;
  }
}

/** The first in `list` who is no rival of whoever deals with it. */
function partner<V>(list: WaitList<V>): Waiter<V> | undefined {
  const first = list.first;
  if (first === undefined || !isRival(first.thread)) return first;
  for (const waiter of list) if (!isRival(waiter.thread)) return waiter;
  return undefined;
}

// Flat classes, and fields that are declared without being initialised: one of these is made for each value.

/** Sends one value. */
export class SendEvent<T> extends Event<void> {
  declare readonly exchange: Exchange<T>;
  declare readonly value: T;

  constructor(exchange: Exchange<T>, value: T) {
    super();
    this.exchange = exchange;
    this.value = value;
  }

  override perform(thread: Thread): undefined | typeof SUSPENDED {
    return this.exchange.send(this.value, thread);
  }

  override withdraw(thread: Thread): void {
    withdraw(thread);
  }

  override describe(): string {
    return this.exchange.describe("send");
  }

  override get outside(): boolean {
    return false;
  }
}

/** Receives a value; if `ends`, the end is a value too. */
export class ReceiveEvent<T, E = unknown> extends Event<T | E> {
  declare readonly exchange: Exchange<T>;
  declare readonly ends: boolean;
  declare readonly end: E | undefined;

  constructor(exchange: Exchange<T>, ends: boolean, end?: E) {
    super();
    this.exchange = exchange;
    this.ends = ends;
    this.end = end;
  }

  override perform(thread: Thread): T | E | typeof SUSPENDED {
    return this.exchange.receive(this, thread) as T | E;
  }

  override withdraw(thread: Thread): void {
    withdraw(thread);
  }

  override describe(): string {
    return this.exchange.describe("receive");
  }

  override get outside(): boolean {
    return false;
  }
}

function withdraw(thread: Thread): void {
  const waiter = thread.slot as Waiter<unknown>;
  waiter.list?.remove(waiter);
}
