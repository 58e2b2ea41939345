/**
 * Receiving datagrams: an inbox of those that no thread has received yet.
 *
 * @module
 */

import { SUSPENDED } from "../core/mod.ts";
import { Inbox, InboxEvent, SocketClosedError } from "../streams/mod.ts";
import { Fifo } from "../sync/mod.ts";
import { placeOf } from "./address.ts";
import type { DatagramReceiver, InternetAddress } from "./datagrams.ts";
import { Slab } from "./slab.ts";

/** A datagram that was received, and its sender. */
export interface Datagram {
  /**
   * The bytes: possibly none. They are yours, but their `buffer` may have room for others: `slice()` them before you
   * transfer it.
   */
  data: Uint8Array<ArrayBuffer>;
  /** The sender. */
  addr: InternetAddress;
}

/** Keeps up to `capacity` datagrams. Those that arrive when it is full are dropped, and counted. */
export class DatagramInbox extends Inbox<ReceiveDatagramEvent> implements DatagramReceiver {
  /** How many were dropped. */
  dropped = 0;
  /** Where the socket is bound, once it is. */
  addr: InternetAddress = { hostname: "", port: 0 };
  readonly #capacity: number;
  readonly #unclaimed = new Fifo<Datagram>();
  readonly #slab = new Slab();

  constructor(capacity: number) {
    super();
    this.#capacity = capacity;
  }

  /** Takes the datagram that has waited longest. */
  take(): Datagram | undefined {
    return this.#unclaimed.size > 0 ? this.#unclaimed.shift() : undefined;
  }

  /** A bound socket receives all the time. */
  protected override begin(): void {}

  /** Hot path. */
  received(bytes: Uint8Array, hostname: string, port: number): void {
    if (this.closed) return;
    if (this.#unclaimed.size >= this.#capacity) {
      this.dropped++;
      return;
    }
    try {
      // What is kept has memory of its own: a program may transfer that of another datagram, which it has.
      const data = this.first !== null ? this.#slab.copy(bytes) : new Uint8Array(bytes);
      this.#unclaimed.push({ data, addr: { hostname, port } });
    } catch (error) {
      this.dropped++; // there was no memory for it
      return this.refused(error);
    }
    this.arrived();
  }

  failed(error: unknown): void {
    this.refused(error);
  }

  override close(): void {
    super.close();
    this.arrived(); // nothing is in flight any more
  }

  override closedError(): SocketClosedError {
    return new SocketClosedError(
      `The datagram socket on ${
        placeOf(this.addr)
      } is closed: by close(), or since the coroutine that made it has ended.`,
    );
  }
}

/** Waits for a datagram. */
export class ReceiveDatagramEvent extends InboxEvent<Datagram> {
  /** @ignore */
  override readonly inbox: DatagramInbox;

  /** @ignore */
  constructor(inbox: DatagramInbox) {
    super();
    this.inbox = inbox;
  }

  /** @ignore Hot path. */
  override take(): Datagram | typeof SUSPENDED {
    return this.inbox.take() ?? SUSPENDED;
  }

  /** @ignore */
  override describe(): string {
    return `a datagram to ${placeOf(this.inbox.addr)}`;
  }
}
