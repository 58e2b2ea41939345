/**
 * Queues: a channel that knows how much of the work that went through it is done.
 *
 * @module
 */

import { describe, type Event, SUSPENDED, type Wait, WaitList } from "../core/mod.ts";
import { Channel, type ChannelParts } from "./channel.ts";
import { ChannelSendEvent } from "./channel_events.ts";
import { Heap, type Order } from "./heap.ts";
import { Label } from "./label.ts";
import { WaitListEvent } from "./wait_list_event.ts";

/** Options for a {@linkcode Queue}, besides its capacity. */
export interface QueueOptions<T = unknown> {
  /** What reports call it; left out, `queue-1` and so on. */
  name?: string;
  /**
   * Makes it a priority queue: of the values that it holds, the one is next that comes first in this order, which is told
   * as `Array.sort` is; equal ones are first in, first out. What `order` throws is thrown at the `put` or `get` that had to
   * compare, and nothing is lost by it.
   */
  order?: (a: T, b: T) => number;
}

/**
 * Work for other threads, first in, first out, or in an `order` of its own. A thread that gets a piece calls `taskDone`
 * when it is done, and `join` waits until all is. Python's queue, with a capacity that is unlimited unless told.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const done: string[] = [];
 * await bluelet.run(function* () {
 *   const queue = new bluelet.Queue<string>();
 *   const worker = yield* bluelet.spawn(function* worker() {
 *     while (true) {
 *       done.push(yield* queue.get());
 *       queue.taskDone();
 *     }
 *   });
 *   yield* queue.put("wash");
 *   yield* queue.put("dry");
 *   yield* queue.join();
 *   yield* bluelet.kill(worker);
 * }());
 * assertEquals(done, ["wash", "dry"]);
 * ```
 *
 * @example The urgent first; the workers end when the queue is closed and empty
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const done: string[] = [];
 * await bluelet.run(function* () {
 *   const queue = new bluelet.Queue<{ what: string; due: number }>(Infinity, { order: (a, b) => a.due - b.due });
 *   yield* queue.put({ what: "paint", due: 3 });
 *   yield* queue.put({ what: "water", due: 1 });
 *   queue.close();
 *   for (let job; (job = yield* queue.get(null)) !== null;) done.push(job.what);
 * }());
 * assertEquals(done, ["water", "paint"]);
 * ```
 */
export class Queue<T> {
  readonly #channel: Channel<T>;
  readonly #joiners = new WaitList();
  readonly #join: Event<void>;
  readonly #count = (change: number): void => {
    this.#unfinished += change;
    if (this.#unfinished > 0) return;
    for (let joiner; (joiner = this.#joiners.shift()) !== undefined;) joiner.wait.resume();
  };
  /** The number of values that were put, or wait to be put, and are not done. */
  #unfinished = 0;

  /** Makes a queue that holds `capacity` values. Throws `RangeError` unless that is 0 or more. */
  constructor(capacity = Infinity, options: QueueOptions<T> = {}) {
    const { name, order } = options;
    const label = new Label("queue", name);
    const parts: ChannelParts<T> = { kind: "queue" };
    if (name !== undefined) parts.name = name;
    if (order !== undefined) parts.store = new Heap<T>(checkedOrder(order));
    this.#channel = new Channel<T>(capacity, parts);
    this.#join = new WaitListEvent<void>({
      list: this.#joiners,
      users: this.#channel.users,
      label,
      enter: () => this.#unfinished === 0 ? undefined : SUSPENDED,
      describe: () => `the ${this.#unfinished} unfinished tasks of ${label}`,
      handsOver: false,
    });
  }

  /** How many values it holds; those of threads that wait for room do not count. */
  get size(): number {
    return this.#channel.size;
  }

  /** Whether it was closed; what it holds can still be taken. */
  get closed(): boolean {
    return this.#channel.closed;
  }

  /** Adds a value, or waits for room. Throws {@linkcode ChannelClosedError} if the queue is closed, also meanwhile. */
  put(value: T): Event<void> {
    return new PutEvent(this.#channel, value, this.#count);
  }

  /**
   * Takes the value that is next, or waits for one. When the queue is closed and empty it throws
   * {@linkcode ChannelClosedError}, or, given an end value, results in that.
   */
  get(): Event<T>;
  /** Takes a value, or results in `end` when the queue is closed and empty: what a loop goes by. */
  get<E>(end: E): Event<T | E>;
  get<E>(...ends: [] | [E]): Event<T | E> {
    return ends.length === 0 ? this.#channel.receive() : this.#channel.receive(ends[0]);
  }

  /** Adds a value if there is room; whether it did. Throws {@linkcode ChannelClosedError} if the queue is closed. */
  tryPut(value: T): boolean {
    const done = this.#channel.trySend(value);
    if (done) this.#count(+1);
    return done;
  }

  /** Takes the value that is next, if there is one. Throws {@linkcode ChannelClosedError} if it is closed and empty. */
  tryGet(): T | undefined {
    return this.#channel.tryReceive();
  }

  /**
   * Closes the queue: what it holds can still be taken, then who wants more gets {@linkcode ChannelClosedError}, or its
   * end; those that wait for room get the error at once, and have put nothing. Closing twice does nothing.
   */
  close(): void {
    const waiting = this.#channel.sending;
    this.#channel.close();
    if (waiting > 0) this.#count(-waiting);
  }

  /** Closes it, for `using`. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** Says that one of the values that were taken has been dealt with. Throws `RangeError` if all have been. */
  taskDone(): void {
    this.#channel.users.add();
    if (this.#unfinished === 0) {
      throw new RangeError(
        "taskDone() was called more often than there were values: call it once for each get().",
      );
    }
    this.#count(-1);
  }

  /** Waits until every value that was put has been dealt with; an empty queue is done at once. */
  join(): Event<void> {
    return this.#join;
  }
}

function checkedOrder<T>(order: Order<T>): Order<T> {
  if (typeof order === "function") return order;
  throw new TypeError(`A queue's order is a function (a, b) => number; got ${describe(order)}.`);
}

/** Sends, and counts: from the moment when it begins to wait, unless it is killed, or the queue closed. */
class PutEvent<T> extends ChannelSendEvent<T> {
  readonly #count: (change: number) => void;

  constructor(channel: Channel<T>, value: T, count: (change: number) => void) {
    super(channel, value);
    this.#count = count;
  }

  override perform(wait: Wait): undefined | typeof SUSPENDED {
    const result = super.perform(wait);
    this.#count(+1);
    return result;
  }

  override withdraw(wait: Wait): void {
    super.withdraw(wait);
    this.#count(-1);
  }
}
