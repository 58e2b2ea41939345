/**
 * An open file.
 *
 * @module
 */

import { Event, type Wait } from "../core/mod.ts";
import {
  belongs,
  type ByteReader,
  bytesOf,
  type ByteWriter,
  checkedSize,
  type Completion,
  type LineOptions,
  OperationEvent,
  ReadAllEvent,
  type ReadAllOptions,
  ReadExactlyEvent,
  ReadLineEvent,
  ReadUntilEvent,
  ReceiveEvent,
  SendEvent,
} from "../streams/mod.ts";
import { Cursor } from "./cursor.ts";
import { Descriptor, type Start } from "./descriptor.ts";
import type { FileHandle, FileInfo } from "./file_system.ts";

/**
 * An open file; {@linkcode open} makes them. It is read and written as a connection is, from one position on, and also at
 * any other by `readAt` and `writeAt`.
 *
 * At the end, reads result in `null`, and go on when it has grown. Operations take turns. One that is killed while it is in
 * flight finishes all the same: bytes that were read stay for the next read, and a write may have been made in part. Once
 * the file is closed everything throws `SocketClosedError`; what the system reports is thrown as `FileError`.
 */
export class File implements ByteReader, ByteWriter {
  readonly #descriptor: Descriptor;
  readonly #cursor: Cursor;
  #onClose: (() => void) | null = null;

  /** @ignore Programs get theirs from `open`. */
  constructor(path: string, handle: FileHandle) {
    this.#descriptor = new Descriptor(path, handle);
    this.#cursor = new Cursor(this.#descriptor);
  }

  /** The path that it was opened by. */
  get path(): string {
    return this.#descriptor.path;
  }

  /** Where the next byte is read, or written. */
  get position(): number {
    return this.#cursor.position;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#descriptor.closed;
  }

