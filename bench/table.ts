/**
 * Writes outcomes as text.
 *
 * @module
 */

import { judge } from "./goals.ts";
import { median, type Outcome, ratio, type Result } from "./rounds.ts";

const WIDTHS = { name: 34, figure: 12 };

/** A figure with as many digits as it deserves. */
export function format(figure: number): string {
  const digits = Math.abs(figure) < 100 ? 1 : 0;
  return figure.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** Cells to columns: the first to the left, the others to the right. */
export function row(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(WIDTHS.name)}${cells.map((cell) => cell.padStart(WIDTHS.figure)).join("")}`;
}

/** One outcome: the contenders with median and spread, each also as a multiple of the first, and how the goals fared. */
export function table(outcome: Outcome, judged: boolean): string {
  const { measure, results } = outcome;
  const first = results.find((result) => result.skipped === undefined)?.contender ?? "";
  const lines = [
    `${measure.title} (${measure.name}): ${measure.unit}, ${measure.per}`,
    row("", ["median", "min", "max", "ratio"]),
    ...results.map((result) => line(result, ratio(outcome, result.contender, first))),
  ];
  for (const { words, met } of judged ? judge(outcome) : []) {
    lines.push(`  ${met === undefined ? "not judged" : met ? "met" : "MISSED"}: ${words}`);
  }
  return lines.join("\n") + "\n";
}

function line(result: Result, times: number): string {
  if (result.skipped !== undefined) {
    return `  ${result.contender.padEnd(WIDTHS.name)}  skipped: ${result.skipped}`;
  }
  const middle = median(result.samples);
  const figures = [middle, Math.min(...result.samples), Math.max(...result.samples)].map(format);
  return row(result.contender, [...figures, times.toFixed(2)]);
}
