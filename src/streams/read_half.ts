/**
 * The reading half of a byte stream: one read in flight, and one thread that waits for it.
 *
 * @module
 */

import { SUSPENDED, type Wait } from "../core/mod.ts";
import type { Completion } from "./completion.ts";
import { SocketBusyError, SocketClosedError, type SocketError } from "./errors.ts";
import { Inbox, InboxEvent } from "./inbox.ts";
import { checkedCount, noProgress, TRIES } from "./progress.ts";
import { ReadBuffer } from "./read_buffer.ts";

/** Where bytes come from: a connection of the host's, or a file. */
export interface ByteSource {
  /** Reads up to `into.length` bytes: how many came, or `null` at the end. */
  read(into: Uint8Array, completion: Completion<number | null>): void;
}

/** What a byte stream belongs to. */
export interface Owner {
  /** Where it leads, in words, for messages. */
  readonly place: string;
  /** What its use throws when it is closed, where that is no connection. */
  closedError?(): SocketClosedError;
  /** Notes that something came or went. */
  noteActivity?(): void;
  /** Notes that an operation of the stream failed with `error`. */
  noteFailure?(error: unknown): void;
}

/** What was read, and the thread that waits for more. */
export class ReadHalf extends Inbox<ReadHalfEvent> implements Completion<number | null> {
  /** What came and was not yet asked for. */
  readonly buffer: ReadBuffer = new ReadBuffer();
  /** Whether the source has said that nothing more comes. */
  ended = false;
  /** Why the source cannot be read any more; thrown when the buffer does not suffice. */
  failure: { error: unknown } | null = null;
  /** Whose bytes they are. */
  readonly owner: Owner;
  readonly #source: ByteSource;
  /** How many bytes the read in flight asked for. */
  #asked = 0;
  /** How many reads in a row have brought none. */
  #fruitless = 0;

  /** Reads from `source`. */
  constructor(source: ByteSource, owner: Owner) {
    super();
    this.#source = source;
    this.owner = owner;
  }

  /** Hot path: reads more, for `event`. */
  protected override begin(event: ReadHalfEvent): void {
    const into = this.buffer.space(event.atMost);
    this.#asked = into.length;
    this.#source.read(into, this);
  }

  /** Hot path: a read brought `count` bytes, or the end. */
  done(count: number | null): void {
    if (count === null) {
      this.ended = true;
    } else {
      const wrong = count === 0 ? this.#tried() : checkedCount(count, this.#asked, this.owner, "read");
      if (wrong !== null) return this.failed(wrong);
      if (count > 0) {
        this.#fruitless = 0;
        this.owner.noteActivity?.();
      }
      this.buffer.filled(count, this.#asked);
    }
    this.arrived();
  }

  /** A read brought nothing; the error, if that went on for too long. */
  #tried(): SocketError | null {
    if (++this.#fruitless < TRIES) return null;
    this.#fruitless = 0;
    return noProgress(
      this.owner,
      "read",
      "end the stream with null, or answer when there is something",
    );
  }

  /** A read failed. */
  failed(error: unknown): void {
    this.failure = { error };
    this.owner.noteFailure?.(error);
    this.arrived();
  }

  protected override closedError(): SocketClosedError {
    return closedError(this.owner);
  }

  protected override queue(_wait: Wait, _event: ReadHalfEvent, first: Wait): never {
    throw new SocketBusyError(
      `Thread "${first.thread.name}" is already reading ${this.owner.place}: ` +
        "let one thread read, and hand what it reads to the others.",
    );
  }
}

/** An event that takes something from what comes in. */
export abstract class ReadHalfEvent<T = unknown> extends InboxEvent<T> {
  /** @ignore */
  override readonly inbox: ReadHalf;

  /** @ignore */
  constructor(half: ReadHalf) {
    super();
    this.inbox = half;
  }

  /** @ignore Takes the result from what was read; `SUSPENDED` if more has to come first. */
  protected abstract takeFrom(half: ReadHalf): T | typeof SUSPENDED;

  /** @ignore Hot path. */
  override take(): T | typeof SUSPENDED {
    const half = this.inbox;
    const result = this.takeFrom(half);
    if (result !== SUSPENDED || half.failure === null) return result;
    const { error } = half.failure;
    this.failing(half);
    throw error;
  }

  /** @ignore How many bytes may be read ahead of what was asked for, where that matters. */
  get atMost(): number | undefined {
    return undefined;
  }

  /** @ignore The failure is about to be thrown at this event. */
  protected failing(_half: ReadHalf): void {}

  /** @ignore */
  override describe(): string {
    return `bytes from ${this.inbox.owner.place}`;
  }
}

/** What every use of a closed stream throws. */
export function closedError(owner: Owner): SocketClosedError {
  return owner.closedError?.() ??
    new SocketClosedError(`The stream from ${owner.place} is closed: open it again.`);
}
