/**
 * Builds a measure of something small enough to be repeated in a loop inside this process.
 *
 * @module
 */

import { check, type Contender, type Effort, type Goal, type Measure } from "./measure.ts";
import { Stopwatch } from "./stopwatch.ts";

/** Performs an operation `count` times and results in a number that shows that it did. */
export type Program = (count: number, clock: Stopwatch) => Promise<number>;

/** A program that needs more than to be called. */
export interface PreparedProgram {
  run: Program;
  /** Looks for what the program needs; throws `Skipped` where that is missing. */
  prepare?(): Promise<void>;
  /** What the program should result in, where it is not what the others result in. */
  expected?(count: number): number;
  /** How often it performs the operation, where the others' number would take too long. */
  size?: { full: number; quick: number };
}

/** How often to repeat something small when only looking whether it works. */
const QUICK_COUNT = 1_000;

class MicroContender implements Contender {
  readonly name: string;
  readonly #program: PreparedProgram;
  readonly #expected: (count: number) => number;
  readonly #size: { full: number; quick: number } | undefined;
  #count = QUICK_COUNT;

  constructor(name: string, program: Program | PreparedProgram, plan: MicroPlan) {
    this.name = name;
    this.#program = typeof program === "function" ? { run: program } : program;
    this.#expected = this.#program.expected ?? plan.expected;
    this.#size = this.#program.size ?? plan.size;
  }

  async open(effort: Effort): Promise<void> {
    await this.#program.prepare?.();
    if (this.#size !== undefined) this.#count = effort.quick ? this.#size.quick : this.#size.full;
    else if (!effort.quick) await this.#calibrate(effort.seconds * 1e9);
  }

  /** Finds the count that takes as long as asked, in steps, since the first runs are not yet compiled. */
  async #calibrate(nanoseconds: number): Promise<void> {
    for (let step = 0; step < 8; step++) {
      const taken = await this.sample() * this.#count;
      const factor = Math.min(20, nanoseconds / taken);
      this.#count = Math.max(QUICK_COUNT, Math.round(this.#count * factor / QUICK_COUNT) * QUICK_COUNT);
      if (factor < 1.5) return;
    }
  }

  async sample(): Promise<number> {
    collectGarbage();
    const clock = new Stopwatch();
    clock.start();
    const computed = await this.#program.run(this.#count, clock);
    clock.stop();
    check(this.name, computed, this.#expected(this.#count));
    return clock.nanoseconds / this.#count;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** What {@linkcode micro} makes a measure of. */
export interface MicroPlan {
  name: string;
  title: string;
  per: string;
  unit?: "ns" | "bytes";
  /** What every program must result in. */
  expected: (count: number) => number;
  /** A number of operations that belongs to the measure; otherwise as many as the time allows. */
  size?: { full: number; quick: number };
  /** By name, ours first. */
  contenders: Record<string, Program | PreparedProgram>;
  reference: string;
  goals?: Goal[];
  rounds?: number;
}

/** A measure whose programs run in this process (or, compiled, beside it), each timed by a stopwatch. */
export function micro(plan: MicroPlan): Measure {
  const { contenders, unit = "ns", ...rest } = plan;
  return {
    ...rest,
    unit,
    contenders: Object.entries(contenders).map(([name, program]) => new MicroContender(name, program, plan)),
  };
}

/**
 * Pays for the last program's young garbage before the next one's clock starts; needs `--v8-flags=--expose-gc`. A
 * full collection would do more than that: it throws away compiled code, and made every contender's next sample
 * two to three times as long.
 */
function collectGarbage(): void {
  (globalThis as { gc?: (how: { type: "minor" }) => void }).gc?.({ type: "minor" });
}
