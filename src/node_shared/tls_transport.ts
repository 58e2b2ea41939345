/**
 * A socket of `node:tls` as a transport, over another transport.
 *
 * @module
 */

import type { Duplex } from "node:stream";
import type * as NodeTimers from "node:timers";
import type { TLSSocket } from "node:tls";
import { type Address, placeOf, TlsError, type TlsLayer, type Transport } from "../net/mod.ts";
import { type Completion, SocketClosedError, SocketError } from "../streams/mod.ts";
import { duplexOver } from "./duplex.ts";
import { tlsError } from "./tls_errors.ts";

declare const process: { getBuiltinModule(name: "node:timers"): typeof NodeTimers };

/** How many bytes are encrypted at a time: what has been and is not out yet takes memory. */
const MOST = 262_144;

/** How many bytes may have come that no read has taken, before the peer has to wait. */
const KEPT = 65_536;

/** One side of TLS, over `plain`. */
export class TlsTransport implements Transport, TlsLayer {
  readonly #plain: Transport;
  readonly #socket: TLSSocket;
  #secure = false;
  #closed = false;
  /** Whether the peer has said that nothing more comes. */
  #ended = false;
  /** What ended it. */
  #failure: Error | null = null;
  /** What has come and no read has taken yet, and how many bytes of the first piece have been taken. */
  readonly #pieces: Uint8Array[] = [];
  #taken = 0;
  #kept = 0;
  #into: Uint8Array | null = null;
  #reading: Completion<number | null> | null = null;
  #writing: Completion<number | void> | null = null;
  #shaking: Completion<void>[] = [];

  /** Makes its socket by `make`, of the stream that is underneath; `secure` is the event that says that the handshake is done. */
  constructor(plain: Transport, secure: "secure" | "secureConnect", make: (stream: Duplex) => TLSSocket) {
    this.#plain = plain;
    const stream = duplexOver(plain, () => this.#cut());
    this.#socket = make(stream);
    this.#socket.on(secure, () => this.#secured());
    this.#socket.on("data", this.#arrived);
    this.#socket.on("end", () => {
      this.#ended = true;
      this.#bring();
    });
    this.#socket.on("error", (error: Error) => this.#fail(error));
    stream.on("error", (error: Error) => this.#fail(error));
  }

  get localAddr(): Address {
    return this.#plain.localAddr;
  }

  get remoteAddr(): Address {
    return this.#plain.remoteAddr;
  }

  get tls(): TlsLayer {
    return this;
  }

  get alpnProtocol(): string | null {
    return this.#secure ? this.#socket.alpnProtocol || null : null;
  }

  handshake(completion: Completion<void>): void {
    if (this.#failure !== null) queueMicrotask(() => completion.failed(this.#failure));
    else if (this.#secure) queueMicrotask(() => completion.done());
    else this.#shaking.push(completion);
  }

  read(into: Uint8Array, completion: Completion<number | null>): void {
    this.#into = into;
    this.#reading = completion;
    if (this.#kept > 0 || this.#ended || this.#failure !== null) queueMicrotask(this.#bring);
  }

  write(data: Uint8Array, completion: Completion<number>): void {
    const piece = data.length > MOST ? data.subarray(0, MOST) : data;
    this.#writing = completion as Completion<number | void>;
    if (this.#failure !== null) return queueMicrotask(() => this.#wrote(this.#failure, 0));
    this.#socket.write(piece, (error) => this.#wrote(error, piece.length));
  }

  closeWrite(completion: Completion<void>): void {
    this.#writing = completion as Completion<number | void>;
    if (this.#failure !== null) return queueMicrotask(() => this.#wrote(this.#failure, 0));
    this.#socket.end(() => this.#wrote(null, 0));
  }

  /** Closes it; a peer that listens is told that this is the end (close_notify). */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    const stalled = this.#writing !== null; // then the peer may never take that either
    const farewell = this.#secure && this.#failure === null && !stalled;
    queueMicrotask(() => this.#failAll(new SocketClosedError("The connection was closed.")));
    if (farewell) this.#socket.end(() => this.#socket.destroy());
    else this.#socket.destroy();
  }

  #secured(): void {
    if (this.#failure !== null) return;
    this.#secure = true;
    for (const completion of this.#shaking.splice(0)) completion.done();
  }

  /** Hot path: bytes have been decrypted. */
  readonly #arrived = (piece: Uint8Array): void => {
    const completion = this.#reading, into = this.#into;
    if (completion !== null && into !== null && this.#kept === 0 && piece.length <= into.length) {
      this.#into = this.#reading = null;
      into.set(piece);
      return completion.done(piece.length);
    }
    this.#pieces.push(piece);
    this.#kept += piece.length;
    if (this.#kept > KEPT) this.#socket.pause();
    this.#bring();
  };

  /** Gives the read in flight what was kept, or how the stream has ended. */
  readonly #bring = (): void => {
    const completion = this.#reading, into = this.#into;
    if (completion === null || into === null) return;
    if (this.#kept === 0 && !this.#ended && this.#failure === null) return;
    this.#into = this.#reading = null;
    if (this.#kept > 0) completion.done(this.#take(into));
    else if (this.#failure !== null) completion.failed(this.#failure);
    else completion.done(null);
  };

  /** Fills `into` with what was kept, and says how far. */
  #take(into: Uint8Array): number {
    let filled = 0;
    while (filled < into.length && this.#pieces.length > 0) {
      const first = this.#pieces[0]!;
      const part = first.subarray(this.#taken, this.#taken + into.length - filled);
      into.set(part, filled);
      filled += part.length;
      this.#taken += part.length;
      if (this.#taken < first.length) break;
      this.#pieces.shift();
      this.#taken = 0;
    }
    this.#kept -= filled;
    if (this.#kept <= KEPT && this.#socket.isPaused()) this.#socket.resume();
    return filled;
  }

  #wrote(error: unknown, count: number): void {
    const completion = this.#writing;
    if (completion === null) return;
    this.#writing = null;
    if (error) completion.failed(this.#failure ?? this.#translate(error));
    else completion.done(count);
  }

  /** The stream beneath has ended; whether the peer had said so shows when all that came has been decrypted. */
  #cut(): void {
    process.getBuiltinModule("node:timers").setImmediate(() => {
      const { _readableState: state } = this.#socket as unknown as { _readableState?: { ended: boolean } };
      if (this.#ended || state?.ended || this.#failure !== null) return;
      const { remoteAddr } = this.#plain;
      const place = placeOf(remoteAddr);
      this.#fail(
        this.#secure
          ? new SocketError(
            `${place} broke the connection off without saying that this was the end (ECONNRESET): what came may not be all.`,
            { code: "ECONNRESET" },
          )
          : new TlsError(`${place} closed the connection in the handshake (EPROTO): it may not speak TLS.`, {
            code: "EPROTO",
          }),
      );
    });
  }

  #fail(error: unknown): void {
    if (this.#closed || this.#failure !== null) return;
    this.#failAll(this.#translate(error));
  }

  #failAll(failure: Error): void {
    this.#failure ??= failure;
    for (const completion of this.#shaking.splice(0)) completion.failed(this.#failure);
    this.#bring();
    this.#wrote(this.#failure, 0);
  }

  #translate(error: unknown): Error {
    if (this.#closed) return new SocketClosedError("The connection was closed.");
    return tlsError(error, `TLS with ${placeOf(this.#plain.remoteAddr)}`);
  }
}
