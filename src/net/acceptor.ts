/**
 * One accept in flight, and the threads that wait for a connection.
 *
 * @module
 */

import {
  SocketClosedError,
  SocketError,
  SUSPENDED,
  type Thread,
  WaitableEvent,
  type Waiter,
  WaitList,
} from "../core/mod.ts";
import { placeOf } from "./address.ts";
import { Connection } from "./connection.ts";
import type { Completion, Transport, TransportListener } from "./transport.ts";

/** A peer that was gone before it was accepted: nothing to accept, and nothing to report. */
const GONE = new Set(["ECONNABORTED", "ECONNRESET", "ENOTCONN"]);

/** Who waits to accept, and the connection that came for a thread that was killed. */
export class Acceptor implements Completion<Transport> {
  readonly listener: TransportListener;
  readonly #waiting = new WaitList<void>();
  readonly #unsettled = new WaitList<void>();
  #ready: Transport | null = null;
  #accepting = false;
  #closed = false;

  constructor(listener: TransportListener) {
    this.listener = listener;
  }

  get closed(): boolean {
    return this.#closed;
  }

  begin(thread: Thread): Connection | typeof SUSPENDED {
    if (this.#closed) throw this.#closedError();
    if (this.#ready !== null) {
      const transport = this.#ready;
      this.#ready = null;
      return new Connection(transport);
    }
    thread.slot = this.#waiting.add(thread, undefined);
    this.#accept();
    return SUSPENDED;
  }

  /** Takes back a wait, of either kind. */
  withdraw(thread: Thread): void {
    const waiter = thread.slot as Waiter;
    waiter.list?.remove(waiter);
  }

  done(transport: Transport): void {
    this.#accepting = false;
    if (this.#closed) {
      transport.close();
      return this.#settle();
    }
    const next = this.#waiting.shift();
    if (next === undefined) this.#ready = transport;
    else next.thread.resume(new Connection(transport));
    this.#accept();
  }

  failed(error: unknown): void {
    this.#accepting = false;
    if (this.#closed) return this.#settle();
    if (!(error instanceof SocketError && GONE.has(error.code))) this.#waiting.shift()?.thread.raise(error);
    this.#accept();
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#ready?.close();
    this.#ready = null;
    this.listener.close();
  }

  /** Waits until nothing is in flight; `undefined` if nothing is. */
  untilSettled(thread: Thread): undefined | typeof SUSPENDED {
    if (!this.#accepting) return undefined;
    thread.slot = this.#unsettled.add(thread, undefined);
    return SUSPENDED;
  }

  /** Accepts if somebody waits for it and no accept is in flight. */
  #accept(): void {
    if (this.#accepting || this.#waiting.size === 0) return;
    this.#accepting = true;
    this.listener.accept(this);
  }

  /** It is closed, and the accept in flight is over. */
  #settle(): void {
    for (let next; (next = this.#waiting.shift()) !== undefined;) next.thread.raise(this.#closedError());
    for (let next; (next = this.#unsettled.shift()) !== undefined;) next.thread.resume();
  }

  #closedError(): SocketClosedError {
    return new SocketClosedError(
      `The listener on ${placeOf(this.listener.addr)} is closed: make a new one to accept more connections.`,
    );
  }
}

/** Waits for a connection. */
export class AcceptEvent extends WaitableEvent<Connection> {
  readonly #acceptor: Acceptor;

  /** @ignore */
  constructor(acceptor: Acceptor) {
    super();
    this.#acceptor = acceptor;
  }

  /** @ignore */
  override perform(thread: Thread): Connection | typeof SUSPENDED {
    return this.#acceptor.begin(thread);
  }

  /** @ignore */
  override withdraw(thread: Thread): void {
    this.#acceptor.withdraw(thread);
  }

  /** @ignore */
  override describe(): string {
    return `a connection to ${placeOf(this.#acceptor.listener.addr)}`;
  }
}

/** Waits until a closed listener's port is free. */
export class SettledEvent extends WaitableEvent<void> {
  readonly #acceptor: Acceptor;

  constructor(acceptor: Acceptor) {
    super();
    this.#acceptor = acceptor;
  }

  /** @ignore */
  override perform(thread: Thread): undefined | typeof SUSPENDED {
    return this.#acceptor.untilSettled(thread);
  }

  /** @ignore */
  override withdraw(thread: Thread): void {
    this.#acceptor.withdraw(thread);
  }

  /** @ignore */
  override describe(): string {
    return `the listener on ${placeOf(this.#acceptor.listener.addr)} to be closed`;
  }
}
