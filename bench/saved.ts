/**
 * Keeps a run in a file, and sets a later run beside it.
 *
 * Machines differ, and so do hours on one machine, so a figure is compared twice: as it is, and as a multiple of
 * the measure's reference in the same run (the median of its rounds).
 *
 * @module
 */

import type { Measure } from "./measure.ts";
import { medianOf, type Outcome, ratio, type Result } from "./rounds.ts";
import { format, row } from "./table.ts";

/** One measure of a run, as a file keeps it. */
export interface SavedMeasure {
  readonly name: string;
  readonly title: string;
  readonly unit: Measure["unit"];
  readonly reference: string;
  readonly results: readonly Result[];
}

/** A run, as a file keeps it. */
export interface SavedRun {
  readonly when: string;
  readonly machine: string;
  readonly quick: boolean;
  readonly measures: readonly SavedMeasure[];
}

/** The machine and the versions, in a line. */
export function machine(): string {
  const { deno, v8 } = Deno.version;
  return `Deno ${deno}, V8 ${v8}, ${Deno.build.os} ${Deno.build.arch}, ${navigator.hardwareConcurrency} cores`;
}

/** Makes of a run what a file keeps. */
export function toSaved(outcomes: readonly Outcome[], quick: boolean): SavedRun {
  const measures = outcomes.map(({ measure, results }) => {
    const { name, title, unit, reference } = measure;
    return { name, title, unit, reference, results };
  });
  return { when: new Date().toISOString(), machine: machine(), quick, measures };
}

/** Writes the run to `file`; figures to three decimals, which is more than they are worth. */
export async function save(file: string, run: SavedRun): Promise<void> {
  const rounded = (_key: string, value: unknown) =>
    typeof value === "number" ? Math.round(value * 1_000) / 1_000 : value;
  await Deno.writeTextFile(file, JSON.stringify(run, rounded, 1) + "\n");
}

/** Reads a run that {@linkcode save} wrote. */
export async function load(file: string): Promise<SavedRun> {
  const run: SavedRun = JSON.parse(await Deno.readTextFile(file));
  if (!Array.isArray(run.measures)) throw new Error(`${file} is no saved run: make one with --save ${file}.`);
  return run;
}

/** The two runs as a table: what both measured, and the quotient now / then. */
export function comparison(then: SavedRun, now: SavedRun): string {
  const lines = [`Compared with ${then.when} (${then.machine})`];
  for (const measure of now.measures) {
    const earlier = then.measures.find((saved) => saved.name === measure.name);
    if (earlier === undefined) continue;
    lines.push(`${measure.name} (${measure.unit})`, row("", ["then", "now", "now/then", "to peer"]));
    for (const { contender } of measure.results) {
      const [was, is] = [medianOf(earlier, contender), medianOf(measure, contender)];
      if (Number.isNaN(was / is)) continue;
      const scaled = ratio(measure, contender, measure.reference) /
        ratio(earlier, contender, measure.reference);
      const cells = [format(was), format(is), (is / was).toFixed(2), scaled.toFixed(2)];
      lines.push(row(contender, cells));
    }
  }
  lines.push(
    '"to peer": the same of each figure as a multiple of the reference of its measure, in its own run.',
  );
  return lines.join("\n") + "\n";
}
