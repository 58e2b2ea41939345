/**
 * The writing half of a byte stream: one write in flight, and the threads that wait their turn.
 *
 * Two threads' data never mix: a writer has the stream until all of its data is out. If it is killed, what
 * is in flight finishes before the next one starts.
 *
 * @module
 */

import { describe, SUSPENDED, type Wait, WaitableEvent, Waiter, WaitList } from "../core/mod.ts";
import type { Completion } from "./completion.ts";
import { SocketError } from "./errors.ts";
import { checkedCount, noProgress, TRIES } from "./progress.ts";
import { closedError, type Owner } from "./read_half.ts";

/** The destination of bytes: a transport, or a file. */
export interface ByteSink {
  /** Writes at least one byte of `data` and says how many; `data` must not change until then. */
  write(data: Uint8Array, completion: Completion<number>): void;
  /** Ends our direction of the stream. */
  closeWrite?(completion: Completion<void>): void;
}

/** The write in flight, and the writes that wait for their turn. */
export class WriteHalf implements Completion<number> {
  /** The connection or file that the bytes go to. */
  readonly owner: Owner;
  readonly #sink: ByteSink;
  /** The event whose data is being written; `null` if nothing is in flight. */
  #current: SendEvent | null = null;
  /** The wait for that event; `null` once it was taken back. */
  #writer: Wait | null = null;
  /** The number of its bytes that have been written. */
  #sent = 0;
  /** How many writes in a row have put out none. */
  #fruitless = 0;
  #waiting: WaitList<SendEvent> | null = null;
  /** Whether our direction was ended. */
  #ended = false;
  #closed = false;

  /** Writes to `sink`. */
  constructor(sink: ByteSink, owner: Owner) {
    this.#sink = sink;
    this.owner = owner;
  }

