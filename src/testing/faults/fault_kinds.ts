/**
 * The kinds of faults, and how they are counted: a test that injects faults should assert that there were some.
 *
 * @module
 */

/** A kind of fault that can be injected into a world. */
export type FaultKind =
  | "partition"
  | "hold"
  | "reset"
  | "crash"
  | "restart"
  | "refuse"
  | "timeOut"
  | "stall"
  | "slow";

/** Every kind, in a fixed order. */
export const FAULTS: readonly FaultKind[] = [
  "partition",
  "hold",
  "reset",
  "crash",
  "restart",
  "refuse",
  "timeOut",
  "stall",
  "slow",
];

/** How often each kind of fault happened. */
export type FaultCounts = Record<FaultKind, number>;

/** Counts that are all 0. */
export function noFaults(): FaultCounts {
  return Object.fromEntries(FAULTS.map((kind) => [kind, 0])) as FaultCounts;
}
