/**
 * Files, standard streams, and other objects that read and write as they do. (Bluelet's `read(fd)`, `write(fd)`.)
 *
 * @module
 */

import { describe, type Event, SUSPENDED } from "../core/mod.ts";
import { checkedSize } from "./read_events.ts";
import { type ReadHalf, ReadHalfEvent } from "./read_half.ts";
import { openedToRead, openedToWrite, type Reader, type Writer } from "./sources.ts";
import { SendEvent } from "./write_half.ts";

/** Waits for some bytes of a file, or for all of them. */
export class ReadEvent<T extends Uint8Array<ArrayBuffer> | null = Uint8Array<ArrayBuffer> | null>
  extends ReadHalfEvent<T> {
  readonly #size: number | undefined;

  /** Reads up to `size` bytes of `file`, or the rest of it. */
  constructor(file: Reader, size?: number) {
    if (typeof file?.read !== "function") {
      throw new TypeError(`read takes a file, or another object with read(bytes); got ${describe(file)}.`);
    }
    if (size !== undefined) checkedSize(size, 1, "read");
    super(openedToRead(file).half);
    this.#size = size;
  }

  /** @ignore */
  protected override takeFrom(half: ReadHalf): T | typeof SUSPENDED {
    const { buffer, ended } = half;
    if (this.#size === undefined) {
      if (!ended) return SUSPENDED;
      half.ended = false;
      return buffer.take(buffer.length) as T;
    }
    if (buffer.length > 0) return buffer.take(Math.min(buffer.length, this.#size)) as T;
    if (!ended) return SUSPENDED;
    // A file may have grown by the next time.
    half.ended = false;
    return null as T;
  }

  /** @ignore Never more than was asked for, since other code may use the file's position, too. */
  override get atMost(): number | undefined {
    return this.#size;
  }

  /** @ignore The next read may succeed. */
  protected override failing(half: ReadHalf): void {
    half.failure = null;
  }

  /** @ignore */
  override describe(): string {
    return this.#size === undefined ? "the end of a file" : `${this.#size} bytes of a file`;
  }
}

/** Waits until data is written to a file. */
export class WriteEvent extends SendEvent<number> {
  /** Writes all of `data` to `file`. */
  constructor(file: Writer, data: Uint8Array | string) {
    if (typeof file?.write !== "function") {
      throw new TypeError(`write takes a file, or another object with write(bytes); got ${describe(file)}.`);
    }
    super(openedToWrite(file).half, data, "write");
  }
}

/**
 * Reads all that is left of `file`. Killed or timed out, it loses nothing: the next read of the same object
 * starts with what had come. Errors are the file's own; `SocketBusyError` if another thread is reading it.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const chunks = ["hello, ", "world"];
 * const file = {
 *   read: (p: Uint8Array) => {
 *     const chunk = chunks.shift();
 *     return Promise.resolve(chunk === undefined ? null : new TextEncoder().encodeInto(chunk, p).written);
 *   },
 * };
 * const bytes = await bluelet.run(function* () {
 *   return yield* bluelet.read(file);
 * }());
 * assertEquals(new TextDecoder().decode(bytes), "hello, world");
 * ```
 */
export function read(file: Reader): Event<Uint8Array<ArrayBuffer>>;
/** Reads between 1 and `size` bytes of `file`; `null` at its end. */
export function read(file: Reader, size: number): Event<Uint8Array<ArrayBuffer> | null>;
export function read(file: Reader, size?: number): Event<Uint8Array<ArrayBuffer>> {
  return new ReadEvent<Uint8Array<ArrayBuffer>>(file, size);
}

/**
 * Writes all of `data` to `file`, before that of any thread which asks later, and results in how many bytes
 * that is. Errors are the file's own.
 */
export function write(file: Writer, data: Uint8Array | string): Event<number> {
  return new WriteEvent(file, data);
}
