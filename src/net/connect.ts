/**
 * Connecting.
 *
 * @module
 */

import { capability, type Event, SUSPENDED, type Wait, WaitableEvent } from "../core/mod.ts";
import type { Completion } from "../streams/mod.ts";
import { addressFrom, placeOf, type UnixPath } from "./address.ts";
import { Connection } from "./connection.ts";
import { checkedIdleTimeout } from "./idle_timer.ts";
import { beginClient, checkedTls, type TlsOptions } from "./tls.ts";
import { type Address, NETWORK, type Transport } from "./transport.ts";

/** Options for {@linkcode connect}. */
export interface ConnectOptions {
  /** Aborting it gives up; its reason is thrown at the yield. */
  signal?: AbortSignal;
  /** Closes the connection when nothing came or went for so many seconds. Default: never, `Infinity`. */
  idleTimeout?: number;
  /** Speaks TLS; the connection is there when the handshake is done. Default: none. */
  tls?: boolean | TlsOptions;
}

/** Waits until a connection is made. */
export class ConnectEvent extends WaitableEvent<Connection> {
  readonly #address: Address;
  readonly #signal: AbortSignal | undefined;
  readonly #idleTimeout: number;
  readonly #tls: TlsOptions | null;

  /** @ignore */
  constructor(address: Address, { signal, idleTimeout, tls }: ConnectOptions) {
    super();
    this.#address = address;
    this.#signal = signal;
    this.#idleTimeout = checkedIdleTimeout(idleTimeout, "connect");
    this.#tls = checkedTls(tls, "connect");
    if (this.#tls !== null && this.#tls.serverName === undefined && "path" in address) {
      throw new TypeError(
        "connect to a unix socket takes tls with { serverName }, which the path does not tell.",
      );
    }
  }

  /** @ignore */
  override perform(wait: Wait): typeof SUSPENDED {
    this.#signal?.throwIfAborted();
    const attempt = new Attempt(wait, this.#address, this.#tls, this.#signal, this.#idleTimeout);
    wait.slot = attempt;
    attempt.giveUp = capability(wait.scheduler.host, NETWORK).connect(
      { address: this.#address },
      attempt,
    );
    return SUSPENDED;
  }

  /** @ignore */
  override withdraw(wait: Wait): void {
    (wait.slot as Attempt).withdraw();
  }

  /** @ignore */
  override describe(): string {
    return `a connection with ${placeOf(this.#address)}`;
  }
}

/** One attempt to connect, for one wait. */
class Attempt implements Completion<Transport> {
  /** Gives the attempt up. */
  giveUp: () => void = () => {};
  readonly #wait: Wait;
  readonly #signal: AbortSignal | undefined;
  readonly #idleTimeout: number;
  readonly #name: string | null;
  readonly #tls: TlsOptions | null;

  constructor(
    wait: Wait,
    address: Address,
    tls: TlsOptions | null,
    signal: AbortSignal | undefined,
    idleTimeout: number,
  ) {
    this.#wait = wait;
    this.#name = "path" in address ? null : address.hostname;
    this.#tls = tls;
    this.#signal = signal;
    this.#idleTimeout = idleTimeout;
    signal?.addEventListener("abort", this.#abort);
  }

  done(transport: Transport): void {
    if (this.#tls === null) return this.#made(new Connection(transport, this.#name));
    const settings = { ...this.#tls, serverName: this.#tls.serverName ?? this.#name! };
    try {
      this.giveUp = beginClient(this.#wait.scheduler.host, transport, settings, {
        done: (conn) => this.#made(conn),
        failed: (error) => this.failed(error),
      });
    } catch (error) {
      this.failed(error);
    }
  }

  #made(conn: Connection): void {
    this.#over();
    conn.closeWhenIdle(this.#wait.scheduler, this.#idleTimeout);
    this.#wait.resume(conn);
  }

  failed(error: unknown): void {
    this.#over();
    this.#wait.raise(error);
  }

  withdraw(): void {
    this.#over();
    this.giveUp();
  }

  readonly #abort = (): void => {
    this.withdraw();
    this.#wait.raise(this.#signal!.reason);
  };

  #over(): void {
    this.#signal?.removeEventListener("abort", this.#abort);
  }
}

/**
 * Connects to a port of a host. Killed or aborted, it gives up, and a connection that is made too late is closed.
 *
 * Throws `SocketError` with a code such as `ECONNREFUSED`, or `ENOTFOUND` for an unknown name; without
 * the permission Deno's `NotCapable`; `TlsError` if the handshake fails. The host `""` is this machine.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { simulate } from "@x/bluelet/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await simulate(function* () {
 *   try {
 *     yield* bluelet.connect("127.0.0.1", 4915);
 *   } catch (error) {
 *     assertEquals(error instanceof bluelet.SocketError && error.code, "ECONNREFUSED");
 *   }
 * });
 * ```
 */
export function connect(host: string, port: number, options?: ConnectOptions): Event<Connection>;
/** Connects to a unix socket. */
export function connect(where: UnixPath, options?: ConnectOptions): Event<Connection>;
export function connect(
  host: string | UnixPath,
  portOrOptions?: number | ConnectOptions,
  options?: ConnectOptions,
): Event<Connection> {
  const address = addressFrom(host, portOrOptions, "connect", { host: "127.0.0.1", leastPort: 1 });
  const how = typeof host === "object" ? portOrOptions as ConnectOptions : options;
  return new ConnectEvent(address, how ?? {});
}
