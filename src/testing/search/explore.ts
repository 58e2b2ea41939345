/**
 * Trying many seeds: the first that fails is made small, and can be replayed and looked at.
 *
 * @module
 */

import type { Coroutine } from "../../core/mod.ts";
import { type FaultCounts, type FaultKind, FAULTS, noFaults } from "../faults/fault_kinds.ts";
import type { History } from "../history/history.ts";
import type { SimulateOptions } from "../options.ts";
import type { PlannedFault } from "../faults/plan.ts";
import { Progress, type ProgressOption } from "./progress.ts";
import { replayLine } from "./replay_line.ts";
import { smallest } from "./shrink.ts";
import { Simulation } from "../simulate.ts";
import type { World } from "../world.ts";

/** What {@linkcode explore} may be told: whatever `simulate` may, and how far to go. */
export interface ExploreOptions extends Omit<SimulateOptions, "seed" | "plan" | "switches"> {
  /** How many seeds to try. Default 100. */
  seeds?: number;
  /** The first seed. Default 0. */
  first?: number;
  /** Whether the seed chooses among the threads that are ready. Default here: `true`. */
  shuffle?: boolean;
  /** How many runs to spend on making a failure small. Default 300. */
  shrink?: number;
  /** Where to write progress: `false` nowhere, `true` (the default) on the terminal, if there is one. */
  progress?: ProgressOption;
}

/** What {@linkcode explore} did when nothing failed. */
export interface Exploration {
  /** How many seeds were tried. */
  seeds: number;
  /** How many steps threads made in all. */
  steps: number;
  /** How many faults were injected in all: assert on these, so that the search is not green for nothing. */
  injected: FaultCounts;
  /** How often programs came to feel them. */
  felt: FaultCounts;
}

/** What `explore` rejects with: a seed that fails, made small. `cause` is what the program failed with. */
export class FailingSeedError extends Error {
  /** The name of the class. */
  override readonly name = "FailingSeedError";
  /** The seed. */
  readonly seed: number;
  /** What to give to `simulate` to see the same failure again. */
  readonly options: SimulateOptions;
  /** The line of code that does so. */
  readonly replay: string;
  /** What happened, up to the failure. `history.text()` and `history.svg()` show it. */
  readonly history: History;

  /** @ignore */
  constructor(message: string, found: Found & { replay: string }) {
    super(message, { cause: found.error });
    this.seed = found.options.seed ?? 0;
    this.options = found.options;
    this.replay = found.replay;
    this.history = found.history;
  }
}

interface Found {
  error: unknown;
  options: SimulateOptions;
  history: History;
}

interface Trial {
  failure: { error: unknown } | null;
  injected: FaultCounts;
  felt: FaultCounts;
  steps: number;
  plan: readonly PlannedFault[];
  switches: readonly number[];
  history: History;
}

/**
 * Runs a program under one seed after another. Resolves with what was tried if none fails; rejects with
 * {@linkcode FailingSeedError} for the first that does, after leaving out all the faults and the switches
 * between threads that the failure does not need. Its message has the line that replays it.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { explore, FailingSeedError } from "@x/bluelet/testing";
 * import { assert, assertRejects } from "@std/assert";
 *
 * // Two threads add one each, and do not lock. In the order in which they are spawned, all goes well.
 * function* race() {
 *   let count = 0;
 *   function* add() {
 *     const seen = count;
 *     yield* bluelet.null();
 *     count = seen + 1;
 *   }
 *   function* addLater() {
 *     for (let i = 0; i < 5; i++) yield* bluelet.null();
 *     yield* add();
 *   }
 *   yield* bluelet.all([add(), addLater()]);
 *   assert(count === 2, "an addition was lost");
 * }
 * const found = await assertRejects(() => explore(race, { seeds: 100 }), FailingSeedError);
 * assert(found.message.includes("simulate(race, { seed:"));
 * ```
 */
