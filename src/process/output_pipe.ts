/**
 * What a process puts out by a pipe: read by whoever wants it, and else kept, so that no process waits for a pipe that
 * nobody reads while somebody waits for the process.
 *
 * @module
 */

import { SUSPENDED, type Wait } from "../core/mod.ts";
import {
  type ByteSource,
  type Completion,
  type Owner,
  ReadHalf,
  type ReadHalfEvent,
  SocketClosedError,
  StreamReader,
} from "../streams/mod.ts";
import type { OutputPipe } from "./processes.ts";

/** Whose pipe it is. */
export interface PipeOwner {
  /** A thread has begun to wait for something of the process. */
  waitBegan(): void;
  /** Whether to read on, with so many bytes that nobody has asked for. */
  readsOn(kept: number): boolean;
  /** A pipe is closed, or at its end. */
  pipeEnded(): void;
}

/** Where what is read goes that nobody wants. */
const dropped = new Uint8Array(65_536);

/** One pipe of a process, from its standard output or its standard error. */
export class Output {
  /** What programs read it by. */
  readonly reader: StreamReader;
  readonly #source: PipeSource;
  readonly #reads: PipeReads;

  /** Takes `pipe` over; `place` is what it is, in words. */
  constructor(pipe: OutputPipe, place: string, owner: PipeOwner) {
    this.#source = new PipeSource(pipe, place, owner);
    this.#reads = new PipeReads(this.#source, this.#source, owner);
    this.reader = new StreamReader(this.#reads, () => this.#source.close());
  }

  /** Whether it is closed, or at its end. */
  get ended(): boolean {
    return this.#source.ended;
  }

  /** Whether a thread waits for what comes. */
  get awaited(): boolean {
    return this.#reads.awaited;
  }

  /** How many bytes came so far. */
  get count(): number {
    return this.#source.count;
  }

  /** Reads on, if its owner wants that. */
  readOn(): void {
    this.#reads.readOn();
  }

  /** Nobody reads it any more: what still comes is dropped, so that the process can go on. */
  abandon(): void {
    this.#reads.close();
    this.#source.drop();
  }

  /** Closes it. */
  close(): void {
    this.#reads.close();
    this.#source.close();
  }

  /** What has come is all: for readers it is at its end. */
  cut(): void {
    this.#source.cut();
    this.#reads.ended = true;
  }
}

/** A pipe as a source, which may be given up while a read is in flight. */
class PipeSource implements ByteSource, Completion<number | null>, Owner {
  readonly place: string;
  readonly #pipe: OutputPipe;
  readonly #owner: PipeOwner;
  #completion: Completion<number | null> | null = null;
  #inFlight = false;
  #dropping = false;
  /** Whether it is closed, or at its end. */
  ended = false;
  /** How many bytes came so far. */
  count = 0;

  constructor(pipe: OutputPipe, place: string, owner: PipeOwner) {
    this.#pipe = pipe;
    this.place = place;
    this.#owner = owner;
  }

  read(into: Uint8Array, completion: Completion<number | null>): void {
    this.#completion = completion;
    this.#inFlight = true;
    this.#pipe.read(into, this);
  }

  done(count: number | null): void {
    this.#inFlight = false;
    if (this.ended) return;
    if (count === null) this.#end();
    else this.count += count;
    this.#taken()?.done(count);
    if (this.#dropping) this.drop();
  }

  failed(error: unknown): void {
    this.#inFlight = false;
    if (this.ended) return;
    this.#end();
    this.#taken()?.failed(error);
  }

  drop(): void {
    this.#dropping = true;
    this.#taken()?.failed(this.closedError());
    if (this.#inFlight || this.ended) return;
    this.#inFlight = true;
    this.#pipe.read(dropped, this);
  }

  close(): void {
    this.#end();
    this.#taken()?.failed(this.closedError());
  }

  cut(): void {
    this.#end();
    this.#taken()?.done(null);
  }

  closedError(): SocketClosedError {
    return new SocketClosedError(
      `${this.place} is closed: by close(), or since the coroutine that started the process has ended.`,
    );
  }

  #taken(): Completion<number | null> | null {
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

/** The reading half of a pipe. */
class PipeReads extends ReadHalf {
  readonly #owner: PipeOwner;

  constructor(source: ByteSource, owner: Owner, whose: PipeOwner) {
    super(source, owner);
    this.#owner = whose;
  }

  get awaited(): boolean {
    return this.first !== null;
  }

  override perform(wait: Wait, event: ReadHalfEvent): unknown {
    const result = super.perform(wait, event);
    if (result === SUSPENDED) this.#owner.waitBegan();
    return result;
  }

  override done(count: number | null): void {
    super.done(count);
    this.readOn();
  }

  readOn(): void {
    if (!this.ended && this.failure === null && this.#owner.readsOn(this.buffer.length)) this.ahead();
  }
}
