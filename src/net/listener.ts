/**
 * Accepting connections.
 *
 * @module
 */

import { current, defaultHost, type Event, type Host } from "../core/mod.ts";
import {
  SocketClosedError,
  SocketError,
  SUSPENDED,
  type Thread,
  WaitableEvent,
  type Waiter,
  WaitList,
} from "../core/mod.ts";
import { describe } from "../core/coroutine.ts";
import { addressFrom, placeOf, type UnixPath } from "./address.ts";
import { Connection } from "./connection.ts";
import type {
  Address,
  Completion,
  Endpoint,
  Network,
  NetworkHost,
  Transport,
  TransportListener,
} from "./transport.ts";

/** How to listen. */
export interface ListenOptions {
  /** Lets several processes listen on the port. (Deno needs `--unstable-net` for that.) */
  reusePort?: boolean;
  /** How many connections may wait to be accepted. Default: the host's, 511. */
  backlog?: number;
}

/** A peer that was gone before it was accepted: nothing to accept, and nothing to report. */
const GONE = new Set(["ECONNABORTED", "ECONNRESET", "ENOTCONN"]);

/**
 * Listens on `host` and `port`, or at the path of a unix socket.
 *
 * The host `""` means every IPv4 interface and `"::"` all; port 0 lets the system pick one, which `port`
 * tells. A peer that is gone before it is accepted is passed over.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { simulate } from "@x/bluelet/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await simulate(function* () {
 *   using listener = new bluelet.Listener("127.0.0.1", 0);
 *   const thread = yield* bluelet.spawn(function* () {
 *     using conn = yield* listener.accept();
 *     return yield* conn.readline();
 *   });
 *   using conn = yield* bluelet.connect("127.0.0.1", listener.port);
 *   yield* conn.sendall("hi\n");
 *   assertEquals(yield* bluelet.join(thread), "hi\n");
 * });
 * ```
 */
export class Listener {
  readonly #acceptor: Acceptor;

  /** Listens on a port. Throws `SocketError` (`EADDRINUSE`, ...), or Deno's `NotCapable` without the permission. */
  constructor(host: string, port: number, options?: ListenOptions);
  /** Listens at the path of a unix socket. */
  constructor(where: UnixPath, options?: ListenOptions);
  constructor(host: string | UnixPath, portOrOptions?: number | ListenOptions, options?: ListenOptions) {
    const how = typeof host === "object" ? portOrOptions as ListenOptions : options;
    const endpoint = listenEndpoint("Listener", host, portOrOptions, how);
    this.#acceptor = new Acceptor(networkOf(hostHere()).listen(endpoint));
  }

  /** Where it listens: `{ hostname, port }`, or `{ path }`. */
  get addr(): Address {
    return this.#acceptor.listener.addr;
  }

  /** The host that it listens on; the path of a unix socket. */
  get host(): string {
    return "path" in this.addr ? this.addr.path : this.addr.hostname;
  }

  /** The port that it listens on; 0 for a unix socket. */
  get port(): number {
    return "path" in this.addr ? 0 : this.addr.port;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#acceptor.closed;
  }

  /**
   * Waits for the next connection. Any number of threads may wait; they are served in turn.
   *
   * Throws `SocketClosedError` once the listener is closed, and `SocketError` with the code `EMFILE` when
   * there are no file descriptors left. Killed, it leaves the connection for the next `accept`.
   */
  accept(): Event<Connection> {
    return new AcceptEvent(this.#acceptor);
  }

  /** Stops listening; whoever waits to accept throws `SocketClosedError`. Closing twice is fine. */
  close(): void {
    this.#acceptor.close();
  }

  /** Closes it at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @ignore Waits until its port may be listened on again: an accept in flight keeps it. */
  settled(): Event<void> {
    return new SettledEvent(this.#acceptor);
  }
}

/** One accept in flight, the threads that wait for one, and the connection that came for a thread that was killed. */
class Acceptor implements Completion<Transport> {
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

  withdraw(thread: Thread): void {
    this.#waiting.remove(thread.slot as Waiter);
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

  withdrawSettled(thread: Thread): void {
    this.#unsettled.remove(thread.slot as Waiter);
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

class SettledEvent extends WaitableEvent<void> {
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
    this.#acceptor.withdrawSettled(thread);
  }

  /** @ignore */
  override describe(): string {
    return `the listener on ${placeOf(this.#acceptor.listener.addr)} to be closed`;
  }
}

/** What `caller` was told about where and how to listen, checked. */
export function listenEndpoint(
  caller: string,
  host: string | UnixPath,
  port: unknown,
  options: ListenOptions = {},
): Endpoint {
  const address = addressFrom(host, port, caller, { host: "0.0.0.0", leastPort: 0 });
  const { reusePort, backlog } = options;
  if (backlog !== undefined && !(Number.isSafeInteger(backlog) && backlog > 0)) {
    throw new RangeError(`${caller} takes a backlog of 1 or more; got ${describe(backlog)}.`);
  }
  const endpoint: Endpoint = { address };
  if (reusePort !== undefined) endpoint.reusePort = reusePort;
  if (backlog !== undefined) endpoint.backlog = backlog;
  return endpoint;
}

/** The network of `host`; an error if it has none. */
export function networkOf(host: Host): Network {
  if ("network" in host) return (host as NetworkHost).network;
  throw new TypeError(
    "This run's host has no network: run on Deno's host, the default one, or in simulate().",
  );
}

/** The host of the thread that is running, or else the default one. */
function hostHere(): Host {
  let thread: Thread;
  try {
    thread = current();
  } catch {
    return defaultHost();
  }
  return thread.scheduler.host;
}