export async function explore(
  program: (world: World) => Coroutine<unknown>,
  options: ExploreOptions = {},
): Promise<Exploration> {
  if (typeof program !== "function") {
    throw new TypeError("explore() takes a function, since the program is run anew for every seed.");
  }
  const { seeds = 100, first = 0, shrink = 300, progress: told, ...rest } = options;
  const common: SimulateOptions = { ...rest, shuffle: options.shuffle ?? true };
  const progress = new Progress(told);
  const total: Exploration = { seeds: 0, steps: 0, injected: noFaults(), felt: noFaults() };
  try {
    for (let seed = first; seed < first + seeds; seed++) {
      const trial = await attempt(program, { ...common, seed }, true);
      total.seeds++;
      total.steps += trial.steps;
      for (const kind of FAULTS) {
        total.injected[kind] += trial.injected[kind];
        total.felt[kind] += trial.felt[kind];
      }
      if (trial.failure !== null) {
        throw await small(program, { ...common, seed }, trial, trial.failure.error, shrink, progress);
      }
      progress.show(() => `seed ${seed}: ${total.seeds} of ${seeds} tried, ${faultsInWords(total.injected)}`);
    }
  } finally {
    progress.end();
  }
  return total;
}

async function attempt(
  program: (world: World) => Coroutine<unknown>,
  options: SimulateOptions,
  quiet = false,
): Promise<Trial> {
  const simulation = new Simulation(program, options);
  // Most runs are never looked at, and the one that is can be run again.
  simulation.engine.journal.history.closed = quiet;
  let failure: Trial["failure"] = null;
  try {
    await simulation.run();
  } catch (error) {
    failure = { error };
  }
  const { faults, schedule, steps, journal } = simulation.engine;
  const { injected, felt, happened } = faults;
  return {
    failure,
    injected,
    felt,
    steps,
    plan: happened,
    switches: schedule.switches,
    history: journal.history,
  };
}

/** Leaves out of a failure what it does not need. */
async function small(
  program: (world: World) => Coroutine<unknown>,
  common: SimulateOptions,
  trial: Trial,
  error: unknown,
  runs: number,
  progress: Progress,
): Promise<FailingSeedError> {
  const { faults: _, seed, ...rest } = common;
  const base = { seed: seed!, ...rest };
  const budget = { left: runs };
  let plan = trial.plan, switches = trial.switches;
  const options = () => ({
    ...base,
    ...(common.faults && { plan }),
    ...(common.shuffle && { switches }),
  });
  const fails = async (changes: SimulateOptions) => {
    progress.show(() =>
      `seed ${common.seed} fails; making it small: ${plan.length} faults, ${switches.length} switches`
    );
    const { failure } = await attempt(program, { ...options(), ...changes }, true);
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
  const last = await attempt(program, options());
  const again = last.failure !== null && isLike(last.failure.error, error);
  const found: Found = {
    error: again ? last.failure!.error : error,
    options: options(),
    history: last.history,
  };
  const replay = replayLine(program.name || "program", found.options);
  const what = found.error instanceof Error
    ? `${found.error.name}: ${found.error.message}`
    : String(found.error);
  const lines = [`Seed ${common.seed} fails with ${what}`];
  if (again) {
    lines.push(
      `  faults: ${plan.length}, of ${trial.plan.length} that happened; ` +
        `switches between threads: ${switches.length}, of ${trial.switches.length}`,
      `  replay it with: ${replay}`,
    );
  } else {
    lines.push(
      "  It did not fail when it was run again: something in the program does not depend on the seed alone.",
    );
  }
  return new FailingSeedError(lines.join("\n"), { ...found, replay });
}

/** Whether two failures are of one kind. */
function isLike(one: unknown, other: unknown): boolean {
  if (!(one instanceof Error) || !(other instanceof Error)) return typeof one === typeof other;
  const keys = ["name", "code", "invariant"] as const;
  type Facts = Partial<Record<typeof keys[number], unknown>>;
  return keys.every((key) => (one as Facts)[key] === (other as Facts)[key]);
}

function faultsInWords(counts: FaultCounts): string {
  const words = FAULTS.filter((kind: FaultKind) => counts[kind] > 0).map((kind) => `${kind} ${counts[kind]}`);
  return words.length === 0 ? "no faults" : words.join(", ");
}
