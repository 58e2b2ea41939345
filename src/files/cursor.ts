/**
 * Reading and writing a file from one position on, as C's streams do: each read and each write moves the position.
 *
 * @module
 */

import type { Wait } from "../core/mod.ts";
import {
  type ByteSink,
  type ByteSource,
  type Completion,
  type Owner,
  ReadHalf,
  type ReadHalfEvent,
  WriteHalf,
} from "../streams/mod.ts";
import type { Descriptor } from "./descriptor.ts";

/** A position in a file, and the bytes that were read ahead of it. */
export class Cursor implements ByteSource, ByteSink {
  readonly #descriptor: Descriptor;
  /** Reads from here. */
  readonly reads: FileReads;
  /** Writes here. */
  readonly writes: WriteHalf;
  /** Where the next read begins: after the bytes that were read ahead. */
  #next = 0;
  /** Counts the moves: the result of an operation that began before the last move belongs to another position. */
  #moves = 0;

  /** Begins at the file's beginning. */
  constructor(descriptor: Descriptor) {
    this.#descriptor = descriptor;
    const owner: Owner = { place: descriptor.path, closedError: () => descriptor.closedError() };
    this.reads = new FileReads(this, owner);
    this.writes = new WriteHalf(this, owner);
  }

  /** Where the next byte would be read or written. */
  get position(): number {
    return this.#next - this.reads.buffer.length;
  }

  /** Goes on at `position`. */
  moveTo(position: number): void {
    const { buffer } = this.reads;
    buffer.take(buffer.length);
    this.#next = position;
    this.#moves++;
  }

  /** Reads on. If the cursor was moved meanwhile, the result counts as nothing, and the new position is read. */
  read(into: Uint8Array, completion: Completion<number | null>): void {
    this.#descriptor.request<number | null>((handle, ended) => {
      const moves = this.#moves;
      handle.read(this.#next, into, {
        done: (count) => {
          if (moves !== this.#moves) return ended.done(0);
          this.#next += count ?? 0;
          ended.done(count);
        },
        failed: (error) => ended.failed(error),
      });
    }, completion);
  }

  /** Writes on. */
  write(data: Uint8Array, completion: Completion<number>): void {
    this.#descriptor.request<number>((handle, ended) => {
      this.moveTo(this.position);
      const moves = this.#moves;
      handle.write(this.#next, data, {
        done: (count) => {
          if (moves === this.#moves) this.#next += count;
          ended.done(count);
        },
        failed: (error) => ended.failed(error),
      });
    }, completion);
  }

  /** Ends writing. (Earlier writes have been written, since writes take turns.) */
  closeWrite(completion: Completion<void>): void {
    Promise.resolve().then(() => completion.done());
  }

  /** Closes the file: from now on reading and writing throw. */
  close(): void {
    this.reads.close();
    this.writes.close();
    this.#descriptor.close();
  }
}

/** The reading half of a file, which may have grown since its end was seen, and which may be readable again. */
export class FileReads extends ReadHalf {
  override perform(wait: Wait, event: ReadHalfEvent): unknown {
    this.ended = false;
    this.failure = null;
    return super.perform(wait, event);
  }
}
