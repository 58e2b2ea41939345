/**
 * Random tests: the same program for many seeds. A failure names its seed; `BLUELET_SEED=n` runs that one alone, and
 * `BLUELET_RUNS=n` runs so many (as `deno task soak` does).
 *
 * @module
 */

import { current, null as turn, run, Scheduler } from "../../mod.ts";
import type { Coroutine, Event } from "../../mod.ts";

/** A number from the environment, if the test may read that. */
export function setting(name: string): number | undefined {
  if (Deno.permissions.querySync({ name: "env", variable: name }).state !== "granted") return undefined;
  const value = Deno.env.get(name);
  return value === undefined ? undefined : Number(value);
}

/** How many seeds each random test of the suite runs. */
export const RUNS = setting("BLUELET_RUNS") ?? 1_000;

/** Chance, the same for equal seeds (mulberry32). */
export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed * 0x9e3779b1 | 0;
  }

  /** A whole number from 0 to `n - 1`. */
  below(n: number): number {
    let x = this.#state = this.#state + 0x6d2b79f5 | 0;
    x = Math.imul(x ^ x >>> 15, x | 1);
    x ^= x + Math.imul(x ^ x >>> 7, x | 61);
    return ((x ^ x >>> 14) >>> 0) % n;
  }

  /** Whether something happens that happens once in `n` times. */
  oneIn(n: number): boolean {
    return this.below(n) === 0;
  }

  /** One of `items`. */
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)]!;
  }
}

/** The seeds of a random test: `count` of them, or as many as the environment says. */
export function* seeds(count: number): Generator<number, void, void> {
  const only = setting("BLUELET_SEED");
  const last = only ?? setting("BLUELET_RUNS") ?? count;
  for (let seed = only ?? 1; seed <= last; seed++) yield seed;
}

/** Runs `program` on a scheduler of its own for each seed. */
export async function forEachSeed(
  program: (dice: Dice) => Coroutine<unknown>,
  options: { shuffled?: boolean } = {},
): Promise<void> {
  for (const seed of seeds(RUNS)) {
    const dice = new Dice(seed);
    const schedule = new Dice(-seed);
    try {
      await (options.shuffled
        ? new Scheduler({ pick: (count) => schedule.below(count) }).run(program(dice))
        : run(program(dice)));
    } catch (error) {
      throw new Error(`with seed ${seed}: ${error instanceof Error ? error.message : error}`, {
        cause: error,
      });
    }
  }
}

/** Lets every other thread of the run go on until it waits. */
export function* settle(): Coroutine<void> {
  const { scheduler } = current();
  for (let calm = 0; calm < 2;) {
    yield* turn();
    calm = scheduler.threads.every((thread) => thread.state !== "ready") ? calm + 1 : 0;
  }
}

/** Yields `event` in a coroutine of its own, for `spawn`. */
export function* once<T>(event: Event<T>): Coroutine<T> {
  return yield* event;
}

/** What `event` throws. */
export function* errorOf(event: Event<unknown>): Coroutine<unknown> {
  try {
    yield* event;
  } catch (error) {
    return error;
  }
  throw new Error("it threw nothing");
}
