/**
 * The writing half of a connection (or of a file): one write in flight, and the threads that wait their turn.
 *
 * Two threads' data never mix: a writer has the stream until all of its data is out. If it is killed, what
 * is in flight finishes before the next one starts.
 *
 * @module
 */

import { SocketError, SUSPENDED, type Thread, WaitableEvent, Waiter, WaitList } from "../core/mod.ts";
import { describe } from "../core/coroutine.ts";
import { closedError } from "./incoming.ts";
import { noteOrigin } from "./origin.ts";
import type { Completion } from "./transport.ts";

/** Where bytes go. Transports are; so are files. */
export interface ByteSink {
  /** Where to, in words. */
  readonly place: string;
  /** Writes at least one byte of `data` and says how many; `data` must not change until then. */
  write(data: Uint8Array, completion: Completion<number>): void;
}

/** A sink whose end can be told to the other side. */
export interface EndableSink extends ByteSink {
  /** Tells the other side that nothing more comes. */
  closeWrite(completion: Completion<void>): void;
}

/** Who is writing, and who waits to. */
export class Outgoing implements Completion<number> {
  /** Where the bytes go. */
  readonly sink: ByteSink;
  /** What is being written; `null` if nothing is in flight. */
  #current: OutgoingEvent<unknown> | null = null;
  /** Whose it is; `null` once that thread was killed. */
  #writer: Thread | null = null;
  /** The current event's data, and how much of it is out. */
  #data: Uint8Array = NOTHING;
  #sent = 0;
  #waiting: WaitList<OutgoingEvent<unknown>> | null = null;
  #closed = false;
  #ended = false;

  /** Writes to `sink`. */
  constructor(sink: ByteSink) {
    this.sink = sink;
  }

