/**
 * Accepting: an inbox of connections.
 *
 * @module
 */

import { SUSPENDED, type Wait, WaitableEvent } from "../core/mod.ts";
import { type Completion, Inbox, InboxEvent, SocketClosedError, SocketError } from "../streams/mod.ts";
import { placeOf } from "./address.ts";
import { Connection } from "./connection.ts";
import type { Transport, TransportListener } from "./transport.ts";

/** The codes for a peer that was gone before it was accepted: there is nothing to accept and nothing to report. */
const GONE = new Set(["ECONNABORTED", "ECONNRESET", "ENOTCONN"]);

/** Accepts connections; one that came for a thread that was killed is kept for the next. */
export class Acceptor extends Inbox<AcceptEvent> implements Completion<Transport> {
  readonly listener: TransportListener;
  /** How many seconds its connections may be idle. */
  readonly idleTimeout: number;
  #ready: Transport | null = null;

  /** What its connections are wrapped in: TLS, or nothing. */
  readonly #wrap: ((transport: Transport) => Transport) | null;

  constructor(
    listener: TransportListener,
    idleTimeout: number,
    wrap: ((transport: Transport) => Transport) | null,
  ) {
    super();
    this.listener = listener;
    this.idleTimeout = idleTimeout;
    this.#wrap = wrap;
  }

  /** Takes the connection that no thread has accepted yet. */
  take(): Transport | null {
    const transport = this.#ready;
    this.#ready = null;
    return transport;
  }

  protected override begin(): void {
    this.listener.accept(this);
  }

  done(transport: Transport): void {
    if (this.closed) transport.close();
    else this.#ready = this.#wrap === null ? transport : this.#wrap(transport);
    this.arrived();
  }

  failed(error: unknown): void {
    if (error instanceof SocketError && GONE.has(error.code)) this.arrived();
    else this.refused(error);
  }

  override close(): void {
    if (this.closed) return;
    super.close();
    this.take()?.close();
    this.listener.close();
  }

  protected override closedError(): SocketClosedError {
    return new SocketClosedError(
      `The listener on ${placeOf(this.listener.addr)} is closed: make a new one to accept more connections.`,
    );
  }
}

/** Waits for a connection. */
export class AcceptEvent extends InboxEvent<Connection> {
  /** @ignore */
  override readonly inbox: Acceptor;

  /** @ignore */
  constructor(acceptor: Acceptor) {
    super();
    this.inbox = acceptor;
  }

  /** @ignore */
  override take(wait: Wait): Connection | typeof SUSPENDED {
    const transport = this.inbox.take();
    if (transport === null) return SUSPENDED;
    const conn = new Connection(transport);
    conn.closeWhenIdle(wait.scheduler, this.inbox.idleTimeout);
    return conn;
  }

  /** @ignore */
  override describe(): string {
    return `a connection to ${placeOf(this.inbox.listener.addr)}`;
  }
}

/** Waits until no accept is in flight: only then is the port of a closed listener free. */
export class SettledEvent extends WaitableEvent<void> {
  readonly #acceptor: Acceptor;

  constructor(acceptor: Acceptor) {
    super();
    this.#acceptor = acceptor;
  }

  /** @ignore */
  override perform(wait: Wait): undefined | typeof SUSPENDED {
    return this.#acceptor.untilIdle(wait);
  }

  /** @ignore */
  override withdraw(wait: Wait): void {
    this.#acceptor.withdrawIdle(wait);
  }

  /** @ignore */
  override describe(): string {
    return `the listener on ${placeOf(this.#acceptor.listener.addr)} to be closed`;
  }
}
