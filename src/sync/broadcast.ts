/**
 * Broadcasts: each value goes to all who have subscribed.
 *
 * @module
 */

import { describe, Event, isRival, SUSPENDED, Users, type Wait, WaitList } from "../core/mod.ts";
import { belongs } from "./belongings.ts";
import { Channel, type ChannelParts, OPENS_CHANNEL } from "./channel.ts";
import { ChannelSendEvent } from "./channel_events.ts";
import { ChannelClosedError } from "./errors.ts";
import { Label } from "./label.ts";

/** Options for a {@linkcode Broadcast}. */
export interface BroadcastOptions {
  /** What reports call it; left out, `broadcast-1` and so on. */
  name?: string;
}

/**
 * What becomes of a value for which a subscription has no room: the sender waits, the oldest value that it holds is
 * dropped, the new one is, or the subscription is closed.
 */
export type Overflow = "wait" | "drop-oldest" | "drop-newest" | "close";

/** Options for {@linkcode Broadcast.subscribe}. */
export interface SubscribeOptions {
  /** How many values it holds that nobody has received: 1 or more, or `Infinity`. Default 64. */
  capacity?: number;
  /** What becomes of a value for which there is no room. Default `"wait"`. */
  overflow?: Overflow;
}

const OVERFLOWS: readonly Overflow[] = ["wait", "drop-oldest", "drop-newest", "close"];

/** A channel that a broadcast sends to, and what it does where that is full. */
interface Subscription<T> {
  readonly channel: Channel<T>;
  readonly overflow: Overflow;
}

/**
 * Sends each value to every channel that has been subscribed, in the same order everywhere. A value that is sent goes to
 * all of them in one moment, or, if the sender is killed while it waits for room, to none. With no subscription it goes
 * nowhere.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * const news = new bluelet.Broadcast<string>();
 * function* reader(name: string, ready: () => void) {
 *   const items = yield* news.subscribe();
 *   ready();
 *   for (let item; (item = yield* items.receive(null)) !== null;) log.push(`${name}: ${item}`);
 * }
 * await bluelet.run(function* () {
 *   for (const name of ["a", "b"]) yield* bluelet.start((ready) => reader(name, () => ready(null)));
 *   yield* news.send("rain");
 *   news.close();
 * }());
 * assertEquals(log, ["a: rain", "b: rain"]);
 * ```
 */
export class Broadcast<T> {
  /** @ignore Whose threads use it, or one of its subscriptions. */
  readonly users: Users = new Users();
  readonly #name: string | undefined;
  readonly #label: Label;
  readonly #subscriptions = new Set<Subscription<T>>();
  /** Those for which senders have to wait that were full when they were last looked at. */
  readonly #full = new Set<Subscription<T>>();
  readonly #senders = new WaitList<T>();
  #sending = false;
  #closed = false;

  /** Makes one that nobody has subscribed to. */
  constructor(options: BroadcastOptions = {}) {
    this.#name = options.name;
    this.#label = new Label("broadcast", options.name);
  }

