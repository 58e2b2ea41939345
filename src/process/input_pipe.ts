/**
 * What a process gets by a pipe, as its standard input.
 *
 * @module
 */

import { SUSPENDED, type Wait } from "../core/mod.ts";
import {
  type ByteSink,
  type Completion,
  type Owner,
  type SendEvent,
  SocketClosedError,
  SocketError,
  StreamWriter,
  WriteHalf,
} from "../streams/mod.ts";
import type { PipeOwner } from "./output_pipe.ts";
import type { InputPipe } from "./processes.ts";

/** The standard input of a process. */
export class Input {
  /** What programs write it by. */
  readonly writer: StreamWriter;
  readonly #sink: PipeSink;
  readonly #writes: PipeWrites;

  /** Takes `pipe` over; `place` is what it is, in words. */
  constructor(pipe: InputPipe, place: string, owner: PipeOwner) {
    this.#sink = new PipeSink(pipe, place, owner);
    this.#writes = new PipeWrites(this.#sink, this.#sink, owner);
    this.writer = new StreamWriter(this.#writes, () => this.#sink.close(this.#sink.closedError()));
  }

  /** Whether it is closed. */
  get ended(): boolean {
    return this.#sink.ended;
  }

  /** Whether a thread waits for what it wrote to be taken. */
  get awaited(): boolean {
    return this.#writes.isAwaited;
  }

  /** Writes all of `data`, and then the end, without any thread. That the process does not want it is no error. */
  feed(data: Uint8Array): void {
    const sink = this.#sink;
    const end = { done: () => {}, failed: () => {} };
    const from = (at: number) => {
      if (at >= data.length) return sink.closeWrite(end);
      sink.write(data.subarray(at), {
        done: (count) => from(at + count),
        failed: () => sink.close(sink.closedError()),
      });
    };
    from(0);
  }

  /** Closes it. */
  close(): void {
    this.writer.close();
  }

  /** The process has ended: nobody reads what is written. */
  gone(): void {
    this.#sink.close(this.#sink.brokenPipe());
  }
}

/** A pipe as a sink, which may be given up while a write is in flight. */
class PipeSink implements ByteSink, Completion<number>, Owner {
  readonly place: string;
  readonly #pipe: InputPipe;
  readonly #owner: PipeOwner;
  #completion: Completion<number> | null = null;
  /** Whether it is closed. */
  ended = false;

  constructor(pipe: InputPipe, place: string, owner: PipeOwner) {
    this.#pipe = pipe;
    this.place = place;
    this.#owner = owner;
  }

  write(data: Uint8Array, completion: Completion<number>): void {
    if (this.ended) return void Promise.resolve().then(() => completion.failed(this.brokenPipe()));
    this.#completion = completion;
    this.#pipe.write(data, this);
  }

  done(count: number): void {
    this.#taken()?.done(count);
  }

  failed(error: unknown): void {
    this.#taken()?.failed(error);
  }

  closeWrite(completion: Completion<void>): void {
    if (this.ended) return void Promise.resolve().then(() => completion.done());
    this.#pipe.closeWrite({
      done: () => {
        this.#end();
        completion.done();
      },
      failed: (error) => {
        this.#end();
        completion.failed(error);
      },
    });
  }

  /** Closes it; what is in flight fails with `error`. */
  close(error: Error): void {
    this.#end();
    this.#taken()?.failed(error);
  }

  closedError(): SocketClosedError {
    return new SocketClosedError(
      `${this.place} is closed: by close(), or since the coroutine that started the process has ended.`,
    );
  }

  brokenPipe(): SocketError {
    return new SocketError(
      `Writing to ${this.place} failed (EPIPE): the process has ended, so nobody reads it.`,
      {
        code: "EPIPE",
      },
    );
  }

  #taken(): Completion<number> | null {
    const completion = this.#completion;
    this.#completion = null;
    return completion;
  }

  #end(): void {
    if (this.ended) return;
    this.ended = true;
    this.#pipe.close();
    this.#owner.pipeEnded();
  }
}

/** The writing half of a pipe. */
class PipeWrites extends WriteHalf {
  readonly #owner: PipeOwner;

  constructor(sink: ByteSink, owner: Owner, whose: PipeOwner) {
    super(sink, owner);
    this.#owner = whose;
  }

  override begin(wait: Wait, event: SendEvent): unknown {
    const result = super.begin(wait, event);
    if (result === SUSPENDED) this.#owner.waitBegan();
    return result;
  }
}
