/**
 * A byte stream between two simulated hosts, with what TCP does to programs: writes are partial and wait for
 * the reader, either direction ends on its own, order is kept, and a peer that is gone shows as a reset.
 *
 * @module
 */

import { SocketClosedError, SocketError } from "../../core/mod.ts";
import type { Address, Completion, Transport } from "../../net/mod.ts";
import { Flow, type Mouth, type PieceKind } from "./pipe.ts";
import type { Link } from "./link.ts";
import type { Site } from "./host_view.ts";

const NOTHING = new Uint8Array(0);

/** One end of a stream. */
export class End implements Transport, Mouth {
  readonly localAddr: Address;
  readonly remoteAddr: Address;
  readonly #site: Site;
  readonly #forget: (end: End) => void;
  #out!: Flow;
  #received: Uint8Array[] = [];
  #size = 0;
  #reading: { into: Uint8Array; completion: Completion<number | null> } | null = null;
  #writing: { data: Uint8Array; completion: Completion<number> } | null = null;
  /** The peer sends no more. */
  #ended = false;
  /** We send no more. */
  #finished = false;
  #closed = false;
  /** Why the stream broke, and whether a read has told so. */
  #broken: string | null = null;
  #told = false;
  /** When a slow host may read again, and whether it was told to. */
  #readAt = 0;
  #waiting = false;

  /** @ignore Use {@linkcode connected}. */
  constructor(site: Site, localAddr: Address, remoteAddr: Address, forget: (end: End) => void) {
    this.#site = site;
    this.localAddr = localAddr;
    this.remoteAddr = remoteAddr;
    this.#forget = forget;
  }

  /** Ties this end to its peer. */
  tie(link: Link, peer: End): void {
    this.#out = new Flow(link, this, peer);
  }

  /** The host at the other end. */
  get peer(): string {
    return this.#out.link.to;
  }

  read(into: Uint8Array, completion: Completion<number | null>): void {
    if (this.#closed) return this.#fail(completion, closedError());
    this.#reading = { into, completion };
    this.#site.loop.soon(this.serveRead);
  }

  write(data: Uint8Array, completion: Completion<number>): void {
    if (this.#closed) return this.#fail(completion, closedError());
    if (this.#finished || this.#broken !== null) return this.#fail(completion, this.#error("EPIPE"));
    this.#writing = { data, completion };
    this.#site.loop.soon(this.#serveWrite);
  }

  closeWrite(completion: Completion<void>): void {
    if (this.#closed) return this.#fail(completion, closedError());
    this.#finish();
    this.#site.loop.soon(() => completion.done());
  }

  close(): void {
    if (this.#closed) return;
    this.#finish();
    this.#closed = true;
    const reading = this.#reading, writing = this.#writing;
    this.#reading = this.#writing = null;
    this.#received = [];
    this.#size = 0;
    this.#forget(this);
    if (reading !== null) this.#fail(reading.completion, closedError());
    if (writing !== null) this.#fail(writing.completion, closedError());
  }

  /** The program that held this end is gone, without closing it: nobody is told but the peer. */
  vanish(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#reading = this.#writing = null;
    this.#received = [];
    this.#out.send("reset", NOTHING, 0);
    this.#finished = true;
  }

  /** The stream breaks here, now. */
  breakOff(code: string): void {
    this.#out.abandon();
    if (this.#closed || this.#broken !== null) return;
    this.#broken = code;
    const writing = this.#writing;
    this.#writing = null;
    if (writing !== null) this.#fail(writing.completion, this.#error(code));
    this.serveRead();
  }

  /** A piece has come. */
  take(kind: PieceKind, data: Uint8Array, message: number): void {
    if (kind === "reset") {
      this.#site.record("deliver", `a reset from ${this.peer}`);
      return this.breakOff("ECONNRESET");
    }
    if (this.#closed || this.#broken !== null) {
      // As the systems do: who still sends is told that nobody reads.
      if (kind === "data") this.#out.send("reset", NOTHING, 0);
      return;
    }
    if (kind === "end") {
      this.#site.record("deliver", `the end from ${this.peer}`, message);
      this.#ended = true;
    } else {
      this.#site.record("deliver", `${data.length} bytes from ${this.peer}`, message);
      this.#received.push(data);
      this.#size += data.length;
    }
    this.serveRead();
  }

  /** Bytes that came and were not read. */
  get unread(): number {
    return this.#size;
  }

  /** Completes the read in flight, if it can be. */
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
    } else if (this.#broken !== null && !this.#told && !this.#ended) {
      this.#reading = null;
      this.#told = true;
      reading.completion.failed(this.#error(this.#broken));
    } else if (this.#ended || this.#broken !== null) {
      this.#reading = null;
      reading.completion.done(null);
    }
  };

  /** The peer has read something. */
  roomMade(): void {
    if (this.#writing !== null) this.#site.loop.soon(this.#serveWrite);
  }

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
      const message = this.#site.nextMessage();
      this.#site.record("send", `${size} bytes to ${this.peer}`, message);
      this.#out.send("data", writing.data.slice(sent, sent + size), message);
      sent += size;
    }
    writing.completion.done(count);
  };

  /** How many of `wanted` bytes the host may read now; if none, it is told when. */
  #allowance(wanted: number): number {
    const { pace, loop } = this.#site;
    if (pace === Infinity) return wanted;
    if (pace === 0) {
      this.#site.feel("stall");
      return 0;
    }
    if (loop.now < this.#readAt) {
      if (!this.#waiting) {
        this.#waiting = true;
        this.#site.feel("slow");
        loop.in(this.#readAt - loop.now, () => {
          this.#waiting = false;
          this.serveRead();
        });
      }
      return 0;
    }
    const most = Math.min(wanted, this.#size, Math.max(1, Math.ceil(pace / 20)));
    this.#readAt = loop.now + most / pace;
    return most;
  }

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

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    if (this.#broken !== null) return;
    const message = this.#site.nextMessage();
    this.#site.record("close", `the stream to ${this.peer}`, message);
    this.#out.send("end", NOTHING, message);
  }

  #fail(completion: Completion<never>, error: unknown): void {
    this.#site.loop.soon(() => completion.failed(error));
  }

  #error(code: string): SocketError {
    return new SocketError(`${SAYS[code]} (${this.#site.name} to ${this.peer}).`, { code });
  }
}

const SAYS: Record<string, string> = {
  ECONNRESET: "The peer reset the connection",
  EPIPE: "The connection is broken: nothing can be written any more",
  ETIMEDOUT: "The peer did not answer for too long",
};

function closedError(): SocketClosedError {
  return new SocketClosedError("This end of the connection was closed: open a new connection.");
}

/** Ties two ends together, each with the link that it sends on. */
export function connected(a: End, toB: Link, b: End, toA: Link): void {
  a.tie(toB, b);
  b.tie(toA, a);
}
