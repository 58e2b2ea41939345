/**
 * Reading a source of bytes that is nothing besides: a pipe, or one of the platform's streams.
 *
 * @module
 */

import type { Event } from "../core/mod.ts";
import type { ByteReader } from "./byte_streams.ts";
import { ReadAllEvent, type ReadAllOptions } from "./read_all.ts";
import {
  checkedSize,
  type LineOptions,
  ReadExactlyEvent,
  ReadLineEvent,
  ReadUntilEvent,
  ReceiveEvent,
} from "./read_events.ts";
import type { ReadHalf } from "./read_half.ts";

/** A reading half as a {@linkcode ByteReader}. */
export class StreamReader implements ByteReader {
  readonly #half: ReadHalf;
  readonly #close: () => void;

  /** Reads `half`; `close` closes where it comes from, and fails what is in flight there. */
  constructor(half: ReadHalf, close: () => void) {
    this.#half = half;
    this.#close = close;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#half.closed;
  }

  /** Reads some bytes. */
  recv(size: number): Event<Uint8Array<ArrayBuffer> | null> {
    return new ReceiveEvent(this.#half, checkedSize(size, 1, "recv"));
  }

  /** Reads a line. */
  readline(delim?: string, options?: LineOptions): Event<string | null> {
    return new ReadLineEvent(this.#half, delim, options);
  }

  /** Reads up to a delimiter. */
  readuntil(delim: Uint8Array, options?: LineOptions): Event<Uint8Array<ArrayBuffer> | null> {
    return new ReadUntilEvent(this.#half, delim, options);
  }

  /** Reads so many bytes. */
  readexactly(n: number): Event<Uint8Array<ArrayBuffer>> {
    return new ReadExactlyEvent(this.#half, n);
  }

  /** Reads all that is left. */
  readall(options?: ReadAllOptions): Event<Uint8Array<ArrayBuffer>> {
    return new ReadAllEvent(this.#half, options);
  }

  /** Closes it. */
  close(): void {
    if (this.closed) return;
    this.#half.close();
    this.#close();
  }

  /** Closes it at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }
}
