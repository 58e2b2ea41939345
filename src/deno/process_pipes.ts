/**
 * The pipes of Deno's processes, which are web streams, as pipes.
 *
 * @module
 */

import type { InputPipe, OutputPipe } from "../process/mod.ts";
import { type Completion, SocketClosedError } from "../streams/mod.ts";
import { translate } from "./errors.ts";

/** How much is written at a time: as much as a pipe of Linux holds, since a write of more cannot be taken back. */
const PIECE = 65_536;

/** A pipe that is read. */
export class DenoOutputPipe implements OutputPipe {
  readonly #reader: ReadableStreamBYOBReader;
  /** What is read into: a stream takes away the memory that it is given, and gives it back with the bytes. */
  #memory = new ArrayBuffer(0);

  /** Takes `stream` over. */
  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#reader = stream.getReader({ mode: "byob" });
  }

  /** Reads. */
  read(into: Uint8Array, completion: Completion<number | null>): void {
    if (this.#memory.byteLength < into.length) this.#memory = new ArrayBuffer(into.length);
    this.#reader.read(new Uint8Array(this.#memory, 0, into.length)).then(({ done, value }) => {
      if (value !== undefined) this.#memory = value.buffer;
      if (done) return completion.done(null);
      into.set(value);
      completion.done(value.length);
    }, (error) => completion.failed(translate(error, "Reading from a process")));
  }

  /** Closes it. */
  close(): void {
    this.#reader.cancel().catch(() => {}); // it has failed, which whoever reads was told
  }
}

/** A pipe that is written. */
export class DenoInputPipe implements InputPipe {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;

  /** Takes `stream` over. */
  constructor(stream: WritableStream<Uint8Array>) {
    this.#writer = stream.getWriter();
    this.#writer.closed.catch(() => {}); // whoever writes is told
  }

  /** Writes. */
  write(data: Uint8Array, completion: Completion<number>): void {
    const piece = data.subarray(0, PIECE);
    this.#writer.write(piece).then(
      () => completion.done(piece.length),
      (error) => completion.failed(translate(error, "Writing to a process")),
    );
  }

  /** Closes it, after what is in flight. */
  closeWrite(completion: Completion<void>): void {
    this.#writer.close().then(
      () => completion.done(),
      (error) => completion.failed(translate(error, "Ending the input of a process")),
    );
  }

  /** Closes it. */
  close(): void {
    this.#writer.abort(new SocketClosedError("The input was closed.")).catch(() => {});
  }
}
