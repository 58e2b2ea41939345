/**
 * Turns the promises of a `Deno.Conn` into completions.
 *
 * @module
 */

import type { Address, Transport } from "../net/mod.ts";
import { type Completion, SocketClosedError } from "../streams/mod.ts";
import { translate } from "./errors.ts";

/** Deno's address in the library's form. */
export function addressOf(addr: Deno.Addr): Address {
  if ("path" in addr) return { path: addr.path ?? "" };
  const { hostname, port } = addr as Deno.NetAddr;
  return { hostname, port };
}

/** A `Deno.Conn` as a transport. */
export class DenoTransport implements Transport {
  readonly #conn: Deno.Conn;
  #closed = false;
  /** What is told of the end of the read and of the write in flight. */
  #reading: Completion<number | null> | null = null;
  #writing: Completion<number> | null = null;

  // Bound once for each connection, so that an operation allocates no closure.
  readonly #didRead = (count: number | null): void => this.#reading!.done(count);
  readonly #didNotRead = (error: unknown): void => this.#reading!.failed(this.#translate(error, "Reading"));
  readonly #didWrite = (count: number): void => this.#writing!.done(count);
  readonly #didNotWrite = (error: unknown): void => this.#writing!.failed(this.#translate(error, "Writing"));

  /** Takes `conn` over. */
  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** This end. */
  get localAddr(): Address {
    return addressOf(this.#conn.localAddr);
  }

  /** The other end. */
  get remoteAddr(): Address {
    return addressOf(this.#conn.remoteAddr);
  }

  /** Reads up to `into.length` bytes. */
  read(into: Uint8Array, completion: Completion<number | null>): void {
    this.#reading = completion;
    this.#conn.read(into).then(this.#didRead, this.#didNotRead);
  }

  /** Writes some of `data`. */
  write(data: Uint8Array, completion: Completion<number>): void {
    this.#writing = completion;
    this.#conn.write(data).then(this.#didWrite, this.#didNotWrite);
  }

  /** Ends our direction. */
  closeWrite(completion: Completion<void>): void {
    this.#conn.closeWrite().then(
      () => completion.done(),
      (error) => completion.failed(this.#translate(error, "Ending the stream")),
    );
  }

  /** Closes the connection. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#conn.close();
  }

  #translate(error: unknown, what: string): unknown {
    if (this.#closed) return new SocketClosedError("The connection was closed.");
    return translate(error, what);
  }
}
