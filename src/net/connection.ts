/**
 * A connection: a transport's two halves, buffered reading and whole writing, as events.
 *
 * @module
 */

import type { Event, Scheduler } from "../core/mod.ts";
import {
  type ByteReader,
  type ByteWriter,
  checkedSize,
  type LineOptions,
  ReadAllEvent,
  type ReadAllOptions,
  ReadExactlyEvent,
  ReadHalf,
  ReadLineEvent,
  ReadUntilEvent,
  ReceiveEvent,
  SendEvent,
  SocketBusyError,
  SocketClosedError,
  WriteHalf,
} from "../streams/mod.ts";
import { placeOf } from "./address.ts";
import { IdleTimer } from "./idle_timer.ts";
import { isOver, noteSource } from "./connection_over.ts";
import { HandshakeEvent, type TlsSession } from "./tls_layer.ts";
import type { Address, Transport } from "./transport.ts";

/**
 * One connection. `connect` and `Listener.accept` make them, and `server` hands them to its handlers.
 *
 * One thread may read it at a time and any number may write: each waits its turn. Strings are UTF-8. Once it
 * is closed everything throws `SocketClosedError`; what the system reports is thrown as `SocketError`.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { simulate } from "@x/bluelet/testing";
 * import { assertEquals } from "@std/assert";
 *
 * function* shout(conn: bluelet.Connection) {
 *   const line = yield* conn.readline();
 *   yield* conn.sendall((line ?? "").toUpperCase());
 * }
 *
 * await simulate(function* () {
 *   const thread = yield* bluelet.spawn(bluelet.server("", 4915, shout));
 *   yield* bluelet.null();
 *   using conn = yield* bluelet.connect("127.0.0.1", 4915);
 *   yield* conn.sendall("hello\n");
 *   assertEquals(yield* conn.readline(), "HELLO\n");
 *   assertEquals(yield* conn.readline(), null);
 *   yield* bluelet.kill(thread);
 * });
 * ```
 */
export class Connection implements ByteReader, ByteWriter {
  readonly #transport: Transport;
  readonly #readHalf: ReadHalf;
  readonly #writeHalf: WriteHalf;
  #closed = false;
  #idleTimer: IdleTimer | null = null;
  /** How many seconds it was idle, if it was closed for that. */
  #idle = 0;
  /** @ignore The host that it was made to, as the program named it. */
  readonly peerName: string | null;
  /** The last `recv` event: most loops ask for the same size again and again. */
  #receive: ReceiveEvent | null = null;

  /** Makes a connection of a byte stream; programs get theirs from `connect`, `accept` or `server`. */
  constructor(transport: Transport, peerName: string | null = null) {
    this.#transport = transport;
    this.peerName = peerName;
    this.#readHalf = new ReadHalf(transport, this);
    this.#writeHalf = new WriteHalf(transport, this);
  }

  /** The peer: `{ hostname, port }`, or `{ path }` of a unix socket. */
  get addr(): Address {
    return this.#transport.remoteAddr;
  }

  /** This end. */
  get localAddr(): Address {
    return this.#transport.localAddr;
  }

  /** What was agreed on by TLS; `null` without TLS. */
  get tls(): TlsSession | null {
    return this.#transport.tls ?? null;
  }

