/**
 * Reading all that is left.
 *
 * @module
 */

import { SUSPENDED } from "../core/mod.ts";
import { LineTooLongError } from "./errors.ts";
import { checkedSize } from "./read_events.ts";
import { type ReadHalf, ReadHalfEvent } from "./read_half.ts";

/** How much may be read at a time. */
export interface ReadAllOptions {
  /** The most bytes. Default 16 MiB; `Infinity` for any number. */
  limit?: number;
}

/** Waits for the end, and results in all that came before it. */
export class ReadAllEvent extends ReadHalfEvent<Uint8Array<ArrayBuffer>> {
  readonly #limit: number;

  /** @ignore */
  constructor(half: ReadHalf, { limit = 16 * 1024 * 1024 }: ReadAllOptions = {}) {
    super(half);
    this.#limit = limit === Infinity ? limit : checkedSize(limit, 1, "readall's limit");
  }

  /** @ignore */
  protected override takeFrom(
    { buffer, ended, owner }: ReadHalf,
  ): Uint8Array<ArrayBuffer> | typeof SUSPENDED {
    if (buffer.length > this.#limit) {
      throw new LineTooLongError(
        `${owner.place} has more than ${this.#limit} bytes: raise { limit }, or take it in pieces with recv; ` +
          "nothing that was read is lost.",
      );
    }
    return ended ? buffer.take(buffer.length) : SUSPENDED;
  }

  /** @ignore */
  override describe(): string {
    return `all of ${this.inbox.owner.place}`;
  }
}
