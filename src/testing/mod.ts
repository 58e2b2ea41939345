/**
 * A world in a test: a program of threads runs on simulated hosts, with a virtual clock, a network in memory and
 * faults on demand. Everything random is drawn from one seed.
 *
 * @example A server and its client, an hour apart
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { simulate } from "@x/bluelet/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const hour = await simulate(function* () {
 *   yield* bluelet.sleep(3600);
 *   return bluelet.current().name;
 * });
 * assertEquals(hour, "main");
 * ```
 *
 * @module
 */

export { simulate } from "./simulate.ts";
export { type Program, World } from "./world.ts";
export type { HostProgram } from "./hosts.ts";
export type { SimulateOptions } from "./options.ts";
export type { HostState } from "./simulated_host.ts";
export type { Check } from "./invariants.ts";
export { InvariantError, NondeterminismError, SimulationLimitError } from "./errors.ts";
export type { Coroutine } from "../core/mod.ts";

export type { LinkOptions } from "./network/link.ts";
export type { FaultCounts, FaultKind } from "./faults/fault_kinds.ts";
export type { FaultRates } from "./faults/fault_source.ts";
export type { PlannedFault, PlannedKind } from "./faults/planned_fault.ts";

export { History } from "./history/history.ts";
export type { EntryKind, HistoryEntry } from "./history/history_entry.ts";

export { type Exploration, explore, type ExploreOptions } from "./search/explore.ts";
export { FailingSeedError } from "./search/failing_seed_error.ts";
export type { ProgressOption } from "./search/progress.ts";
