/**
 * `explore` tries many seeds. The first that fails is made small, so that it can be replayed and looked at.
 *
 * @module
 */

import type { Coroutine } from "../../core/mod.ts";
import { type FaultCounts, FAULTS, noFaults } from "../faults/fault_kinds.ts";
import type { SimulateOptions } from "../options.ts";
import type { World } from "../world.ts";
import { Progress, type ProgressOption } from "./progress.ts";
import { shrink } from "./shrink.ts";
import { runTrial } from "./trial.ts";

/** Options for {@linkcode explore}: those of `simulate`, and how far to search. */
export interface ExploreOptions extends Omit<SimulateOptions, "seed" | "plan" | "switches"> {
  /** How many seeds to try. Default 100. */
  seeds?: number;
  /** The first seed. Default 0. */
  first?: number;
  /** Whether the seed chooses among the threads that are ready. Default here: `true`. */
  shuffle?: boolean;
  /** How many runs to spend, at most, on making a failure small. Default 300. */
  shrink?: number;
  /** Where to write progress: `true` (the default) on the terminal, if there is one; `false` nowhere; or a function. */
  progress?: ProgressOption;
}

/** What {@linkcode explore} has done, if nothing failed. */
export interface Exploration {
  /** How many seeds were tried. */
  seeds: number;
  /** How many steps threads made in all. */
  steps: number;
  /** How many faults were injected in all. Assert on these: a search that injected no faults proves little. */
  injected: FaultCounts;
  /** How often programs have felt them. */
  felt: FaultCounts;
}

/**
 * Runs a program under one seed after another. If none fails, resolves with what was tried. Otherwise, rejects with
 * {@linkcode FailingSeedError} for the first that fails, after it has left out the faults, and the switches between
 * threads, that the failure does not need. The message of the error has the line of code that replays it.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { explore, FailingSeedError } from "@x/bluelet/testing";
 * import { assert, assertRejects } from "@std/assert";
 *
 * // Two threads add one each, without a lock. First in, first out, the result is right.
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
  const { seeds = 100, first = 0, shrink: runs = 300, progress: output, ...rest } = options;
  const common: SimulateOptions = { ...rest, shuffle: options.shuffle ?? true };
  const progress = new Progress(output);
  const total: Exploration = { seeds: 0, steps: 0, injected: noFaults(), felt: noFaults() };
  try {
    for (let seed = first; seed < first + seeds; seed++) {
      // Most runs are never looked at, and the one that fails is run again.
      const trial = await runTrial(program, { ...common, seed }, { record: false });
      total.seeds++;
      total.steps += trial.steps;
      for (const kind of FAULTS) {
        total.injected[kind] += trial.injected[kind];
        total.felt[kind] += trial.felt[kind];
      }
      if (trial.failure !== null) {
        throw await shrink(program, { ...common, seed }, trial, trial.failure.error, runs, progress);
      }
      progress.show(() => `seed ${seed}: ${total.seeds} of ${seeds} tried, ${faultsInWords(total.injected)}`);
    }
  } finally {
    progress.end();
  }
  return total;
}

function faultsInWords(counts: FaultCounts): string {
  const words = FAULTS.filter((kind) => counts[kind] > 0).map((kind) => `${kind} ${counts[kind]}`);
  return words.length === 0 ? "no faults" : words.join(", ");
}
