/**
 * Sending datagrams: any number at once, since none waits for another.
 *
 * @module
 */

import { SUSPENDED, type Wait, WaitableEvent } from "../core/mod.ts";
import type { Completion } from "../streams/mod.ts";
import { placeOf } from "./address.ts";
import type { DatagramTransport, InternetAddress } from "./datagrams.ts";

/** The sends of one socket that are in flight. */
export class DatagramOutbox {
  readonly #transport: DatagramTransport;
  readonly #closedError: () => Error;
  readonly #sends = new Set<Send>();
  #closed = false;

  /** Sends over `transport`. Once it is closed, sending throws the error that `closedError` makes. */
  constructor(transport: DatagramTransport, closedError: () => Error) {
    this.#transport = transport;
    this.#closedError = closedError;
  }

  /** Hot path: starts to send the datagram of `event`, for `wait`. */
  begin(wait: Wait, event: SendDatagramEvent): Send {
    if (this.#closed) throw this.#closedError();
    const send = new Send(this.#sends, wait);
    this.#transport.send(event.data, event.to, send);
    this.#sends.add(send);
    return send;
  }

  /** From now on sending throws, and so do the waits. */
  close(): void {
    this.#closed = true;
    for (const send of [...this.#sends]) send.failed(this.#closedError());
  }
}

/** One send in flight. */
class Send implements Completion<number> {
  readonly #sends: Set<Send>;
  #wait: Wait | null;

  constructor(sends: Set<Send>, wait: Wait) {
    this.#sends = sends;
    this.#wait = wait;
  }

  done(count: number): void {
    this.end()?.resume(count);
  }

  failed(error: unknown): void {
    this.end()?.raise(error);
  }

  /** Ends it, and returns the wait for it; `null` if that has ended or was taken back. */
  end(): Wait | null {
    const wait = this.#wait;
    this.#wait = null;
    this.#sends.delete(this);
    return wait;
  }
}

/** Waits until the system has taken a datagram. */
export class SendDatagramEvent extends WaitableEvent<number> {
  /** @ignore */
  readonly data: Uint8Array;
  /** @ignore */
  readonly to: InternetAddress;
  readonly #outbox: DatagramOutbox;

  /** @ignore */
  constructor(outbox: DatagramOutbox, data: Uint8Array, to: InternetAddress) {
    super();
    this.#outbox = outbox;
    this.data = data;
    this.to = to;
  }

  /** @ignore Hot path. */
  override perform(wait: Wait): typeof SUSPENDED {
    wait.slot = this.#outbox.begin(wait, this);
    return SUSPENDED;
  }

  /** @ignore */
  override withdraw(wait: Wait): void {
    (wait.slot as Send).end();
  }

  /** @ignore */
  override describe(): string {
    return `a datagram of ${this.data.length} bytes to go out to ${placeOf(this.to)}`;
  }
}
