/**
 * Which of the ready threads and tasks is next: the first in line, or one that the seed chooses. A shuffled schedule
 * can be limited to a few of its choices, which is how a failure is made small.
 *
 * @module
 */

import { Random } from "./random.ts";

/** Chooses what is next. */
export class Schedule {
  readonly #random: Random | null;
  /** The only choices that the seed makes; at all others the first in line is next. `null`: it makes them all. */
  readonly #only: ReadonlySet<number> | null;
  /** How many choices there were. */
  #choices = 0;
  /** The choices, counted from 0, at which another than the first in line was taken. */
  readonly switches: number[] = [];

  /** Makes a schedule that `seed` shuffles; if it is `null`, first in, first out. `only` is the option `switches`. */
  constructor(seed: number | null, only: readonly number[] | undefined) {
    this.#random = seed === null ? null : new Random(seed, "schedule");
    this.#only = only === undefined ? null : new Set(only);
  }

  /** Which of `count` is next, counted from 0. */
  readonly pick = (count: number): number => {
    if (this.#random === null || count < 2) return 0;
    const index = this.#choices++;
    if (this.#only !== null && !this.#only.has(index)) return 0;
    const choice = Math.floor(this.#random.at(index) * count);
    if (choice > 0) this.switches.push(index);
    return choice;
  };
}
