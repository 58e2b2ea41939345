/**
 * Queues: a channel that knows how much of the work that went through it is done.
 *
 * @module
 */

import { type Event, SUSPENDED, type Wait, WaitList } from "../core/mod.ts";
import { Channel } from "./channel.ts";
import { ChannelSendEvent } from "./channel_events.ts";
import { Label } from "./label.ts";
import { WaitListEvent } from "./wait_list_event.ts";

/** Options for a {@linkcode Queue}, besides its capacity. */
export interface QueueOptions {
  /** What reports call it; left out, `queue-1` and so on. */
  name?: string;
}

/**
 * Work for other threads, first in, first out. A thread that gets a piece calls `taskDone` when it is done, and `join`
 * waits until all are done. (Python's queue; its capacity is unlimited by default.)
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
  constructor(capacity = Infinity, options: QueueOptions = {}) {
    const label = new Label("queue", options.name);
    this.#channel = new Channel<T>(capacity, { ...options, kind: "queue" });
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

  /** Adds a value at the back, or waits for room. */
  put(value: T): Event<void> {
    return new PutEvent(this.#channel, value, this.#count);
  }

  /** Takes the value at the front, or waits for one. */
  get(): Event<T> {
    return this.#channel.receive();
  }

  /** Adds a value if there is room, and returns whether it did. */
  tryPut(value: T): boolean {
    const done = this.#channel.trySend(value);
    if (done) this.#count(+1);
    return done;
  }

  /** Takes the value at the front, if there is one. */
  tryGet(): T | undefined {
    return this.#channel.tryReceive();
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

/** Sends a value and counts it, from the moment when it begins to wait; a killed one does not count. */
class PutEvent<T> extends ChannelSendEvent<T> {
  readonly #count: (change: number) => void;

  constructor(channel: Channel<T>, value: T, count: (change: number) => void) {
    super(channel, value);
    this.#count = count;
  }

  override perform(wait: Wait): undefined | typeof SUSPENDED {
    this.#count(+1);
    return super.perform(wait);
  }

  override withdraw(wait: Wait): void {
    super.withdraw(wait);
    this.#count(-1);
  }
}
