/**
 * What a simulation may be told.
 *
 * @module
 */

import type { LinkOptions } from "./network/link.ts";
import type { FaultRates, PlannedFault } from "./faults/plan.ts";

/** What `simulate` may be told. */
export interface SimulateOptions {
  /** One seed is one history. Default 0. */
  seed?: number;
  /** Whether the seed chooses among the threads that are ready; default `false`: first in, first out. */
  shuffle?: boolean;
  /** Every link, unless `world.link` says otherwise. */
  link?: LinkOptions;
  /** Faults that the seed draws, with how many of each to expect in a virtual second. */
  faults?: FaultRates;
  /** Faults at given times, instead of drawn ones: what a failure is replayed with. */
  plan?: readonly PlannedFault[];
  /** Of a shuffled schedule, the only choices that may differ from first in, first out. */
  switches?: readonly number[];
  /** Seconds that a killed thread has for its clean-up. Default 5. */
  grace?: number;
  /** Virtual seconds after which nobody's answer counts as a timed-out connect. Default 10. */
  connectTimeout?: number;
  /** Virtual seconds that a partition may last until the connections that send through it break. Default 30. */
  patience?: number;
  /** Virtual seconds after which the simulation fails. Default `Infinity`. */
  maxTime?: number;
  /** Steps after which the simulation fails. Default 10,000,000. */
  maxSteps?: number;
  /**
   * What a real promise or timer in a simulated thread is: `"refuse"` (the default) makes it an error where it
   * happens; `"allow"` waits for it, and the run is as deterministic as that is.
   */
  outside?: "refuse" | "allow";
  /** What `Date` says when the world begins. Default 2000-01-01, UTC. */
  epoch?: Date;
  /** How many entries the history keeps at least. Default 100,000; 0 keeps only the hash. */
  history?: number;
}
