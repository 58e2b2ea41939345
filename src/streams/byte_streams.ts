/**
 * What every byte stream can be asked for: connections, files, the pipes of processes, and the platform's own streams are
 * read and written with the same code.
 *
 * @module
 */

import type { Event } from "../core/mod.ts";
import type { ReadAllOptions } from "./read_all.ts";
import type { LineOptions } from "./read_events.ts";

/** Where bytes can be read. One thread reads at a time; a read that is killed or timed out loses nothing. */
export interface ByteReader {
  /** Reads between 1 and `size` bytes; `null` at the end. */
  recv(size: number): Event<Uint8Array<ArrayBuffer> | null>;
  /** Reads a line, its delimiter included; the last one may lack it; then `null`. */
  readline(delim?: string, options?: LineOptions): Event<string | null>;
  /** Like `readline`, in bytes. */
  readuntil(delim: Uint8Array, options?: LineOptions): Event<Uint8Array<ArrayBuffer> | null>;
  /** Reads exactly `n` bytes. Throws `UnexpectedEofError` if there are fewer; what there was is its `partial`. */
  readexactly(n: number): Event<Uint8Array<ArrayBuffer>>;
  /** Reads all that is left. Throws `LineTooLongError` past `limit` bytes (16 MiB); what was read stays buffered. */
  readall(options?: ReadAllOptions): Event<Uint8Array<ArrayBuffer>>;
  /** Closes it; whatever waits on it throws `SocketClosedError`. Closing twice is fine. */
  close(): void;
  /** Closes it at the end of a `using` block. */
  [Symbol.dispose](): void;
}

/** Where bytes can be written. Any number of threads may write; what they write never mixes. */
export interface ByteWriter {
  /** Writes as much of `data` as is taken at once, and results in how many bytes that was. */
  send(data: Uint8Array | string): Event<number>;
  /** Writes all of `data`, before that of any thread which asks later. */
  sendall(data: Uint8Array | string): Event<void>;
  /** Ends the stream once everything that threads are writing is out, and waits until it has. */
  closeWrite(): Event<void>;
  /** Closes it; whatever waits on it throws `SocketClosedError`. Closing twice is fine. */
  close(): void;
  /** Closes it at the end of a `using` block. */
  [Symbol.dispose](): void;
}
