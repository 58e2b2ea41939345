/**
 * The events that read bytes: some, a line, up to a delimiter, an exact number.
 *
 * @module
 */

import { describe, SUSPENDED } from "../core/mod.ts";
import { LineTooLongError, UnexpectedEofError } from "./errors.ts";
import { type ReadHalf, ReadHalfEvent } from "./read_half.ts";

/** How long a line may be. */
export interface LineOptions {
  /** The most bytes that a line may have, its delimiter included. Default 65,536; `Infinity` for any number. */
  limit?: number;
}

/** Waits for some bytes. */
export class ReceiveEvent extends ReadHalfEvent<Uint8Array<ArrayBuffer> | null> {
  /** The most bytes to receive. */
  readonly size: number;

  /** @ignore */
  constructor(half: ReadHalf, size: number) {
    super(half);
    this.size = size;
  }

  /** @ignore */
  protected override takeFrom(half: ReadHalf): Uint8Array<ArrayBuffer> | null | typeof SUSPENDED {
    const { length } = half.buffer;
    if (length > 0) return half.buffer.take(Math.min(length, this.size));
    return half.ended ? null : SUSPENDED;
  }

  /** @ignore */
  override describe(): string {
    return `recv(${this.size}) from ${this.inbox.owner.place}`;
  }
}

/** How many bytes the line has that comes next, 0 at the end of the stream, or -1 if it is not known yet. */
export function lineLength(half: ReadHalf, delimiter: Uint8Array, limit: number): number {
  const { buffer } = half;
  const found = buffer.find(delimiter);
  if (found >= 0 && found <= limit) return found;
  if (buffer.length > limit) {
    throw new LineTooLongError(
      `${half.owner.place} sent a line of more than ${limit} bytes: raise { limit }, or take it in ` +
        "pieces with recv; nothing that was read is lost.",
    );
  }
  return half.ended ? buffer.length : -1;
}

/** Waits for a line, as text. */
export class ReadLineEvent extends ReadHalfEvent<string | null> {
  readonly #delimiter: Uint8Array;
  readonly #limit: number;

  /** @ignore */
  constructor(half: ReadHalf, delimiter = "\n", options: LineOptions | undefined = undefined) {
    super(half);
    if (typeof delimiter !== "string") {
      throw new TypeError(`readline takes its delimiter as a string; got ${describe(delimiter)}.`);
    }
    if (delimiter === "") throw new RangeError("readline takes a delimiter that is not empty.");
    this.#delimiter = delimiter === "\n" ? NEWLINE : new TextEncoder().encode(delimiter);
    this.#limit = checkedLimit(options, "readline");
  }

  /** @ignore */
  protected override takeFrom(half: ReadHalf): string | null | typeof SUSPENDED {
    const length = lineLength(half, this.#delimiter, this.#limit);
    return length > 0 ? half.buffer.takeText(length) : length === 0 ? null : SUSPENDED;
  }

  /** @ignore */
  override describe(): string {
    return `a line from ${this.inbox.owner.place}`;
  }
}

/** What ends a line. */
export const NEWLINE: Uint8Array = new Uint8Array([10]);

/** Waits for bytes up to a delimiter. */
export class ReadUntilEvent extends ReadHalfEvent<Uint8Array<ArrayBuffer> | null> {
  readonly #delimiter: Uint8Array;
  readonly #limit: number;

  /** @ignore */
  constructor(half: ReadHalf, delimiter: Uint8Array, options?: LineOptions) {
    super(half);
    if (!(delimiter instanceof Uint8Array)) {
      throw new TypeError(
        `readuntil takes its delimiter as a Uint8Array, readline one as a string; got ${
          describe(delimiter)
        }.`,
      );
    }
    if (delimiter.length === 0) throw new RangeError("readuntil takes a delimiter that is not empty.");
    this.#delimiter = new Uint8Array(delimiter); // a copy: the `slice` of a subclass, such as Node's, may be none
    this.#limit = checkedLimit(options, "readuntil");
  }

  /** @ignore */
  protected override takeFrom(half: ReadHalf): Uint8Array<ArrayBuffer> | null | typeof SUSPENDED {
    const length = lineLength(half, this.#delimiter, this.#limit);
    return length > 0 ? half.buffer.take(length) : length === 0 ? null : SUSPENDED;
  }

  /** @ignore */
  override describe(): string {
    return `bytes up to a delimiter from ${this.inbox.owner.place}`;
  }
}

/** Waits for an exact number of bytes. */
export class ReadExactlyEvent extends ReadHalfEvent<Uint8Array<ArrayBuffer>> {
  /** How many bytes to read. */
  readonly size: number;

  /** @ignore */
  constructor(half: ReadHalf, size: number) {
    super(half);
    this.size = checkedSize(size, 0, "readexactly");
  }

  /** @ignore */
  protected override takeFrom(half: ReadHalf): Uint8Array<ArrayBuffer> | typeof SUSPENDED {
    const { buffer } = half;
    if (buffer.length >= this.size) return buffer.take(this.size);
    if (!half.ended) return SUSPENDED;
    const partial = buffer.take(buffer.length);
    throw new UnexpectedEofError(
      `The stream from ${half.owner.place} ended after ${partial.length} of ${this.size} bytes; ` +
        "they are in the error's partial.",
      partial,
    );
  }

  /** @ignore */
  override describe(): string {
    return `${this.size} bytes from ${this.inbox.owner.place}`;
  }
}

/** `size` if it is a whole number of bytes, at least `least`. */
export function checkedSize(size: number, least: number, caller: string): number {
  if (typeof size !== "number") {
    throw new TypeError(`${caller} takes a number of bytes; got ${describe(size)}.`);
  }
  if (!Number.isSafeInteger(size) || size < least) {
    throw new RangeError(`${caller} takes a whole number of bytes, ${least} or more; got ${size}.`);
  }
  return size;
}

/** The limit that `options` set. */
export function checkedLimit(options: LineOptions | undefined, caller: string): number {
  const { limit = 65_536 } = options ?? {};
  return limit === Infinity ? limit : checkedSize(limit, 1, `${caller}'s limit`);
}