  /**
   * Waits until the TLS handshake is done. Where a connection was accepted, that is so with the first read or write, too;
   * without TLS it is done. Throws `TlsError`.
   */
  handshake(): Event<void> {
    return new HandshakeEvent(this, this.#transport.tls);
  }

  /** Whether this end was closed. */
  get closed(): boolean {
    return this.#closed;
  }

  /**
   * Receives between 1 and `size` bytes: what has arrived, or what arrives next; `null` at the end of the
   * stream. The bytes are yours, but their `buffer` also has room for others: `slice()` them before transferring it.
   *
   * Throws `SocketError`, `SocketClosedError`, or `SocketBusyError` if another thread is reading. Killed or
   * timed out, it loses nothing: what arrives later is there for the next. (From Bluelet and POSIX.)
   */
  recv(size: number): Event<Uint8Array<ArrayBuffer> | null> {
    const last = this.#receive;
    if (last !== null && last.size === size) return last;
    return this.#receive = new ReceiveEvent(this.#readHalf, checkedSize(size, 1, "recv"));
  }

  /** Sends as much of `data` as the system takes at once, and results in how many bytes that was. */
  send(data: Uint8Array | string): Event<number> {
    return new SendEvent<number>(this.#writeHalf, data, "send");
  }

  /**
   * Sends all of `data`, before that of any thread which asks later. Do not change the bytes until it is
   * done; nor, if it was killed, until the next write is.
   *
   * Throws `SocketError` with the code `EPIPE` or `ECONNRESET` if the peer is gone.
   */
  sendall(data: Uint8Array | string): Event<void> {
    return new SendEvent<void>(this.#writeHalf, data, "sendall");
  }

  /**
   * Receives a line, its delimiter included; the last one may lack it; then `null`.
   *
   * Throws `LineTooLongError` if it has more than `limit` bytes (65,536); what was read stays buffered.
   */
  readline(delim?: string, options?: LineOptions): Event<string | null> {
    return new ReadLineEvent(this.#readHalf, delim, options);
  }

  /** Like `readline`, in bytes: everything up to the end of the first `delim`. */
  readuntil(delim: Uint8Array, options?: LineOptions): Event<Uint8Array<ArrayBuffer> | null> {
    return new ReadUntilEvent(this.#readHalf, delim, options);
  }

  /**
   * Receives exactly `n` bytes, 0 or more. Throws `UnexpectedEofError` if the stream ends before; what came is
   * its `partial`, and no longer in the buffer. (From Python's asyncio.)
   */
  readexactly(n: number): Event<Uint8Array<ArrayBuffer>> {
    return new ReadExactlyEvent(this.#readHalf, n);
  }

  /** Receives all that is left. Throws `LineTooLongError` past `limit` bytes (16 MiB); what was read stays buffered. */
  readall(options?: ReadAllOptions): Event<Uint8Array<ArrayBuffer>> {
    return new ReadAllEvent(this.#readHalf, options);
  }

  /** Ends our direction once everything that threads are sending is out: the peer reads the end, and may go on sending. */
  closeWrite(): Event<void> {
    return new SendEvent<void>(this.#writeHalf, null, "closeWrite");
  }

  /** Closes both directions; whatever waits on it throws `SocketClosedError`. Closing twice is fine. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#idleTimer?.stop();
    this.#readHalf.close();
    this.#writeHalf.close();
    this.#transport.close();
  }

  /** @ignore How many bytes have come that no thread has taken yet. */
  get unread(): number {
    return this.#readHalf.buffer.length;
  }

  /** @ignore Gives its transport away, and cannot be used any more. Throws `SocketBusyError` if that is in use. */
  detach(): Transport {
    if (this.#closed) throw this.closedError();
    if (this.#readHalf.inFlight || this.#writeHalf.inFlight) {
      throw new SocketBusyError(
        `A read or a write is in flight with ${this.place}: startTls() comes when both sides are quiet.`,
      );
    }
    this.#closed = true;
    this.#idleTimer?.stop();
    this.#readHalf.close();
    this.#writeHalf.close();
    return this.#transport;
  }

  /** @ignore Its peer, in words. */
  get place(): string {
    return placeOf(this.addr);
  }

  /** @ignore Closes it when nothing came or went for so many seconds. */
  closeWhenIdle(scheduler: Scheduler, seconds: number): void {
    if (seconds === Infinity) return;
    this.#idleTimer = new IdleTimer(scheduler, seconds, (seconds) => {
      this.#idle = seconds;
      this.close();
    });
  }

  /** @ignore */
  noteActivity(): void {
    if (this.#idleTimer !== null) this.#idleTimer.note();
  }

  /** @ignore What its use throws after it was closed. */
  closedError(): SocketClosedError {
    if (this.#idle === 0) {
      return new SocketClosedError(
        `The connection with ${this.place} is closed: it cannot be read or written any more, open a new one.`,
      );
    }
    const error = new SocketClosedError(
      `The connection with ${this.place} was closed, since nothing came or went for ${this.#idle} s: ` +
        "open a new one, or allow a longer idleTimeout.",
    );
    noteSource(error, this);
    return error;
  }

  /** @ignore */
  noteFailure(error: unknown): void {
    noteSource(error, this);
  }

  /** @ignore Whether `error` says that this connection's peer has gone, or that it was idle, and nothing else. */
  isOver(error: unknown): boolean {
    return isOver(error, this);
  }

  /** Closes it at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }
}
