/**
 * A fault that is to happen at a given time, as the option `plan` and the line that replays a failure write it.
 *
 * @module
 */

import type { FaultKind } from "./fault_kinds.ts";

/** A kind of fault that can be planned: `restart` is how a crash ends. */
export type PlannedKind = Exclude<FaultKind, "restart">;

/** One fault that is to happen. */
export interface PlannedFault {
  /** Virtual seconds since the world began. */
  at: number;
  /** What happens. */
  fault: PlannedKind;
  /** The host that it happens to; for a fault of a link, the host that sends. */
  on: string;
  /** For a fault of a link: the host at the other end. */
  to?: string;
  /** For a partition: whether only the direction from `on` to `to` is cut. */
  oneWay?: boolean;
  /** For a slow host: how many bytes a second it reads. Default 1,000. */
  pace?: number;
  /** Seconds until the fault ends. Left out, it does not end by itself. */
  lasting?: number;
}
