/**
 * One end of a byte stream between two simulated hosts. It does to a program what TCP does: a write takes as many
 * bytes as there is room for and waits while there is none, each direction ends on its own, bytes keep their order,
 * and a peer that is gone shows as a reset.
 *
 * @module
 */

import type { Address, Transport } from "../../net/mod.ts";
import { type Completion, SocketClosedError, SocketError } from "../../streams/mod.ts";
import type { HostView } from "./host_view.ts";
import type { Link } from "./link.ts";
import { type PieceKind, Pipe, type PipeEnd } from "./pipe.ts";

const NOTHING = new Uint8Array(0);

/** One end of a stream. */
export class StreamEnd implements Transport, PipeEnd {
  readonly localAddr: Address;
  readonly remoteAddr: Address;
  readonly #view: HostView;
  readonly #onClose: (end: StreamEnd) => void;
  /** The direction in which this end sends. */
  #out!: Pipe;
  /** What has arrived and was not read, and how many bytes that is. */
  #received: Uint8Array[] = [];
  #size = 0;
  #reading: { into: Uint8Array; completion: Completion<number | null> } | null = null;
  #writing: { data: Uint8Array; completion: Completion<number> } | null = null;
  /** Whether the peer sends no more. */
  #ended = false;
  /** Whether this end sends no more. */
  #finished = false;
  #closed = false;
  /** The code of the error that broke the stream, and whether a read has failed with it. */
  #broken: string | null = null;
  #reported = false;
  /** When a slow host may read again, and whether the loop will try the read in flight then. */
  #readAt = 0;
  #retrying = false;

  /** Makes an end that has no peer yet: see {@linkcode connectEnds}. */
  constructor(view: HostView, localAddr: Address, remoteAddr: Address, onClose: (end: StreamEnd) => void) {
    this.#view = view;
    this.localAddr = localAddr;
    this.remoteAddr = remoteAddr;
    this.#onClose = onClose;
  }

  /** Lets this end send to `peer` on `link`. */
  sendTo(peer: StreamEnd, link: Link): void {
    this.#out = new Pipe(link, this, peer);
  }

  /** The name of the host at the other end. */
  get peer(): string {
    return this.#out.link.to;
  }

