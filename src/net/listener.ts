/**
 * Listening for connections.
 *
 * @module
 */

import { currentHost } from "../core/internal.ts";
import { capability, describe, type Event } from "../core/mod.ts";
import { AcceptEvent, Acceptor, SettledEvent } from "./acceptor.ts";
import { addressFrom, type UnixPath } from "./address.ts";
import type { Connection } from "./connection.ts";
import { checkedIdleTimeout } from "./idle_timer.ts";
import { checkedServerTls, serverSide, type TlsServerOptions } from "./tls.ts";
import { type Address, type Endpoint, NETWORK } from "./transport.ts";

/** Options for a {@linkcode Listener}. */
export interface ListenOptions {
  /** Lets several processes listen on the port. (Deno needs `--unstable-net` for that.) */
  reusePort?: boolean;
  /** How many connections may wait to be accepted. Default: the host's, 511. */
  backlog?: number;
  /** Closes a connection on which nothing came or went for so many seconds. Default: none, `Infinity`. */
  idleTimeout?: number;
  /** Speaks TLS, with this certificate and its key. Default: none. */
  tls?: TlsServerOptions;
}

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
    const here = currentHost();
    const wrap = how?.tls === undefined ? null : serverSide(here, how.tls);
    const listener = capability(here, NETWORK).listen(endpoint);
    this.#acceptor = new Acceptor(listener, how?.idleTimeout ?? Infinity, wrap);
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
   * Throws `SocketClosedError` once the listener is closed, and `SocketError` with the code `EMFILE` when there are no
   * file descriptors left, or such as `EPROTO` when a connection that came cannot be used: the next may be. Killed, it
   * leaves the connection for the next `accept`.
   */
  accept(): Event<Connection> {
    return new AcceptEvent(this.#acceptor);
  }

  /** Stops listening; threads that wait to accept are thrown `SocketClosedError`. Closing twice is fine. */
  close(): void {
    this.#acceptor.close();
  }

  /** Closes it at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /**
   * Waits until the port may be listened on again: when a listener is closed while an `accept` is in flight, its port
   * is in use until the system has ended that, even if the thread that waited was killed.
   */
  settled(): Event<void> {
    return new SettledEvent(this.#acceptor);
  }
}

/** Checks the address and the options that `caller` was given. */
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
  checkedIdleTimeout(options.idleTimeout, caller);
  checkedServerTls(options.tls, caller);
  const endpoint: Endpoint = { address };
  if (reusePort !== undefined) endpoint.reusePort = reusePort;
  if (backlog !== undefined) endpoint.backlog = backlog;
  return endpoint;
}
