/**
 * Sending and receiving, as events. Queues use them too.
 *
 * @module
 */

import { Event, type Scheduler, type SUSPENDED, type Users, type Wait, type Waiter } from "../core/mod.ts";

/** The `unselectable` of events that open a channel. */
export const OPENS_CHANNEL =
  "opens a channel for the current coroutine: yield it first, and select the channel's receive()";

/** What sending needs of what is sent to: a channel, or a broadcast. */
export interface Sink<T> {
  performSend(value: T, wait: Wait): undefined | typeof SUSPENDED;
  describe(verb: "send" | "receive"): string;
  readonly users: Users;
}

/** What sending and receiving need of a channel. */
export interface Exchange<T> extends Sink<T> {
  performReceive(event: ChannelReceiveEvent<T>, wait: Wait): unknown;
}

// Flat classes, and fields that are declared without being initialised: one of these is made for each value.

/** Sends one value. */
export class ChannelSendEvent<T> extends Event<void> {
  declare readonly channel: Sink<T>;
  declare readonly value: T;

  constructor(channel: Sink<T>, value: T) {
    super();
    this.channel = channel;
    this.value = value;
  }

  override perform(wait: Wait): undefined | typeof SUSPENDED {
    return this.channel.performSend(this.value, wait);
  }

  override withdraw(wait: Wait): void {
    leave(wait);
  }

  override describe(): string {
    return this.channel.describe("send");
  }

  override get outside(): boolean {
    return false;
  }

  override sharedWith(scheduler: Scheduler): Iterable<Scheduler> {
    return this.channel.users.besides(scheduler);
  }
}

/** Receives a value; if `ends`, the end is a value too. */
export class ChannelReceiveEvent<T, E = unknown> extends Event<T | E> {
  declare readonly channel: Exchange<T>;
  declare readonly ends: boolean;
  declare readonly end: E | undefined;

  constructor(channel: Exchange<T>, ends: boolean, end?: E) {
    super();
    this.channel = channel;
    this.ends = ends;
    this.end = end;
  }

  override perform(wait: Wait): T | E | typeof SUSPENDED {
    return this.channel.performReceive(this, wait) as T | E;
  }

  override withdraw(wait: Wait): void {
    leave(wait);
  }

  override describe(): string {
    return this.channel.describe("receive");
  }

  override get outside(): boolean {
    return false;
  }

  override sharedWith(scheduler: Scheduler): Iterable<Scheduler> {
    return this.channel.users.besides(scheduler);
  }
}

function leave(wait: Wait): void {
  const waiter = wait.slot as Waiter<unknown>;
  waiter.list?.remove(waiter);
}
