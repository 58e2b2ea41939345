/**
 * Pools: they limit how many threads run at a time.
 *
 * @module
 */

import {
  type Coroutine,
  type CoroutineFunction,
  describe,
  Event,
  join,
  type Scheduler,
  scope,
  spawn,
  SUSPENDED,
  type Thread,
  Users,
  type Wait,
  type Waiter,
  WaitList,
} from "../core/mod.ts";
import { Channel } from "./channel.ts";
import { Label } from "./label.ts";
import { WaitListEvent } from "./wait_list_event.ts";

/** Options for a {@linkcode Pool}. */
export interface PoolOptions {
  /** What reports call it; left out, `pool-1` and so on. */
  name?: string;
}

/** The function that a pool calls for each item, with the item and its index among the items. */
export type PoolFunction<T, R> = (item: T, index: number) => Coroutine<R>;

/**
 * Limits how many threads run at a time. A thread gives its place back when it has ended, in whichever way, also
 * one that was killed before it started. Places are given out in the order in which they were asked for.
 *
 * The pool only counts: its threads belong to the scope in which they were spawned, as any thread does. (gevent's
 * Pool, with that difference.)
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * function* square(n: number) {
 *   yield* bluelet.sleep(0.001 * (3 - n));
 *   return n * n;
 * }
 * await bluelet.run(function* () {
 *   const pool = new bluelet.Pool(2);
 *   assertEquals(yield* pool.map(square, [1, 2, 3]), [1, 4, 9]);
 * }());
 * ```
 */
export class Pool {
  /** How many threads it lets run at a time. */
  readonly size: number;
  /** @ignore The runs whose threads use it. */
  readonly users: Users = new Users();
  readonly #label: Label;
  readonly #waiters = new WaitList<PlaceEvent<unknown>>();
  readonly #joiners = new WaitList();
  readonly #join: Event<void>;
  readonly #watchers = new WaitList();
  readonly #available: Event<void>;
  #active = 0;

