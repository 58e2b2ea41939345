/**
 * The capability that net needs of a host: byte streams, listeners and a way to connect. Each operation ends by a
 * `Completion`.
 *
 * @module
 */

import type { Capability, Host } from "../core/mod.ts";
import type { Completion } from "../streams/mod.ts";
import type { TlsLayer } from "./tls_layer.ts";

/** Where one end of a connection is: an internet address, or the path of a unix socket. */
export type Address = { hostname: string; port: number } | { path: string };

/** One byte stream. At most one read and one write are in flight; the caller sees to that. */
export interface Transport {
  /** This end. */
  readonly localAddr: Address;
  /** The other end. */
  readonly remoteAddr: Address;
  /** Its TLS; left out without. */
  readonly tls?: TlsLayer;
  /** Reads up to `into.length` bytes: how many came, or `null` at the end of the stream. */
  read(into: Uint8Array, completion: Completion<number | null>): void;
  /** Writes at least one byte of `data` and says how many; `data` is not touched until then. */
  write(data: Uint8Array, completion: Completion<number>): void;
  /** Ends our direction: the peer reads the end of the stream, and we may still read. */
  closeWrite(completion: Completion<void>): void;
  /** Closes both directions; what is in flight fails with `SocketClosedError`. Closing twice does nothing. */
  close(): void;
}

/** Something that accepts connections. At most one accept is in flight. */
export interface TransportListener {
  /** Where it listens, with the port that was picked. */
  readonly addr: Address;
  /** Waits for the next connection. */
  accept(completion: Completion<Transport>): void;
  /** Stops listening; an accept in flight fails with `SocketClosedError`. Closing twice does nothing. */
  close(): void;
}

/** Where to connect or listen, as the network takes it. */
export interface Endpoint {
  /** The address; `hostname` is already normalised (`""` became `0.0.0.0`). */
  address: Address;
  /** Whether several processes may listen on the port (Deno: needs `--unstable-net`). */
  reusePort?: boolean;
  /** How many connections may wait to be accepted; the host's default if left out. */
  backlog?: number;
}

/** A host's network. */
export interface Network {
  /** Starts to listen, or throws a `SocketError` (or the host's own error where a permission is missing). */
  listen(endpoint: Endpoint): TransportListener;
  /**
   * Starts to connect. Returns a function that gives up: then the completion is never called, and a
   * connection that completes too late is closed.
   */
  connect(endpoint: Endpoint, completion: Completion<Transport>): () => void;
}

/** A host that has a network. */
export interface NetworkHost extends Host {
  /** The network of the programs that run on this host. */
  readonly network: Network;
}

/** The capability of a host that has a network. */
export const NETWORK: Capability<Network> = "network";
