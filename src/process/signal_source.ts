/**
 * What signals need of a host: to be told of them.
 *
 * @module
 */

import type { Capability } from "../core/mod.ts";

/** A host's signals. */
export interface Signals {
  /**
   * Calls `listener` whenever the process gets the signal `name`, from now on, in place of what else would happen then.
   * Calling what it returns ends that. Meanwhile the program does not end for want of anything to do. Throws `TypeError`
   * if the system has no such signal.
   */
  listen(name: string, listener: () => void): () => void;
}

/** The capability of a host that has signals. */
export const SIGNALS: Capability<Signals> = "signals";
