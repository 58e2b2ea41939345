/**
 * Options for a simulation.
 *
 * @module
 */

import type { LinkOptions } from "./network/link.ts";
import type { FaultRates } from "./faults/fault_source.ts";
import type { PlannedFault } from "./faults/planned_fault.ts";

/** Options for `simulate`. */
export interface SimulateOptions {
  /** What everything random is drawn from: the same seed gives the same history. Default 0. */
  seed?: number;
  /** Whether the seed chooses among the threads that are ready; default `false`: first in, first out. */
  shuffle?: boolean;
  /** Options for every link, unless `world.link` sets others. */
  link?: LinkOptions;
  /** Faults to draw from the seed: how many of each kind to expect in a virtual second. */
  faults?: FaultRates;
  /** Faults at given times, instead of drawn ones. The line that replays a failure has them. */
  plan?: readonly PlannedFault[];
  /** The only choices of a shuffled schedule that may differ from first in, first out, counted from 0. */
  switches?: readonly number[];
  /** Seconds that a killed thread has for its clean-up. Default 5. */
  grace?: number;
  /** Virtual seconds after which a connect that nobody has answered times out. Default 10. */
  connectTimeout?: number;
  /** Virtual seconds that a partition may hold up what a connection sends, until the connection breaks. Default 30. */
  patience?: number;
  /** Virtual seconds after which the simulation fails. Default `Infinity`. */
  maxTime?: number;
  /** Steps after which the simulation fails. Default 10,000,000. */
  maxSteps?: number;
  /**
   * What happens when a simulated thread uses a real promise or timer: `"refuse"` (the default) throws in the thread;
   * `"allow"` waits for it, and then the run is only as deterministic as the promise or timer is.
   */
  outside?: "refuse" | "allow";
  /** What `Date` says when the world begins. Default 2000-01-01, UTC. */
  epoch?: Date;
  /** How many of its last entries the history keeps, at least. Default 100,000; 0 keeps only the hash. */
  history?: number;
}
