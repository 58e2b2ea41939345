/**
 * What bytes can be read from and written to on the platform: files and what looks like them, and web streams.
 *
 * A host's file cannot take a read back. So the halves of a stream are remembered by what they belong to, and what a read
 * brings after its thread was killed is there for the next thread that reads the same thing.
 *
 * @module
 */

import { describe } from "../core/mod.ts";
import type { Completion } from "./completion.ts";
import { SocketClosedError } from "./errors.ts";
import { InFlight } from "./in_flight.ts";
import { PacedReadHalf, PacedWriteHalf } from "./paced_halves.ts";
import type { ByteSource, Owner, ReadHalf } from "./read_half.ts";
import type { ByteSink, WriteHalf } from "./write_half.ts";

/** What can be read: an open file, standard input, a connection of the platform's own, ... */
export interface Reader {
  /** Reads up to `p.length` bytes: how many came, or `null` at the end. */
  read(p: Uint8Array): Promise<number | null>;
}

/** What can be written: an open file, standard output, a connection of the platform's own, ... */
export interface Writer {
  /** Writes some of `p`, and says how many bytes. */
  write(p: Uint8Array): Promise<number>;
}

const FILE: Owner = { place: "a file", closedError };
const STREAM: Owner = { place: "a stream", closedError };

function closedError(): SocketClosedError {
  return new SocketClosedError(
    "This stream is closed: nothing can be read from it or written to it any more.",
  );
}

/** A half, and what closes where it leads. */
export interface Opened<Half> {
  /** The half. */
  readonly half: Half;
  /** Closes the file or stream, and fails what is in flight. */
  close(): void;
}

const readers = new WeakMap<object, Opened<ReadHalf>>();
const writers = new WeakMap<object, Opened<WriteHalf>>();

/** The reading half of `source`: the same one each time. */
export function openedToRead(source: Reader | ReadableStream<Uint8Array>): Opened<ReadHalf> {
  let opened = readers.get(source);
  if (opened === undefined) {
    const isStream = source instanceof ReadableStream;
    const from = isStream ? new WebSource(source) : new FileSource(source);
    opened = { half: new PacedReadHalf(from, isStream ? STREAM : FILE), close: () => from.close() };
    readers.set(source, opened);
  }
  return opened;
}

/** The writing half of `sink`: the same one each time. */
export function openedToWrite(sink: Writer | WritableStream<Uint8Array>): Opened<WriteHalf> {
  let opened = writers.get(sink);
  if (opened === undefined) {
    const isStream = sink instanceof WritableStream;
    const to = isStream ? new WebSink(sink) : new FileSink(sink);
    opened = { half: new PacedWriteHalf(to, isStream ? STREAM : FILE), close: () => to.close() };
    writers.set(sink, opened);
  }
  return opened;
}

class FileSource implements ByteSource {
  readonly #file: Reader;
  readonly #inFlight = new InFlight<number | null>();

  constructor(file: Reader) {
    this.#file = file;
  }

  read(into: Uint8Array, completion: Completion<number | null>): void {
    this.#inFlight.begin(() => this.#file.read(into), completion);
  }

  close(): void {
    closeFile(this.#file);
    this.#inFlight.giveUp(closedError());
  }
}

class FileSink implements ByteSink {
  readonly #file: Writer;
  readonly #inFlight = new InFlight<number>();
  #closed = false;

  constructor(file: Writer) {
    this.#file = file;
  }

  write(data: Uint8Array, completion: Completion<number>): void {
    this.#inFlight.begin(() => this.#file.write(data), completion);
  }

  closeWrite(completion: Completion<void>): void {
    // deno-lint-ignore require-await -- so that what close() throws is a rejection
    new InFlight<void>().begin(async () => this.#end(), completion);
  }

  close(): void {
    this.#end();
    this.#inFlight.giveUp(closedError());
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    closeFile(this.#file);
  }
}

function closeFile(file: object): void {
  if ("close" in file && typeof file.close === "function") file.close();
}

/** Takes the chunks of a stream apart. */
class WebSource implements ByteSource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #inFlight = new InFlight<number | null>();
  /** What of the last chunk did not fit in. */
  #left = new Uint8Array();

  constructor(stream: ReadableStream<Uint8Array>) {
    if (stream.locked) {
      throw new TypeError("reader takes a stream that is not locked: something reads it already.");
    }
    this.#reader = stream.getReader();
  }

  read(into: Uint8Array, completion: Completion<number | null>): void {
    this.#inFlight.begin(async () => {
      if (this.#left.length === 0) {
        const { done, value } = await this.#reader.read();
        if (done) return null;
        this.#left = bytesFrom(value);
      }
      const piece = this.#left.subarray(0, into.length);
      into.set(piece);
      this.#left = this.#left.subarray(piece.length);
      return piece.length;
    }, completion);
  }

  close(): void {
    this.#reader.cancel().catch(() => {}); // it has failed: whoever reads is told
    this.#inFlight.giveUp(closedError());
  }
}

function bytesFrom(chunk: unknown): Uint8Array<ArrayBuffer> {
  if (chunk instanceof Uint8Array) return chunk as Uint8Array<ArrayBuffer>;
  throw new TypeError(
    `reader takes a stream of bytes, and it brought ${
      describe(chunk)
    }: pipe text through new TextEncoderStream().`,
  );
}

class WebSink implements ByteSink {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #inFlight = new InFlight<number>();
  readonly #ending = new InFlight<void>();

  constructor(stream: WritableStream<Uint8Array>) {
    if (stream.locked) {
      throw new TypeError("writer takes a stream that is not locked: something writes it already.");
    }
    this.#writer = stream.getWriter();
    this.#writer.closed.catch(() => {}); // whoever writes is told
  }

  write(data: Uint8Array, completion: Completion<number>): void {
    this.#inFlight.begin(() => this.#writer.write(data).then(() => data.length), completion);
  }

  closeWrite(completion: Completion<void>): void {
    this.#ending.begin(() => this.#writer.close(), completion);
  }

  close(): void {
    this.#writer.abort(closedError()).catch(() => {});
    this.#inFlight.giveUp(closedError());
    this.#ending.giveUp(closedError());
  }
}
