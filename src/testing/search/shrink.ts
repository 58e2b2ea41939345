/**
 * Shrinks a failure: leaves out the faults, and the switches between threads, that it does not need.
 *
 * @module
 */

import type { SimulateOptions } from "../options.ts";
import { smallest } from "./delta_debugging.ts";
import { FailingSeedError } from "./failing_seed_error.ts";
import type { Progress } from "./progress.ts";
import { replayLine } from "./replay_line.ts";
import { type RepeatableProgram, runTrial, type Trial } from "./trial.ts";

/**
 * Makes the error for a seed that failed in `trial`, under `options`, with `error`. It spends at most `runs` runs on
 * making the failure small.
 */
export async function shrink(
  program: RepeatableProgram,
  options: SimulateOptions & { seed: number },
  trial: Trial,
  error: unknown,
  runs: number,
  progress: Progress,
): Promise<FailingSeedError> {
  const { faults, seed, ...rest } = options;
  const budget = { left: runs };
  let { plan, switches } = trial;
  const current = (): SimulateOptions => ({
    seed,
    ...rest,
    ...(faults && { plan }),
    ...(options.shuffle && { switches }),
  });
  const fails = async (changes: SimulateOptions) => {
    progress.show(() =>
      `seed ${seed} fails; making it small: ${plan.length} faults, ${switches.length} switches`
    );
    const { failure } = await runTrial(program, { ...current(), ...changes }, { record: false });
    return failure !== null && isLike(failure.error, error);
  };
  // Fewer faults may need fewer switches, and the other way round.
  if (await fails({})) {
    for (let before = Infinity; plan.length + switches.length < before && budget.left > 0;) {
      before = plan.length + switches.length;
      plan = await smallest(plan, (plan) => fails({ plan }), budget);
      switches = await smallest(switches, (switches) => fails({ switches }), budget);
    }
  }
  const { failure, history } = await runTrial(program, current(), { record: true });
  const again = failure !== null && isLike(failure.error, error);
  const found = {
    error: again ? failure.error : error,
    options: current(),
    replay: replayLine(program.name || "program", current()),
    history,
  };
  const what = found.error instanceof Error
    ? `${found.error.name}: ${found.error.message}`
    : String(found.error);
  const lines = [`Seed ${seed} fails with ${what}`];
  if (again) {
    lines.push(
      `  faults: ${plan.length}, of ${trial.plan.length} that happened; ` +
        `switches between threads: ${switches.length}, of ${trial.switches.length}`,
      `  replay it with: ${found.replay}`,
    );
  } else {
    lines.push(
      "  It did not fail when it was run again: something in the program does not depend on the seed alone.",
    );
  }
  return new FailingSeedError(lines.join("\n"), found);
}

/** Whether two failures are of the same kind. */
function isLike(one: unknown, other: unknown): boolean {
  if (!(one instanceof Error) || !(other instanceof Error)) return typeof one === typeof other;
  const keys = ["name", "code", "invariant"] as const;
  type Facts = Partial<Record<typeof keys[number], unknown>>;
  return keys.every((key) => (one as Facts)[key] === (other as Facts)[key]);
}