  /** Reads between 1 and `size` bytes; `null` at the end. */
  recv(size: number): Event<Uint8Array<ArrayBuffer> | null> {
    return new ReceiveEvent(this.#cursor.reads, checkedSize(size, 1, "recv"));
  }

  /** Reads a line, its delimiter included; the last one may lack it; then `null`. */
  readline(delim?: string, options?: LineOptions): Event<string | null> {
    return new ReadLineEvent(this.#cursor.reads, delim, options);
  }

  /** Like `readline`, in bytes. */
  readuntil(delim: Uint8Array, options?: LineOptions): Event<Uint8Array<ArrayBuffer> | null> {
    return new ReadUntilEvent(this.#cursor.reads, delim, options);
  }

  /** Reads exactly `n` bytes. Throws `UnexpectedEofError` if there are fewer; what there was is its `partial`. */
  readexactly(n: number): Event<Uint8Array<ArrayBuffer>> {
    return new ReadExactlyEvent(this.#cursor.reads, n);
  }

  /** Reads all that is left. Throws `LineTooLongError` past `limit` bytes (16 MiB); what was read stays buffered. */
  readall(options?: ReadAllOptions): Event<Uint8Array<ArrayBuffer>> {
    return new ReadAllEvent(this.#cursor.reads, options);
  }

  /** Writes as much of `data` as the system takes at once, and results in how many bytes that was. */
  send(data: Uint8Array | string): Event<number> {
    return new SendEvent<number>(this.#cursor.writes, data, "send");
  }

  /** Writes all of `data`, before that of any thread which asks later. */
  sendall(data: Uint8Array | string): Event<void> {
    return new SendEvent<void>(this.#cursor.writes, data, "sendall");
  }

  /** Ends writing, after the writes that threads have begun. Later writes throw. */
  closeWrite(): Event<void> {
    return new SendEvent<void>(this.#cursor.writes, null, "closeWrite");
  }

  /** Reads between 1 and `size` bytes from `position` on, without moving; `null` at the end or behind it. */
  readAt(position: number, size: number): Event<Uint8Array<ArrayBuffer> | null> {
    checkedSize(position, 0, "readAt");
    checkedSize(size, 1, "readAt");
    return this.#operation(`${size} bytes at ${position}`, (handle, completion) => {
      const into = new Uint8Array(size);
      handle.read(position, into, {
        done: (count) => completion.done(count === null ? null : into.subarray(0, count)),
        failed: (error) => completion.failed(error),
      });
    });
  }

  /** Writes all of `data` at `position`, without moving. A file that was opened to append gets it at its end. */
  writeAt(position: number, data: Uint8Array | string): Event<void> {
    checkedSize(position, 0, "writeAt");
    const bytes = bytesOf(data, "writeAt");
    return this.#operation(`${bytes.length} bytes to be written at ${position}`, (handle, completion) => {
      writeAll(handle, position, bytes, completion);
    });
  }

  /** Moves to `position`, counted from the beginning: the next read or write is there. */
  seek(position: number): Event<void> {
    checkedSize(position, 0, "seek");
    return new SeekEvent(this.#descriptor, this.#cursor, position);
  }

  /** How many bytes it has. */
  size(): Event<number> {
    return this.#operation("its size", (handle, completion) =>
      handle.stat({
        done: ({ size }) => completion.done(size),
        failed: (error) => completion.failed(error),
      }));
  }

  /** Its properties. */
  stat(): Event<FileInfo> {
    return this.#operation("what is known of it", (handle, completion) => handle.stat(completion));
  }

  /** Cuts it to `size` bytes, or extends it with zeros. The position stays. */
  truncate(size = 0): Event<void> {
    checkedSize(size, 0, "truncate");
    return this.#operation("its new size", (handle, completion) => handle.truncate(size, completion));
  }

  /** Waits until what was written would survive a crash of the machine. */
  sync(): Event<void> {
    return this.#operation("the disk", (handle, completion) => handle.sync(completion));
  }

  /** Closes it; threads that wait on it are thrown `SocketClosedError`. Closing twice is fine. */
  close(): void {
    if (this.closed) return;
    this.#cursor.close();
    this.#onClose?.();
  }

  /** Closes it at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @ignore It is closed when the current coroutine of `wait` ends. */
  belongsTo(wait: Wait): void {
    this.#onClose = belongs(wait, () => this.close());
  }

  #operation<T>(what: string, start: Start<T>): Event<T> {
    return new FileOperation(this.#descriptor, what, start);
  }
}

/** Waits for one operation of a descriptor. */
class FileOperation<T> extends OperationEvent<T> {
  readonly #descriptor: Descriptor;
  readonly #what: string;
  readonly #start: Start<T>;

  constructor(descriptor: Descriptor, what: string, start: Start<T>) {
    super();
    this.#descriptor = descriptor;
    this.#what = what;
    this.#start = start;
  }

  protected override begin(_wait: Wait, completion: Completion<T>): () => void {
    return this.#descriptor.request(this.#start, completion);
  }

  override describe(): string {
    return `${this.#descriptor.path}: ${this.#what}`;
  }
}

/** Moves a file's cursor. */
class SeekEvent extends Event<void> {
  readonly #descriptor: Descriptor;
  readonly #cursor: Cursor;
  readonly #position: number;

  constructor(descriptor: Descriptor, cursor: Cursor, position: number) {
    super();
    this.#descriptor = descriptor;
    this.#cursor = cursor;
    this.#position = position;
  }

  override perform(): void {
    if (this.#descriptor.closed) throw this.#descriptor.closedError();
    this.#cursor.moveTo(this.#position);
  }
}

function writeAll(
  handle: FileHandle,
  position: number,
  data: Uint8Array,
  completion: Completion<void>,
): void {
  handle.write(position, data, {
    done(count) {
      if (count >= data.length) completion.done();
      else writeAll(handle, position + count, data.subarray(count), completion);
    },
    failed: (error) => completion.failed(error),
  });
}