  /** Hot path: performs `event`, now or when its turn comes. */
  begin<T>(thread: Thread, event: OutgoingEvent<T>): T | typeof SUSPENDED {
    if (this.#current !== null) {
      if (this.#closed) throw closedError(this.sink.place);
      thread.slot = (this.#waiting ??= new WaitList()).add(thread, event);
      return SUSPENDED;
    }
    return this.#start(thread, event) as T | typeof SUSPENDED;
  }

  /** The thread that waited, for its turn or for the end of its write, does so no more. */
  withdraw(thread: Thread): void {
    if (this.#writer === thread) this.#writer = null;
    else if (thread.slot instanceof Waiter) this.#waiting?.remove(thread.slot);
  }

  /** From here on writing throws `SocketClosedError`; so do waits, as soon as what is in flight has failed. */
  close(): void {
    this.#closed = true;
  }

  /** Hot path: a write put out `count` bytes. */
  done(count: number): void {
    const event = this.#current!;
    this.#sent += count;
    if (event.whole && this.#sent < this.#data.length && this.#writer !== null && !this.#closed) {
      return this.sink.write(this.#data.subarray(this.#sent), this);
    }
    this.#settle(event.result(this.#sent), null);
  }

  /** A write failed. */
  failed(error: unknown): void {
    noteOrigin(error, this.sink);
    this.#settle(undefined, { error });
  }

  /** Writes `data` for the current event. */
  write(data: Uint8Array): void {
    this.#data = data;
    this.#sent = 0;
    this.sink.write(data, this);
  }

  /** Ends the stream for the current event. */
  end(): void {
    this.#ended = true;
    (this.sink as EndableSink).closeWrite({
      done: () => this.#settle(undefined, null),
      failed: (error) => this.failed(error),
    });
  }

  /** Whether nothing more may be written. */
  get ended(): boolean {
    return this.#ended;
  }

  #start(thread: Thread, event: OutgoingEvent<unknown>): unknown {
    if (this.#closed) throw closedError(this.sink.place);
    const result = event.immediate(this);
    if (result !== SUSPENDED) return result;
    this.#current = event;
    this.#writer = thread;
    event.start(this);
    return SUSPENDED;
  }

  /** What was in flight is over: tells its thread, then lets the next one start. */
  #settle(result: unknown, failure: { error: unknown } | null): void {
    const writer = this.#writer;
    this.#current = this.#writer = null;
    this.#data = NOTHING;
    if (writer !== null) {
      if (this.#closed) writer.raise(closedError(this.sink.place));
      else if (failure !== null) writer.raise(failure.error);
      else writer.resume(result);
    }
    if (this.#waiting === null) return;
    for (let next; this.#current === null && (next = this.#waiting.shift()) !== undefined;) {
      const { thread, value: event } = next;
      try {
        const result = this.#start(thread, event);
        if (result !== SUSPENDED) thread.resume(result);
      } catch (error) {
        thread.raise(error);
      }
    }
  }
}

const NOTHING = new Uint8Array(0);

/** An event that needs the stream for itself. */
export abstract class OutgoingEvent<T> extends WaitableEvent<T> {
  /** @ignore */
  readonly outgoing: Outgoing;

  /** @ignore */
  constructor(outgoing: Outgoing) {
    super();
    this.outgoing = outgoing;
  }

  /** @ignore The result if nothing has to be done for it, or `SUSPENDED`. */
  abstract immediate(outgoing: Outgoing): T | typeof SUSPENDED;
  /** @ignore Its turn has come. */
  abstract start(outgoing: Outgoing): void;
  /** @ignore Whether all of the data must be out. */
  get whole(): boolean {
    return true;
  }
  /** @ignore The result after so many bytes. */
  abstract result(sent: number): T;

  /** @ignore */
  override perform(thread: Thread): T | typeof SUSPENDED {
    return this.outgoing.begin(thread, this);
  }

  /** @ignore */
  override withdraw(thread: Thread): void {
    this.outgoing.withdraw(thread);
  }
}

/** Sends data: all of it, or as much as goes out at once. */
export class SendEvent<T extends number | void = number | void> extends OutgoingEvent<T> {
  readonly #data: Uint8Array;
  readonly #whole: boolean;
  readonly #counts: boolean;

  /** @ignore */
  constructor(outgoing: Outgoing, data: Uint8Array | string, caller: "send" | "sendall" | "write") {
    super(outgoing);
    this.#data = bytesOf(data, caller);
    this.#whole = caller !== "send";
    this.#counts = caller !== "sendall";
  }

  /** @ignore */
  override immediate(outgoing: Outgoing): T | typeof SUSPENDED {
    if (outgoing.ended) {
      throw new SocketError(
        `Nothing more can be sent to ${outgoing.sink.place}: closeWrite() ended our side.`,
        {
          code: "EPIPE",
        },
      );
    }
    return this.#data.length === 0 ? this.result(0) : SUSPENDED;
  }

  /** @ignore */
  override start(outgoing: Outgoing): void {
    outgoing.write(this.#data);
  }

  /** @ignore */
  override get whole(): boolean {
    return this.#whole;
  }

  /** @ignore */
  override result(sent: number): T {
    return (this.#counts ? sent : undefined) as T;
  }

  /** @ignore */
  override describe(): string {
    return `${this.#data.length} bytes to go out to ${this.outgoing.sink.place}`;
  }
}

/** Ends our side of a stream, after everything that threads are sending. */
export class CloseWriteEvent extends OutgoingEvent<void> {
  /** @ignore */
  override immediate(outgoing: Outgoing): void | typeof SUSPENDED {
    return outgoing.ended ? undefined : SUSPENDED;
  }

  /** @ignore */
  override start(outgoing: Outgoing): void {
    outgoing.end();
  }

  /** @ignore */
  override result(): void {}

  /** @ignore */
  override describe(): string {
    return `the end of what is sent to ${this.outgoing.sink.place}`;
  }
}

const encoder = new TextEncoder();

/** `data` as bytes: strings are UTF-8. */
function bytesOf(data: Uint8Array | string, caller: string): Uint8Array {
  if (typeof data === "string") return encoder.encode(data);
  if (data instanceof Uint8Array) return data;
  throw new TypeError(`${caller} takes a Uint8Array or a string; got ${describe(data)}.`);
}
