/**
 * Writing to a sink of bytes that is nothing besides: a pipe, or one of the platform's streams.
 *
 * @module
 */

import type { Event } from "../core/mod.ts";
import type { ByteWriter } from "./byte_streams.ts";
import { SendEvent, type WriteHalf } from "./write_half.ts";

/** A writing half as a {@linkcode ByteWriter}. */
export class StreamWriter implements ByteWriter {
  readonly #half: WriteHalf;
  readonly #close: () => void;
  #closed = false;

  /** Writes to `half`; `close` closes where it leads, and fails what is in flight there. */
  constructor(half: WriteHalf, close: () => void) {
    this.#half = half;
    this.#close = close;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Writes some of `data`. */
  send(data: Uint8Array | string): Event<number> {
    return new SendEvent<number>(this.#half, data, "send");
  }

  /** Writes all of `data`. */
  sendall(data: Uint8Array | string): Event<void> {
    return new SendEvent<void>(this.#half, data, "sendall");
  }

  /** Ends the stream. */
  closeWrite(): Event<void> {
    return new SendEvent<void>(this.#half, null, "closeWrite");
  }

  /** Closes it. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#half.close();
    this.#close();
  }

  /** Closes it at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }
}