  read(into: Uint8Array, completion: Completion<number | null>): void {
    if (this.#closed) return this.#fail(completion, closedError());
    this.#reading = { into, completion };
    this.#view.loop.soon(this.serveRead);
  }

  write(data: Uint8Array, completion: Completion<number>): void {
    if (this.#closed) return this.#fail(completion, closedError());
    if (this.#finished || this.#broken !== null) return this.#fail(completion, this.#error("EPIPE"));
    this.#writing = { data, completion };
    this.#view.loop.soon(this.#serveWrite);
  }

  closeWrite(completion: Completion<void>): void {
    if (this.#closed) return this.#fail(completion, closedError());
    this.#finish();
    this.#view.loop.soon(() => completion.done());
  }

  close(): void {
    if (this.#closed) return;
    this.#finish();
    this.#closed = true;
    const reading = this.#reading, writing = this.#writing;
    this.#reading = this.#writing = null;
    this.#received = [];
    this.#size = 0;
    this.#onClose(this);
    if (reading !== null) this.#fail(reading.completion, closedError());
    if (writing !== null) this.#fail(writing.completion, closedError());
  }

  /** Resets the stream without telling the program here, which is gone. */
  abort(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reading = this.#writing = null;
    this.#received = [];
    this.#out.send("reset", NOTHING, 0);
    this.#finished = true;
  }

  /** The stream breaks at this end. */
  breakOff(code: string): void {
    this.#out.abandon();
    if (this.#closed || this.#broken !== null) return;
    this.#broken = code;
    const writing = this.#writing;
    this.#writing = null;
    if (writing !== null) this.#fail(writing.completion, this.#error(code));
    this.serveRead();
  }

  /** A piece has arrived. */
  take(kind: PieceKind, data: Uint8Array, message: number): void {
    if (kind === "reset") {
      this.#view.record("deliver", `a reset from ${this.peer}`);
      return this.breakOff("ECONNRESET");
    }
    if (this.#closed || this.#broken !== null) {
      // As operating systems do: a peer that still sends learns that nobody reads.
      if (kind === "data") this.#out.send("reset", NOTHING, 0);
      return;
    }
    if (kind === "end") {
      this.#view.record("deliver", `the end from ${this.peer}`, message);
      this.#ended = true;
    } else {
      this.#view.record("deliver", `${data.length} bytes from ${this.peer}`, message);
      this.#received.push(data);
      this.#size += data.length;
    }
    this.serveRead();
  }

  /** How many bytes have arrived and were not read. */
  get unread(): number {
    return this.#size;
  }

  /** Completes the read in flight, if there is anything for it. */
  readonly serveRead = (): void => {
    const reading = this.#reading;
    if (reading === null) return;
    if (this.#size > 0) {
      const most = this.#allowance(reading.into.length);
      if (most === 0) return;
      this.#reading = null;
      const count = this.#copy(reading.into, most);
      this.#out.receiver.roomMade();
      reading.completion.done(count);
    } else if (this.#broken !== null && !this.#reported && !this.#ended) {
      this.#reading = null;
      this.#reported = true;
      reading.completion.failed(this.#error(this.#broken));
    } else if (this.#ended || this.#broken !== null) {
      this.#reading = null;
      reading.completion.done(null);
    }
  };

  /** The peer has read something, so that there is room in its window again. */
  roomMade(): void {
    if (this.#writing !== null) this.#view.loop.soon(this.#serveWrite);
  }

  /** Completes the write in flight, if there is room in the window for any of it. */
  readonly #serveWrite = (): void => {
    const writing = this.#writing;
    if (writing === null) return;
    const { link, inFlight, receiver } = this.#out;
    const room = link.window - inFlight - receiver.unread;
    if (room <= 0 && writing.data.length > 0) return;
    this.#writing = null;
    const count = Math.min(room, writing.data.length);
    for (let sent = 0; sent < count;) {
      const size = link.piece(count - sent);
      const message = this.#view.nextMessage();
      this.#view.record("send", `${size} bytes to ${this.peer}`, message);
      this.#out.send("data", writing.data.slice(sent, sent + size), message);
      sent += size;
    }
    writing.completion.done(count);
  };

  /** How many of `wanted` bytes the host may read now. If a slow host may read none, the read is tried again later. */
  #allowance(wanted: number): number {
    const { pace, loop } = this.#view;
    if (pace === Infinity) return wanted;
    if (pace === 0) {
      this.#view.felt.stall++;
      return 0;
    }
    if (loop.now < this.#readAt) {
      if (!this.#retrying) {
        this.#retrying = true;
        this.#view.felt.slow++;
        loop.in(this.#readAt - loop.now, () => {
          this.#retrying = false;
          this.serveRead();
        });
      }
      return 0;
    }
    const most = Math.min(wanted, this.#size, Math.max(1, Math.ceil(pace / 20)));
    this.#readAt = loop.now + most / pace;
    return most;
  }

  /** Moves up to `most` bytes of what has arrived into a read. */
  #copy(into: Uint8Array, most: number): number {
    let count = 0;
    while (count < most && this.#received.length > 0) {
      const first = this.#received[0]!;
      const part = first.subarray(0, most - count);
      into.set(part, count);
      count += part.length;
      if (part.length < first.length) this.#received[0] = first.subarray(part.length);
      else this.#received.shift();
    }
    this.#size -= count;
    return count;
  }

  /** Ends the direction in which this end sends. */
  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    if (this.#broken !== null) return;
    const message = this.#view.nextMessage();
    this.#view.record("close", `the stream to ${this.peer}`, message);
    this.#out.send("end", NOTHING, message);
  }

  #fail(completion: Completion<never>, error: unknown): void {
    this.#view.loop.soon(() => completion.failed(error));
  }

  #error(code: string): SocketError {
    return new SocketError(`${REASONS[code]} (${this.#view.name} to ${this.peer}).`, { code });
  }
}

const REASONS: Record<string, string> = {
  ECONNRESET: "The peer reset the connection",
  EPIPE: "The connection is broken: nothing can be written any more",
  ETIMEDOUT: "The peer did not answer for too long",
};

function closedError(): SocketClosedError {
  return new SocketClosedError("This end of the connection was closed: open a new connection.");
}

/** Connects two ends with each other, each by the link on which it sends. */
export function connectEnds(a: StreamEnd, fromA: Link, b: StreamEnd, fromB: Link): void {
  a.sendTo(b, fromA);
  b.sendTo(a, fromB);
}
