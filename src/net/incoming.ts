/**
 * The reading half of a connection (or of a file): one read in flight, one thread that waits for it.
 *
 * A read belongs to the stream, not to the thread that made it necessary: if that is killed, the read stays
 * in flight and what it brings is there for the next.
 *
 * @module
 */

import { SocketBusyError, SocketClosedError, SUSPENDED, type Thread, WaitableEvent } from "../core/mod.ts";
import { noteOrigin } from "./origin.ts";
import { ReadBuffer } from "./read_buffer.ts";
import type { Completion } from "./transport.ts";

/** Where bytes come from: a transport, or a file. */
export interface ByteSource {
  /** Reads up to `into.length` bytes: how many came, or `null` at the end. */
  read(into: Uint8Array, completion: Completion<number | null>): void;
}

/** What a stream belongs to, for messages. */
export interface Owner {
  /** Where it leads, in words. */
  readonly place: string;
}

/** What was read, and who waits for more. */
export class Incoming implements Completion<number | null> {
  /** What came and was not yet asked for. */
  readonly buffer: ReadBuffer = new ReadBuffer();
  /** Whether the source has said that nothing more comes. */
  ended = false;
  /** Why the source cannot be read any more; thrown when the buffer does not suffice. */
  failure: { error: unknown } | null = null;
  /** Whose bytes they are. */
  readonly owner: Owner;
  readonly #source: ByteSource;
  /** The thread that waits, and for what. While there is one, a read is in flight. */
  #reader: Thread | null = null;
  #event: IncomingEvent<unknown> | null = null;
  /** How many bytes the read in flight asked for; 0 if none is. */
  #asked = 0;
  #closed = false;

  /** Reads from `source`. */
  constructor(source: ByteSource, owner: Owner) {
    this.#source = source;
    this.owner = owner;
  }

  /** Whether `close` was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Hot path: what `event` needs, from the buffer or by reading. */
  begin<T>(thread: Thread, event: IncomingEvent<T>): T | typeof SUSPENDED {
    if (this.#closed) throw closedError(this.owner.place);
    if (this.#reader !== null) {
      throw new SocketBusyError(
        `Thread "${this.#reader.name}" is already reading ${this.owner.place}: ` +
          "let one thread read, and hand what it reads to the others.",
      );
    }
    const result = event.take(this);
    if (result !== SUSPENDED) return result;
    if (this.failure !== null) {
      const { error } = this.failure;
      event.failing(this);
      throw error;
    }
    this.#reader = thread;
    this.#event = event;
    if (this.#asked === 0) this.#read(event.atMost);
    return SUSPENDED;
  }

  /** The thread that waited does so no more; the read stays in flight. */
  withdraw(thread: Thread): void {
    if (this.#reader === thread) this.#reader = this.#event = null;
  }

  /** From here on reading throws `SocketClosedError`; so does a wait as soon as its read has failed. */
  close(): void {
    this.#closed = true;
  }

  /** Hot path: a read brought `count` bytes, or the end. */
  done(count: number | null): void {
    if (count === null) this.ended = true;
    else this.buffer.filled(count, this.#asked);
    this.#asked = 0;
    const reader = this.#reader;
    if (reader === null) return;
    if (this.#closed) return this.#raise(reader, closedError(this.owner.place));
    const event = this.#event!;
    let result;
    try {
      result = event.take(this);
    } catch (error) {
      return this.#raise(reader, error);
    }
    if (result === SUSPENDED) return this.#read(event.atMost);
    this.#reader = this.#event = null;
    reader.resume(result);
  }

  /** A read failed. */
  failed(error: unknown): void {
    this.#asked = 0;
    this.failure = { error };
    noteOrigin(error, this.owner);
    const reader = this.#reader;
    if (reader === null) return;
    this.#event!.failing(this);
    this.#raise(reader, this.#closed ? closedError(this.owner.place) : error);
  }

  #raise(reader: Thread, error: unknown): void {
    this.#reader = this.#event = null;
    reader.raise(error);
  }

  #read(atMost: number | undefined): void {
    const into = this.buffer.space(atMost);
    this.#asked = into.length;
    this.#source.read(into, this);
  }
}

/** An event that takes something from what comes in. */
export abstract class IncomingEvent<T> extends WaitableEvent<T> {
  /** @ignore */
  readonly incoming: Incoming;

  /** @ignore */
  constructor(incoming: Incoming) {
    super();
    this.incoming = incoming;
  }

  /** @ignore Takes the result from the buffer, or `SUSPENDED` if more has to come first. */
  abstract take(incoming: Incoming): T | typeof SUSPENDED;

  /** @ignore How many bytes may be read ahead of what was asked for, where that matters. */
  get atMost(): number | undefined {
    return undefined;
  }

  /** @ignore The failure is about to be thrown at this event. */
  failing(_incoming: Incoming): void {}

  /** @ignore */
  override perform(thread: Thread): T | typeof SUSPENDED {
    return this.incoming.begin(thread, this);
  }

  /** @ignore */
  override withdraw(thread: Thread): void {
    this.incoming.withdraw(thread);
  }

  /** @ignore */
  override describe(): string {
    return `bytes from ${this.incoming.owner.place}`;
  }
}

/** What every use of a closed connection throws. */
export function closedError(place: string): SocketClosedError {
  return new SocketClosedError(
    `The connection with ${place} is closed: it cannot be read or written any more, open a new one.`,
  );
}