  /** How many subscriptions are open. */
  get subscriptions(): number {
    return this.#subscriptions.size;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * A channel of what is sent from now on. It is closed with the broadcast, and it ends the subscription when the current
   * coroutine ends, or when you close it. Of a broadcast that is closed it is closed as well. Throws `RangeError` unless the
   * capacity is 1 or more.
   */
  subscribe(options: SubscribeOptions = {}): Event<Channel<T>> {
    const { capacity = 64, overflow = "wait" } = options;
    if (!(capacity === Infinity || Number.isInteger(capacity) && capacity >= 1)) {
      throw new RangeError(
        `A subscription's capacity is a whole number, 1 or more, or Infinity; got ${capacity}.`,
      );
    }
    if (!OVERFLOWS.includes(overflow)) {
      throw new TypeError(
        `subscribe() takes as overflow one of ${OVERFLOWS.join(", ")}; got ${describe(overflow)}.`,
      );
    }
    return new SubscribeEvent((wait) => this.#subscribe(wait, capacity, overflow));
  }

  /**
   * Sends `value` to all; waits until every subscription has room whose overflow is `"wait"`. Throws
   * {@linkcode ChannelClosedError} if the broadcast is closed, or is closed meanwhile; then nobody received the value.
   */
  send(value: T): Event<void> {
    return new BroadcastSendEvent(this, value);
  }

  /** Sends `value` to all if nobody has to wait for that; whether it did. Throws if the broadcast is closed. */
  trySend(value: T): boolean {
    this.users.add();
    if (this.#closed) throw this.#closedToSend();
    if (this.#senders.size > 0 || !this.#hasRoom()) return false;
    this.#deliver(value);
    return true;
  }

  /**
   * Closes the broadcast and all subscriptions: what those hold can still be received. Threads that wait to send get
   * {@linkcode ChannelClosedError}. Closing twice does nothing.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (let sender; (sender = this.#senders.shift()) !== undefined;) {
      sender.wait.raise(this.#closedToSend());
    }
    for (const { channel } of this.#subscriptions) channel.close();
  }

  /** Closes it, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @ignore Sends `value` for `wait`. */
  performSend(value: T, wait: Wait): undefined | typeof SUSPENDED {
    if (this.trySend(value)) return undefined;
    this.#label.number(wait.scheduler);
    wait.slot = this.#senders.add(wait, value);
    return SUSPENDED;
  }

  /** @ignore What senders wait for, in words. */
  describe(): string {
    return `room in ${this.#full.size} of the ${this.#subscriptions.size} subscriptions of ${this.#label}`;
  }

  #subscribe(wait: Wait, capacity: number, overflow: Overflow): Channel<T> {
    this.users.add();
    const parts: ChannelParts<T> = { kind: "subscription", users: this.users };
    if (this.#name !== undefined) parts.name = this.#name;
    if (overflow === "wait") parts.onTake = () => this.#madeRoom(subscription);
    parts.onClose = () => {
      release();
      this.#subscriptions.delete(subscription);
      this.#madeRoom(subscription);
    };
    const channel = new Channel<T>(capacity, parts);
    const subscription: Subscription<T> = { channel, overflow };
    const release = belongs(wait, () => channel.close());
    if (this.#closed) channel.close();
    else this.#subscriptions.add(subscription);
    return channel;
  }

  /** Whether every subscription has room for which senders wait. */
  #hasRoom(): boolean {
    if (this.#full.size > 0) return false;
    for (const subscription of this.#subscriptions) {
      const { channel, overflow } = subscription;
      if (overflow === "wait" && channel.size >= channel.capacity) this.#full.add(subscription);
    }
    return this.#full.size === 0;
  }

  /** There is room in `subscription`, or it is closed. */
  #madeRoom(subscription: Subscription<T>): void {
    if (this.#full.delete(subscription)) this.serve();
  }

  /** @ignore Sends what the first in line wait to send, as far as there is room. */
  serve(): void {
    if (this.#sending || this.#closed) return; // who sends looks again
    for (let first; (first = this.#senders.first) !== undefined && !isRival(first.wait);) {
      if (!this.#hasRoom()) return;
      this.#senders.remove(first);
      this.#deliver(first.value);
      first.wait.resume();
    }
  }

  /** All have room, as far as they have to. */
  #deliver(value: T): void {
    this.#sending = true;
    try {
      for (const { channel, overflow } of this.#subscriptions) {
        if (channel.trySend(value)) continue;
        if (overflow === "close") channel.close();
        if (overflow !== "drop-oldest") continue;
        channel.tryReceive();
        channel.trySend(value);
      }
    } finally {
      this.#sending = false;
    }
  }

  #closedToSend(): ChannelClosedError {
    return new ChannelClosedError(`Nothing can be sent to ${this.#label} any more: it is closed.`);
  }
}

/** Sends one value to all subscriptions. */
class BroadcastSendEvent<T> extends ChannelSendEvent<T> {
  declare readonly channel: Broadcast<T>;

  constructor(broadcast: Broadcast<T>, value: T) {
    super(broadcast, value);
  }

  override withdraw(wait: Wait): void {
    super.withdraw(wait);
    // Those behind may have been held up by it alone: where it was a case of the select that made room.
    this.channel.serve();
  }
}

class SubscribeEvent<T> extends Event<Channel<T>> {
  readonly #subscribe: (wait: Wait) => Channel<T>;

  constructor(subscribe: (wait: Wait) => Channel<T>) {
    super();
    this.#subscribe = subscribe;
  }

  override perform(wait: Wait): Channel<T> {
    return this.#subscribe(wait);
  }

  override get unselectable(): string {
    return OPENS_CHANNEL;
  }
}