  /** Makes a pool of `size` places. Throws `RangeError` unless that is a whole number, 1 or more, or `Infinity`. */
  constructor(size: number, options: PoolOptions = {}) {
    if (!(size === Infinity || (Number.isInteger(size) && size >= 1))) {
      throw new RangeError(`A pool has a whole number of places, 1 or more, or Infinity; got ${size}.`);
    }
    this.size = size;
    const label = this.#label = new Label("pool", options.name);
    this.#join = new WaitListEvent<void>({
      list: this.#joiners,
      users: this.users,
      enter: () => this.#active === 0 ? undefined : SUSPENDED,
      label,
      describe: () => `the ${this.#active} threads of ${label} to end`,
      handsOver: false,
    });
    this.#available = new WaitListEvent<void>({
      list: this.#watchers,
      users: this.users,
      label,
      enter: () => this.#active < this.size ? undefined : SUSPENDED,
      describe: () => this.describe(),
      handsOver: false,
    });
  }

  /** How many of its threads have not ended. */
  get active(): number {
    return this.#active;
  }

  /** Waits for a place, then starts a thread, as `spawn` does, in the scope that is open here; results in it. */
  spawn<T>(coroutine: Coroutine<T>): Event<Thread<T>>;
  /** Waits for a place, then calls `fn(...args)` and starts that as a thread, named after `fn`. */
  spawn<A extends unknown[], T>(fn: CoroutineFunction<A, T>, ...args: A): Event<Thread<T>>;
  spawn<A extends unknown[], T>(
    target: Coroutine<T> | CoroutineFunction<A, T>,
    ...args: A
  ): Event<Thread<T>> {
    return new PlaceEvent(this, spawn(target as CoroutineFunction<A, T>, ...args));
  }

  /**
   * Calls `fn` for each item, each in a thread of its own; results in the values, in the order of the items,
   * which are asked for one by one as places become free. If one fails, or is killed, the others are killed, and then
   * its error is thrown here.
   */
  map<T, R>(fn: PoolFunction<T, R>, items: Iterable<T>): Event<R[]> {
    check(fn, items, "map");
    // deno-lint-ignore no-this-alias
    const pool = this;
    return scope(function* map(): Coroutine<R[]> {
      const threads: Thread<R>[] = [];
      for (const item of items) threads.push(yield pool.spawn(fn, item, threads.length));
      const results: R[] = [];
      for (const thread of threads) results.push(yield join(thread));
      return results;
    });
  }

  /**
   * Like {@linkcode map}, in the order in which the calls finish. Given a body, it calls that with a channel of
   * the values, to receive them as they come; a thread keeps its place until its value was received. When the
   * body has ended, what still runs is killed, and the body's value is the result.
   *
   * @example
   * ```ts
   * import * as bluelet from "@x/bluelet";
   * import { assertEquals } from "@std/assert";
   *
   * function* after(steps: number) {
   *   for (let i = 0; i < steps; i++) yield* bluelet.null();
   *   return steps;
   * }
   * await bluelet.run(function* () {
   *   const pool = new bluelet.Pool(3);
   *   assertEquals(yield* pool.imap(after, [20, 5, 10]), [5, 10, 20]);
   *
   *   const first = yield* pool.imap(after, [20, 5, 10], function* (values) {
   *     return yield* values.receive();
   *   });
   *   assertEquals(first, 5);
   * }());
   * ```
   */
  imap<T, R>(fn: PoolFunction<T, R>, items: Iterable<T>): Event<R[]>;
  /** Calls `body` with a channel of the values, in the order in which the calls finish. */
  imap<T, R, B>(
    fn: PoolFunction<T, R>,
    items: Iterable<T>,
    body: (values: Channel<R>) => Coroutine<B>,
  ): Event<B>;
  imap<T, R>(
    fn: PoolFunction<T, R>,
    items: Iterable<T>,
    body: (values: Channel<R>) => Coroutine<unknown> = collect,
  ): Event<unknown> {
    check(fn, items, "imap");
    // deno-lint-ignore no-this-alias
    const pool = this;
    return scope(function* imap(outer): Coroutine<unknown> {
      const values = new Channel<R>(0, { name: `the values of ${fn.name || "imap"}` });
      const one = function* (item: T, index: number): Coroutine<void> {
        const value: R = yield fn(item, index);
        yield values.send(value);
      };
      Object.defineProperty(one, "name", { value: fn.name });
      let killed: Thread | undefined;
      const feeder = outer.spawn(function* feeder(): Coroutine<void> {
        yield scope(function* (): Coroutine<void> {
          let index = 0;
          for (const item of items) {
            const thread: Thread = yield pool.spawn(one, item, index++);
            thread.onEnd(({ state }) => {
              if (state === "killed") killed = thread;
            });
          }
        });
        killed?.outcome(); // throws: no value came of it
        values.close();
      });
      const result = yield body(values);
      feeder.kill("the body of imap() ended");
      return result;
    });
  }

  /** Waits until a place is free, without taking it. */
  available(): Event<void> {
    return this.#available;
  }

  /** Waits until none of its threads is left. */
  join(): Event<void> {
    return this.#join;
  }

  /** @ignore Takes a place for the thread that `event` starts, or puts `wait` in line for one. */
  enter<T>(event: PlaceEvent<T>, wait: Wait): Thread<T> | typeof SUSPENDED {
    this.users.add();
    if (this.#active < this.size) return this.#start(event, wait);
    this.#label.number(wait.scheduler);
    wait.slot = this.#waiters.add(wait, event as PlaceEvent<unknown>);
    return SUSPENDED;
  }

  /** @ignore A thread that waits for a place was killed. */
  leave(waiter: Waiter<PlaceEvent<unknown>>): void {
    this.#waiters.remove(waiter);
  }

  /** @ignore Describes the wait for a place. */
  describe(): string {
    return `a place in ${this.#label} (${this.#active} of ${this.size} taken)`;
  }

  #start<T>(event: PlaceEvent<T>, wait: Wait): Thread<T> {
    const started = event.spawn.perform(wait) as Thread<T>;
    this.#active++;
    started.onEnd(this.#ended);
    return started;
  }

  /** A place is free: the thread that has waited longest gets it at once, so that no newcomer can take it first. */
  readonly #ended = (): void => {
    this.#active--;
    for (let waiter; this.#active < this.size && (waiter = this.#waiters.shift()) !== undefined;) {
      try {
        const { wait, value: event } = waiter;
        const started = this.#start(event, wait);
        started.locals = wait.thread.locals; // those of its parent, which is not the thread that runs now
        wait.resume(started);
      } catch (error) {
        waiter.wait.raise(error);
      }
    }
    if (this.#active < this.size) {
      for (let watcher; (watcher = this.#watchers.shift()) !== undefined;) watcher.wait.resume();
    }
    if (this.#active > 0) return;
    for (let joiner; (joiner = this.#joiners.shift()) !== undefined;) joiner.wait.resume();
  };
}

/** Spawns a thread as soon as the pool has a place for it. */
class PlaceEvent<T> extends Event<Thread<T>> {
  readonly #pool: Pool;
  /** How the thread is started. */
  readonly spawn: Event<Thread<T>>;

  constructor(pool: Pool, spawn: Event<Thread<T>>) {
    super();
    this.#pool = pool;
    this.spawn = spawn;
  }

  override perform(wait: Wait): Thread<T> | typeof SUSPENDED {
    return this.#pool.enter(this, wait);
  }

  override withdraw(wait: Wait): void {
    this.#pool.leave(wait.slot as Waiter<PlaceEvent<unknown>>);
  }

  override describe(): string {
    return this.#pool.describe();
  }

  override get outside(): boolean {
    return false;
  }

  override sharedWith(scheduler: Scheduler): Iterable<Scheduler> {
    return this.#pool.users.besides(scheduler);
  }
}

function* collect<R>(values: Channel<R>): Coroutine<R[]> {
  const all: R[] = [];
  const end = Symbol("end");
  for (let value; (value = yield* values.receive(end)) !== end;) all.push(value as R);
  return all;
}

function check(fn: unknown, items: unknown, caller: string): void {
  const iterable = typeof (items as Iterable<unknown> | null)?.[Symbol.iterator] === "function";
  if (typeof fn === "function" && iterable) return;
  const wrong = describe(typeof fn !== "function" ? fn : items);
  throw new TypeError(`Pool.${caller}() takes a function* and the items to iterate over; got ${wrong}.`);
}
