/**
 * The halves of a stream whose operations are promises. Those can be kept at once, as a reader of memory keeps them, and
 * then one operation follows the other without the host having had a turn: no timer would fire, no socket be looked at.
 * So each is charged for, and when the host is due its turn the next one waits for that.
 *
 * @module
 */

import type { Wait } from "../core/mod.ts";
import { ReadHalf } from "./read_half.ts";
import { WriteHalf } from "./write_half.ts";

/** The reading half of such a stream. */
export class PacedReadHalf extends ReadHalf {
  /** A read brought `count` bytes, or the end. */
  override done(count: number | null): void {
    paced(this.first, () => super.done(count));
  }

  /** A read failed. */
  override failed(error: unknown): void {
    paced(this.first, () => super.failed(error));
  }
}

/** The writing half of such a stream. */
export class PacedWriteHalf extends WriteHalf {
  /** A write put out `count` bytes. */
  override done(count: number): void {
    paced(this.first, () => super.done(count));
  }

  /** A write failed. */
  override failed(error: unknown): void {
    paced(this.first, () => super.failed(error));
  }
}

/** Where nobody waits any more, nothing follows. */
function paced(wait: Wait | null, task: () => void): void {
  if (wait === null) task();
  else wait.scheduler.paced(task);
}