  /** Hot path: performs `event`, now or when its turn comes. */
  begin(wait: Wait, event: SendEvent): unknown {
    if (this.#current === null) return this.#start(wait, event);
    if (this.#closed) throw closedError(this.owner);
    wait.slot = (this.#waiting ??= new WaitList()).add(wait, event);
    return SUSPENDED;
  }

  /** The wait that the write in flight serves, if there is one. */
  protected get first(): Wait | null {
    return this.#writer;
  }

  /** The thread that waited, for its turn or for the end of its write, does so no more. */
  withdraw(wait: Wait): void {
    if (this.#writer === wait) this.#writer = null;
    else if (wait.slot instanceof Waiter) this.#waiting?.remove(wait.slot);
  }

  /** Whether a write is in flight. */
  get inFlight(): boolean {
    return this.#current !== null;
  }

  /** Whether something waits for its turn, or for the end of its write. */
  get isAwaited(): boolean {
    return this.#writer !== null || this.#waiting !== null && this.#waiting.size > 0;
  }

  /** From here on writing throws `SocketClosedError`; so do waits, as soon as what is in flight has failed. */
  close(): void {
    this.#closed = true;
  }

  /** Hot path: a write has written `count` bytes. */
  done(count: number): void {
    const event = this.#current!, data = event.data!;
    if (data.length === 0) {
      return this.#settle(undefined, { error: transferred(event.sender, " while it was being sent") });
    }
    const left = data.length - this.#sent;
    const wrong = count === 0 ? this.#tried() : checkedCount(count, left, this.owner, "write");
    if (wrong !== null) return this.failed(wrong);
    if (count > 0) {
      this.#fruitless = 0;
      this.owner.noteActivity?.();
    }
    this.#sent += count;
    if (
      count < left && (event.whole || this.#sent === 0) && this.#writer !== null && !this.#closed
    ) {
      return this.#sink.write(data.subarray(this.#sent), this);
    }
    this.#settle(event.counts ? this.#sent : undefined, null);
  }

  /** A write put out nothing; the error, if that went on for too long. */
  #tried(): SocketError | null {
    if (++this.#fruitless < TRIES) return null;
    return noProgress(this.owner, "written", "fail, or answer when something could be written");
  }

  /** A write failed. */
  failed(error: unknown): void {
    this.owner.noteFailure?.(error);
    this.#settle(undefined, { error });
  }

  #start(wait: Wait, event: SendEvent): unknown {
    if (this.#closed) throw closedError(this.owner);
    const { data } = event;
    if (this.#ended) {
      if (data === null) return undefined;
      throw new SocketError(`Nothing more can be sent to ${this.owner.place}: closeWrite() ended our side.`, {
        code: "EPIPE",
      });
    }
    if (data?.length === 0) {
      if (isTransferred(data)) throw transferred(event.sender, "");
      return event.counts ? 0 : undefined;
    }
    this.#current = event;
    this.#writer = wait;
    this.#sent = this.#fruitless = 0;
    if (data === null) this.#end();
    else this.#sink.write(data, this);
    return SUSPENDED;
  }

  #end(): void {
    this.#ended = true;
    this.#sink.closeWrite!({
      done: () => this.#settle(undefined, null),
      failed: (error) => this.failed(error),
    });
  }

  /** The write in flight has ended: resumes its thread, then starts the next write. */
  #settle(result: unknown, failure: { error: unknown } | null): void {
    const writer = this.#writer;
    this.#current = this.#writer = null;
    if (writer !== null) {
      if (this.#closed) writer.raise(closedError(this.owner));
      else if (failure !== null) writer.raise(failure.error);
      else writer.resume(result);
    }
    if (this.#waiting !== null) this.#startNext(this.#waiting);
  }

  #startNext(waiting: WaitList<SendEvent>): void {
    for (let next; this.#current === null && (next = waiting.shift()) !== undefined;) {
      const { wait, value: event } = next;
      try {
        const result = this.#start(wait, event);
        if (result !== SUSPENDED) wait.resume(result);
      } catch (error) {
        wait.raise(error);
      }
    }
  }
}

/** The method that sends. It decides whether all data must be written, and whether the result is a number of bytes. */
export type Sender = "send" | "sendall" | "write" | "closeWrite";

/** Sends data, all of it or as much as the system takes at once; or, with `null`, ends our direction of the stream. */
export class SendEvent<T extends number | void = number | void> extends WaitableEvent<T> {
  /** @ignore */
  readonly half: WriteHalf;
  /** @ignore What to send; `null` for the end. */
  readonly data: Uint8Array | null;
  /** @ignore */
  readonly sender: Sender;

  /** @ignore */
  constructor(half: WriteHalf, data: Uint8Array | string | null, sender: Sender) {
    super();
    this.half = half;
    this.data = sender === "closeWrite" ? null : bytesOf(data, sender);
    this.sender = sender;
  }

  /** @ignore */
  override perform(wait: Wait): T | typeof SUSPENDED {
    return this.half.begin(wait, this) as T | typeof SUSPENDED;
  }

  /** @ignore */
  override withdraw(wait: Wait): void {
    this.half.withdraw(wait);
  }

  /** @ignore */
  override describe(): string {
    const what = this.data === null ? "the end" : `${this.data.length} bytes`;
    return `${what} to go out to ${this.half.owner.place}`;
  }

  /** @ignore Whether all of the data must be written. */
  get whole(): boolean {
    return this.sender !== "send";
  }

  /** @ignore Whether the result is the number of bytes that were written. */
  get counts(): boolean {
    return this.sender === "send" || this.sender === "write";
  }
}

const encoder = new TextEncoder();

/** `data` as bytes: strings are UTF-8. Throws `TypeError`, which names the `caller`, if it is neither. */
export function bytesOf(data: unknown, caller: string): Uint8Array {
  if (typeof data === "string") return encoder.encode(data);
  if (data instanceof Uint8Array) {
    if (isTransferred(data)) throw transferred(caller, "");
    return data;
  }
  throw new TypeError(`${caller} takes a Uint8Array or a string; got ${describe(data)}.`);
}

function isTransferred(data: Uint8Array): boolean {
  return data.length === 0 && (data.buffer as ArrayBuffer).detached;
}

function transferred(caller: string, when: string): TypeError {
  return new TypeError(
    `${caller} was given bytes whose memory was transferred away${when}: give it a copy, made by slice() before that.`,
  );
}
