/**
 * The shape of a measurement: one operation, the contenders that perform it, and the goals it must meet.
 *
 * @module
 */

/** How hard to try: a full run, or one that only shows that the programs still work. */
export interface Effort {
  /** Only check that everything runs and computes what it should. */
  readonly quick: boolean;
  /** How long one sample should take, in seconds. */
  readonly seconds: number;
}

/** One program that performs the operation; `open` comes first, `close` last. */
export interface Contender {
  readonly name: string;
  /** Makes ready: calibrates, compiles, starts a server. Throws {@linkcode Skipped} where it cannot run. */
  open(effort: Effort): Promise<void>;
  /** Performs the operation many times, checks what came out, and tells one figure in the measure's unit. */
  sample(): Promise<number>;
  /** Lets go of what `open` took. */
  close(): Promise<void>;
}

/** What a measure must show, as a ratio to another contender of the same measure, or as it stands. */
export interface Goal {
  readonly ours: string;
  /** The contender that `ours` is divided by; without one, the figure itself is judged. */
  readonly than?: string;
  readonly atMost?: number;
  readonly atLeast?: number;
}

/** One operation, measured side by side. */
export interface Measure {
  /** What `--only` takes. */
  readonly name: string;
  readonly title: string;
  readonly unit: "ns" | "bytes" | "per second";
  /** What one figure is the price, or the number, of. */
  readonly per: string;
  /** Ours first: the ratios in the table are to the first one that ran. */
  readonly contenders: readonly Contender[];
  /** The peer that a saved run is scaled by, since machines differ. */
  readonly reference: string;
  readonly goals?: readonly Goal[];
  /** At most so many rounds, where one sample takes seconds. */
  readonly rounds?: number;
}

/** Says why a contender cannot run here; the table names it as skipped. */
export class Skipped extends Error {
  override name = "Skipped";
}

/** Throws unless a program computed what it should have: a figure for wrong work is worth nothing. */
export function check(who: string, computed: number, expected: number): void {
  if (computed !== expected) {
    throw new Error(
      `${who} computed ${computed} where ${expected} was expected: its figure would be worth nothing.`,
    );
  }
}

/** Whether smaller figures are better. */
export function lessIsBetter(measure: Pick<Measure, "unit">): boolean {
  return measure.unit !== "per second";
}
