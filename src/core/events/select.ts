/**
 * Waiting for several events at once.
 *
 * @module
 */

import { describe, ignore } from "../coroutine.ts";
import { Event, type SUSPENDED } from "../event.ts";
import type { Scheduler } from "../scheduler.ts";
import type { Wait } from "../wait.ts";
import { refusal, SelectWait } from "./select_wait.ts";
import { isTimer } from "./sleep.ts";

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

/** Options for {@linkcode select}. */
export interface SelectOptions {
  /** Whether the first case, in the order written, of those that are ready is taken. Default `false`: any of them. */
  ordered?: boolean;
}

/** Waits for the first of several events; the others do not happen. */
class SelectEvent extends Event<Selected<string | number, unknown>> {
  readonly #keys: (string | number)[];
  readonly #events: Event<unknown>[];
  /** The order in which the cases are tried. Timers come last: a case that is ready must win against them. */
  readonly #order: number[] = [];
  /** How many of them, from the front, are shuffled before each wait. */
  readonly #shuffled: number;

  constructor(cases: Record<string, Event<unknown>> | readonly Event<unknown>[], ordered: boolean) {
    super();
    if (typeof cases !== "object" || cases === null) {
      throw new TypeError(`select() takes events, by name or in an array; got ${describe(cases)}.`);
    }
    const isList = Array.isArray(cases);
    this.#events = Object.values(cases);
    this.#keys = Object.keys(cases).map((key) => isList ? Number(key) : key);
    if (this.#events.length === 0) {
      throw new TypeError("select() needs a case: without any it would never end.");
    }
    const timers: number[] = [];
    this.#events.forEach((event, i) => {
      const key = this.#keys[i]!;
      if (!(event instanceof Event)) {
        ignore(event);
        throw new TypeError(
          `select() takes events, and its case "${key}" is ${
            describe(event)
          }: spawn a coroutine and join it.`,
        );
      }
      if (event.unselectable !== null) throw refusal(key, event.unselectable);
      (isTimer(event) ? timers : this.#order).push(i);
    });
    this.#shuffled = ordered ? 0 : this.#order.length;
    this.#order.push(...timers);
  }

  override perform(wait: Wait): Selected<string | number, unknown> | typeof SUSPENDED {
    if (this.#shuffled > 1) shuffle(this.#order, this.#shuffled, wait.scheduler);
    const whole = new SelectWait(wait);
    wait.slot = whole;
    for (const i of this.#order) if (whole.begin(this.#events[i]!, this.#keys[i]!)) break;
    return whole.outcome() as Selected<string | number, unknown>;
  }

  override withdraw(wait: Wait): void {
    (wait.slot as SelectWait).withdraw();
  }

  override describe(): string {
    const cases = this.#events.map((event, i) => `${event.describe()} (${this.#keys[i]})`);
    return `the first of: ${cases.join("; ")}`;
  }

  override get outside(): boolean {
    return this.#events.some((event) => event.outside);
  }

  override *sharedWith(scheduler: Scheduler): Iterable<Scheduler> {
    for (const event of this.#events) yield* event.sharedWith(scheduler);
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
 * or belong to the current one (`defer`, `end`) throw `TypeError` at the call. If several are ready, one of them is taken by chance, so that none is starved, and the
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
export function select<C extends readonly Event<unknown>[]>(
  cases: C,
  options?: SelectOptions,
): Event<Selected<number, C[number] extends Event<infer T> ? T : never>>;
export function select(
  cases: Record<string, Event<unknown>> | readonly Event<unknown>[],
  options: SelectOptions = {},
): Event<unknown> {
  return new SelectEvent(cases, options.ordered ?? false);
}
