/**
 * Sleepers: many threads asleep at once, with a hundred different deadlines out of order.
 *
 * What is clocked is to start them all, and to wake and end them all once every deadline has passed; the night
 * between is spent in a loop that lets nobody run. The second question is what each weighs while it sleeps.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { Skipped } from "../measure.ts";
import { micro, type PreparedProgram } from "../micro.ts";
import { Effect, effectName } from "../peers/effect.ts";
import { effectionName, type Operation, run, sleep, spawn, until } from "../peers/effection.ts";

/** The time for which everybody sleeps: they are counted as they fall asleep and as they wake. */
class Night {
  asleep = 0;
  woken = 0;
  readonly count: number;
  readonly #base: number;
  readonly #pass: (night: Night) => void;

  /** A night that lasts long enough for all to fall asleep, if that takes each no longer than `eachTakes` µs. */
  constructor(count: number, eachTakes: number, pass: (night: Night) => void) {
    this.count = count;
    this.#base = 50 + Math.ceil(count * eachTakes / 1_000);
    this.#pass = pass;
  }

  /** How long sleeper `index` sleeps, in milliseconds. */
  length(index: number): number {
    return this.#base + index * 7_919 % 100;
  }

  get longest(): number {
    return this.#base + 99;
  }

  /** Called when everybody should be asleep. */
  pass(): void {
    if (this.asleep !== this.count || this.woken > 0) {
      throw new Error(
        `Of ${this.count} sleepers ${this.asleep} slept and ${this.woken} had woken: not all at once.`,
      );
    }
    this.#pass(this);
  }
}

function* sleeper(index: number, night: Night): bluelet.Coroutine {
  night.asleep++;
  yield bluelet.sleep(night.length(index) / 1_000);
  night.woken++;
}

function* parent(night: Night): bluelet.Coroutine {
  for (let index = 0; index < night.count; index++) yield bluelet.spawn(sleeper(index, night));
  while (night.asleep < night.count) yield bluelet.null();
  night.pass();
}

async function asyncSleeper(index: number, night: Night): Promise<void> {
  night.asleep++;
  await new Promise((resolve) => setTimeout(resolve, night.length(index)));
  night.woken++;
}

async function asyncParent(night: Night): Promise<void> {
  const sleepers = Array.from({ length: night.count }, (_, index) => asyncSleeper(index, night));
  night.pass();
  await Promise.all(sleepers);
}

const effectSleeper = Effect.fnUntraced(function* (index: number, night: Night) {
  night.asleep++;
  yield* Effect.sleep(night.length(index));
  night.woken++;
});

const effectParent = Effect.fnUntraced(function* (night: Night) {
  for (let index = 0; index < night.count; index++) yield* Effect.forkDetach(effectSleeper(index, night));
  while (night.asleep < night.count) yield* Effect.yieldNow;
  night.pass();
  while (night.woken < night.count) yield* Effect.sleep(1);
});

function* effectionSleeper(index: number, night: Night): Operation<void> {
  night.asleep++;
  yield* sleep(night.length(index));
  night.woken++;
}

function* effectionParent(night: Night): Operation<void> {
  for (let index = 0; index < night.count; index++) yield* spawn(() => effectionSleeper(index, night));
  while (night.asleep < night.count) yield* until(Promise.resolve());
  night.pass();
  while (night.woken < night.count) yield* sleep(1);
}

const withBluelet = (night: Night) => bluelet.run(parent(night));
const withEffect = (night: Night) => Effect.runPromise(effectParent(night));
const withEffection = (night: Night) => Promise.resolve(run(() => effectionParent(night)));

/** Clocks the start and the waking, not the night. */
function clocked(eachTakes: number, sleepAll: (night: Night) => Promise<void>): PreparedProgram["run"] {
  return async (count, clock) => {
    const night = new Night(count, eachTakes, (night) => {
      clock.stop();
      const end = performance.now() + night.longest + 2;
      while (performance.now() < end);
      clock.start();
    });
    await sleepAll(night);
    return night.woken;
  };
}

/** Weighs the JavaScript heap in the middle of the night; what a runtime keeps elsewhere is not counted. */
function weighed(eachTakes: number, sleepAll: (night: Night) => Promise<void>): PreparedProgram {
  return {
    prepare: () => {
      if ("gc" in globalThis) return Promise.resolve();
      throw new Skipped("weighing needs --v8-flags=--expose-gc");
    },
    run: async (count, clock) => {
      const before = heap();
      const night = new Night(count, eachTakes, () => clock.set(heap() - before));
      await sleepAll(night);
      return night.woken;
    },
  };
}

function heap(): number {
  (globalThis as unknown as { gc: () => void }).gc();
  return Deno.memoryUsage().heapUsed;
}

const some = { full: 100_000, quick: 100 };
const fewer = { full: 10_000, quick: 100 };
const million = { full: 1_000_000, quick: 1_000 };
const each = (count: number) => count;

export const sleepers = micro({
  name: "sleepers",
  title: "100,000 sleepers",
  per: "a thread started, put to sleep, woken and ended",
  expected: each,
  size: some,
  rounds: 3,
  contenders: {
    "Bluelet": clocked(10, withBluelet),
    "setTimeout promises": clocked(20, asyncParent),
    [`${effectName}`]: clocked(80, withEffect),
    [`${effectionName} (10,000)`]: { run: clocked(600, withEffection), size: fewer },
  },
  reference: "setTimeout promises",
  goals: [{ ours: "Bluelet", than: "setTimeout promises", atMost: 1 / 4 }],
});

export const millionSleepers = micro({
  name: "million-sleepers",
  title: "1,000,000 sleepers",
  per: "a thread started, put to sleep, woken and ended",
  expected: each,
  size: million,
  rounds: 2,
  contenders: {
    "Bluelet": clocked(10, withBluelet),
    "setTimeout promises": clocked(20, asyncParent),
  },
  reference: "setTimeout promises",
  goals: [{ ours: "Bluelet", atMost: 4_000 }],
});

export const sleeperBytes = micro({
  name: "sleeper-bytes",
  title: "What a sleeper weighs",
  per: "a sleeping thread, of 100,000 (heap after a collection)",
  unit: "bytes",
  expected: each,
  size: some,
  rounds: 2,
  contenders: {
    "Bluelet": weighed(10, withBluelet),
    "Bluelet (1,000,000)": { ...weighed(10, withBluelet), size: million },
    "setTimeout promises": weighed(20, asyncParent),
    [effectName]: weighed(80, withEffect),
    [`${effectionName} (10,000)`]: { ...weighed(600, withEffection), size: fewer },
  },
  reference: "setTimeout promises",
  goals: [{ ours: "Bluelet (1,000,000)", atMost: 450 }],
});
