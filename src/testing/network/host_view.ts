/**
 * What the network of a simulated host needs to know of the host and its world.
 *
 * @module
 */

import type { EntryKind } from "../history/history_entry.ts";
import type { FaultKind } from "../faults/fault_kinds.ts";
import type { Link } from "./link.ts";
import type { Loop } from "../loop.ts";

/** A host, as its network sees it. */
export interface Site {
  /** Its name, which is its address too. */
  readonly name: string;
  /** The loop of its world. */
  readonly loop: Loop;
  /** Bytes a second that its programs read from each connection: 0 for a stalled host. */
  readonly pace: number;
  /** The way from here to the host called `name`. */
  linkTo(name: string): Link;
  /** The way from the host called `name` to here. */
  linkFrom(name: string): Link;
  /** Writes into the history what happened here. */
  record(kind: EntryKind, text: string, message?: number): void;
  /** Numbers a message. */
  nextMessage(): number;
  /** Counts something that a fault did to the programs. */
  feel(kind: FaultKind): void;
}
