/**
 * Judges what was measured by the goals of its measure.
 *
 * @module
 */

import type { Goal } from "./measure.ts";
import { medianOf, type Outcome, ratio } from "./rounds.ts";

/** One goal, in words, and whether it was met. */
export interface Verdict {
  readonly words: string;
  /** Undefined where a contender of the goal did not run. */
  readonly met: boolean | undefined;
}

/** Every goal of the outcome's measure, judged. */
export function judge(outcome: Outcome): Verdict[] {
  return (outcome.measure.goals ?? []).map((goal) => judgeOne(goal, outcome));
}

function judgeOne(goal: Goal, outcome: Outcome): Verdict {
  const figure = goal.than === undefined
    ? medianOf(outcome, goal.ours)
    : ratio(outcome, goal.ours, goal.than);
  const wanted = goal.atMost === undefined
    ? `at least ${bound(goal, goal.atLeast)}`
    : `at most ${bound(goal, goal.atMost)}`;
  const words = `${goal.ours}: ${wanted}, is ${bound(goal, figure)}`;
  if (Number.isNaN(figure)) return { words: `${goal.ours}: ${wanted}`, met: undefined };
  return { words, met: figure <= (goal.atMost ?? Infinity) && figure >= (goal.atLeast ?? -Infinity) };
}

/** A bound as people say it: a 25th of something rather than 0.04 times it. */
function bound(goal: Goal, value = NaN): string {
  if (goal.than === undefined) return value.toLocaleString("en-US", { maximumFractionDigits: 0 });
  const wanted = goal.atMost ?? goal.atLeast ?? 1;
  if (wanted < 0.6) return `1/${(1 / value).toFixed(1)} of ${goal.than}`;
  return `${value.toFixed(2)} times ${goal.than}`;
}
