/**
 * A trial: one run of a program under one set of options, and what a search wants to know of it.
 *
 * @module
 */

import type { Coroutine } from "../../core/mod.ts";
import type { FaultCounts } from "../faults/fault_kinds.ts";
import type { PlannedFault } from "../faults/planned_fault.ts";
import type { History } from "../history/history.ts";
import type { SimulateOptions } from "../options.ts";
import { Simulation } from "../simulation.ts";
import type { World } from "../world.ts";

/** A program that can be run more than once. */
export type RepeatableProgram = (world: World) => Coroutine<unknown>;

/** The result of one run. */
export interface Trial {
  /** What it failed with; `null` if it did not. */
  readonly failure: { readonly error: unknown } | null;
  readonly injected: FaultCounts;
  readonly felt: FaultCounts;
  /** How many steps threads made. */
  readonly steps: number;
  /** The faults that happened. */
  readonly plan: readonly PlannedFault[];
  /** The choices of the schedule at which another than the first in line was taken. */
  readonly switches: readonly number[];
  /** What happened, if the run was recorded. */
  readonly history: History;
}

/** Runs `program` once. Without `record` its history stays empty, which is faster. */
export async function runTrial(
  program: RepeatableProgram,
  options: SimulateOptions,
  { record }: { record: boolean },
): Promise<Trial> {
  const simulation = new Simulation(program, options);
  const { chaos, agenda, schedule, journal } = simulation.engine;
  journal.history.closed = !record;
  let failure: Trial["failure"] = null;
  try {
    await simulation.run();
  } catch (error) {
    failure = { error };
  }
  return {
    failure,
    injected: chaos.injected,
    felt: chaos.felt,
    steps: simulation.engine.steps,
    plan: agenda.happened,
    switches: schedule.switches,
    history: journal.history,
  };
}
