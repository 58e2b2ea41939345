/**
 * Runs a measure: every contender in turn, A B C A B C, so that whatever else the machine is doing falls on
 * all of them alike.
 *
 * @module
 */

import { type Contender, type Effort, type Measure, Skipped } from "./measure.ts";

/** What one contender showed. */
export interface Result {
  readonly contender: string;
  readonly samples: readonly number[];
  /** Why there are no samples. */
  readonly skipped?: string;
}

/** What a measure showed. */
export interface Outcome {
  readonly measure: Measure;
  readonly results: readonly Result[];
}

/** The middle one of `samples`, or the mean of the middle two. */
export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? NaN : (low + high) / 2;
}

/** The median of `contender`, `NaN` if it did not run. */
export function medianOf(outcome: Pick<Outcome, "results">, contender: string): number {
  return median(samplesOf(outcome, contender));
}

/**
 * How many times `other` the contender `ours` is: the median of the rounds' own ratios, which noise that lasts
 * longer than a round does not touch. `NaN` if one of them did not run.
 */
export function ratio(outcome: Pick<Outcome, "results">, ours: string, other: string): number {
  const [of, to] = [samplesOf(outcome, ours), samplesOf(outcome, other)];
  return median(of.map((figure, round) => figure / (to[round] ?? NaN)));
}

function samplesOf(outcome: Pick<Outcome, "results">, contender: string): readonly number[] {
  return outcome.results.find((result) => result.contender === contender)?.samples ?? [];
}

/** Runs `measure` for at most `wanted` rounds, after one that is thrown away; for one, where it is to be quick. */
export async function runMeasure(measure: Measure, effort: Effort, wanted: number): Promise<Outcome> {
  const rounds = effort.quick ? 1 : Math.min(wanted, measure.rounds ?? wanted);
  const skipped = new Map<Contender, string>();
  const opened: Contender[] = [];
  const samples = new Map<Contender, number[]>();
  try {
    for (const contender of measure.contenders) {
      try {
        await contender.open(effort);
        opened.push(contender);
        samples.set(contender, []);
      } catch (error) {
        if (!(error instanceof Skipped)) throw error;
        skipped.set(contender, error.message);
      }
    }
    for (let round = effort.quick ? 1 : 0; round <= rounds; round++) {
      for (const contender of opened) {
        const figure = await contender.sample();
        if (round > 0) samples.get(contender)?.push(figure);
      }
    }
  } finally {
    for (const contender of opened) await contender.close();
  }
  const results = measure.contenders.map((contender): Result => {
    const why = skipped.get(contender);
    const figures = samples.get(contender) ?? [];
    return { contender: contender.name, samples: figures, ...(why === undefined ? {} : { skipped: why }) };
  });
  return { measure, results };
}
