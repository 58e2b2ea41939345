/**
 * Waiting for several events at once.
 *
 * @module
 */

import { Event, NullEvent, type Scheduler, SleepEvent, SUSPENDED, type Thread } from "../core/mod.ts";
import { Branch, type Trunk } from "./branch.ts";

/** Which of a select's cases happened, and what it resulted in. */
export interface Selected<K, T> {
  /** The case: its name, or its place in the array. */
  readonly case: K;
  /** What its event resulted in. */
  readonly value: T;
}

/** What {@linkcode select} results in, given cases with names. */
export type SelectedOf<C extends Record<string, Event<unknown>>> = {
  [K in keyof C]: Selected<K, C[K] extends Event<infer T> ? T : never>;
}[keyof C];

/** What {@linkcode select} may be told. */
export interface SelectOptions {
  /** Whether the first case, in the order written, of those that are ready is taken. Default `false`: any of them. */
  ordered?: boolean;
}

/** Waits for the first of several events; the others do not happen. */
class SelectEvent extends Event<Selected<string | number, unknown>> {
  readonly #keys: (string | number)[];
  readonly #events: Event<unknown>[];
  /** The order in which the cases are tried. Timers come last: they must not beat what is ready. */
  readonly #order: number[] = [];
  /** How many of them, from the front, are shuffled before each wait. */
  readonly #shuffled: number;

  constructor(cases: Record<string, Event<unknown>> | readonly Event<unknown>[], ordered: boolean) {
    super();
    const isList = Array.isArray(cases);
    this.#events = Object.values(cases);
    this.#keys = Object.keys(cases).map((key) => isList ? Number(key) : key);
    if (this.#events.length === 0) {
      throw new TypeError("select() needs a case: without any it would never end.");
    }
    const timers: number[] = [];
    this.#events.forEach((event, i) => {
      if (!(event instanceof Event)) {
        throw new TypeError(
          `select() takes events, and its case "${this.#keys[i]}" is none: spawn a coroutine and join it.`,
        );
      }
      (event instanceof SleepEvent || event instanceof NullEvent ? timers : this.#order).push(i);
    });
    this.#shuffled = ordered ? 0 : this.#order.length;
    this.#order.push(...timers);
  }

  override perform(thread: Thread): Selected<string | number, unknown> | typeof SUSPENDED {
    if (this.#shuffled > 1) shuffle(this.#order, this.#shuffled, thread.scheduler);
    const choice = new Choice(thread);
    thread.slot = choice;
    for (const i of this.#order) {
      if (choice.begin(new Branch(choice, this.#events[i]!, this.#keys[i]!))) break;
    }
    return choice.outcome();
  }

  override withdraw(thread: Thread): void {
    (thread.slot as Choice).withdraw();
  }

  override describe(): string {
    const cases = this.#events.map((event, i) => `${event.describe()} (${this.#keys[i]})`);
    return `the first of: ${cases.join("; ")}`;
  }

  override get outside(): boolean {
    return this.#events.some((event) => event.outside);
  }
}

/** One wait of a thread for several events. */
class Choice implements Trunk {
  /** The cases that have begun and not happened. */
  readonly #waiting: Branch[] = [];
  /** The case that happened. */
  #winner: Branch | null = null;
  /** Whether the thread has not begun to wait yet, so that what happens is kept for `outcome`. */
  #performing = true;
  #ok = true;
  #result: unknown = SUSPENDED;

  constructor(readonly thread: Thread) {}

  /** Begins one case; whether a case has happened by that. */
  begin(branch: Branch): boolean {
    try {
      const value = branch.perform();
      if (value !== SUSPENDED) this.happened(branch, true, value);
      else if (this.#winner === null) this.#waiting.push(branch);
      else if (this.#winner !== branch) branch.event.withdraw(branch.asThread);
    } catch (error) {
      this.happened(branch, false, error);
    }
    return this.#winner !== null;
  }

  /** What the select's `perform` comes to. */
  outcome(): Selected<string | number, unknown> | typeof SUSPENDED {
    this.#performing = false;
    if (!this.#ok) throw this.#result;
    return this.#result as Selected<string | number, unknown>;
  }

  happened(branch: Branch, ok: boolean, value: unknown): void {
    if (this.#winner !== null) return;
    this.#winner = branch;
    this.withdraw();
    const result = ok ? { case: branch.key, value } : value;
    if (this.#performing) {
      this.#ok = ok;
      this.#result = result;
    } else if (ok) this.thread.resume(result);
    else this.thread.raise(result);
  }

  /** Takes back every case that has not happened. */
  withdraw(): void {
    for (const branch of this.#waiting) {
      if (branch !== this.#winner) branch.event.withdraw(branch.asThread);
    }
  }
}

/** The state of each scheduler's choices: chance, but the same in equal runs. */
const states = new WeakMap<Scheduler, { state: number }>();

/** Shuffles the first `count` of `order`. */
function shuffle(order: number[], count: number, scheduler: Scheduler): void {
  let random = states.get(scheduler);
  if (random === undefined) states.set(scheduler, random = { state: 0x9e3779b9 });
  for (let i = count - 1; i > 0; i--) {
    // Xorshift, with shifts of 13, 17 and 5.
    let x = random.state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    random.state = x;
    const j = (x >>> 0) % (i + 1);
    const moved = order[i]!;
    order[i] = order[j]!;
    order[j] = moved;
  }
}

/**
 * Waits until one of several events happens; exactly one does, and the others are left as if they had never
 * been waited for: no value is taken from a channel that was not chosen, no timer stays behind. Results in
 * which `case` it was and its `value`; an error of a case is thrown.
 *
 * Any event that only waits can be a case: receives and sends of channels, `flag.wait()`, `lock.acquire()`,
 * `sleep`, `join`, `promise`, a connection's `recv`. Events that run coroutines (`call`, `timeout`, `scope`, ...)
 * throw `TypeError`. If several are ready, one of them is taken by chance, so that none is starved, and the
 * same in each run; with `ordered`, the first as written. Timers come last: `bluelet.null()` as a case is what is
 * taken when nothing else is ready. (Go's select, for more than channels.)
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * await bluelet.run(function* () {
 *   const words = new bluelet.Channel<string>();
 *   const stop = new bluelet.Flag();
 *   yield* bluelet.spawn(function* speaker() {
 *     yield* words.send("hello");
 *     stop.set();
 *   });
 *   while (true) {
 *     const got = yield* bluelet.select({ word: words.receive(), stop: stop.wait(), late: bluelet.sleep(5) });
 *     if (got.case !== "word") break;
 *     log.push(got.value);
 *   }
 * }());
 * assertEquals(log, ["hello"]);
 * ```
 */
export function select<C extends Record<string, Event<unknown>>>(
  cases: C,
  options?: SelectOptions,
): Event<SelectedOf<C>>;
/** Waits for the first of an array of events; `case` is its index. */
export function select<T>(cases: readonly Event<T>[], options?: SelectOptions): Event<Selected<number, T>>;
export function select(
  cases: Record<string, Event<unknown>> | readonly Event<unknown>[],
  options: SelectOptions = {},
): Event<unknown> {
  return new SelectEvent(cases, options.ordered ?? false);
}
