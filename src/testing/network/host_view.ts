/**
 * What the network of a simulated host may know of its host and its world.
 *
 * @module
 */

import type { FaultCounts } from "../faults/fault_kinds.ts";
import type { EntryKind } from "../history/history_entry.ts";
import type { Loop } from "../loop.ts";
import type { Link } from "./link.ts";

/** A host, as its network sees it. */
export interface HostView {
  /** Its name, which is also its address. */
  readonly name: string;
  /** The loop of its world. */
  readonly loop: Loop;
  /** How many bytes a second its programs read from each connection: 0 on a stalled host. */
  readonly pace: number;
  /** After how many seconds a connect fails that nobody has answered. */
  readonly connectTimeout: number;
  /** How often programs have felt each kind of fault; the network adds to these counts. */
  readonly felt: FaultCounts;
  /** The link from here to the host called `name`. */
  linkTo(name: string): Link;
  /** The link from the host called `name` to here. */
  linkFrom(name: string): Link;
  /** Writes an entry about this host into the history. */
  record(kind: EntryKind, text: string, message?: number): void;
  /** A number for a message that is about to be sent; each is given once in a world. */
  nextMessage(): number;
}
