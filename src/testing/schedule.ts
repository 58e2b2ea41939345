/**
 * Who is next: first in, first out, or shuffled by the seed. A shuffled schedule can be thinned out to the few
 * choices that matter, which is how a failure is made small.
 *
 * @module
 */

import { Random } from "./random.ts";

/** Chooses among what is ready. */
export class Schedule {
  readonly #random: Random | null;
  readonly #only: ReadonlySet<number> | null;
  #choices = 0;
  /** The choices, counted from 0, at which something else than the first in line was taken. */
  readonly switches: number[] = [];

  /** A schedule that is shuffled by `seed`, or not at all if that is `null`; `only` at these choices. */
  constructor(seed: number | null, only: readonly number[] | undefined) {
    this.#random = seed === null ? null : new Random(seed, "schedule");
    this.#only = only === undefined ? null : new Set(only);
  }

  /** Which of `count` is next, from 0. */
  readonly pick = (count: number): number => {
    if (this.#random === null || count < 2) return 0;
    const index = this.#choices++;
    if (this.#only !== null && !this.#only.has(index)) return 0;
    const choice = Math.floor(this.#random.at(index) * count);
    if (choice > 0) this.switches.push(index);
    return choice;
  };
}
