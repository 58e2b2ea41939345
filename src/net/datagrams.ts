/**
 * The capability that datagrams need of a host: sockets that send and receive them. Each operation ends by a `Completion`.
 *
 * @module
 */

import type { Capability } from "../core/mod.ts";
import type { Completion } from "../streams/mod.ts";

/** An address of the internet. */
export interface InternetAddress {
  /** An IP address, or a name. */
  hostname: string;
  /** The port. */
  port: number;
}

/** Where and how to bind a socket. */
export interface DatagramEndpoint {
  /** The address; `""` has become `0.0.0.0`, and port 0 stands for any. */
  address: InternetAddress;
  /** Whether it may send to broadcast addresses. */
  broadcast: boolean;
  /** Whether several sockets may be bound to the port. */
  reuseAddress: boolean;
  /** How many routers its datagrams may pass; the system's default if left out. */
  ttl?: number;
}

/** Is called with the datagrams that arrive at a socket, from when it is bound until it is closed. */
export interface DatagramReceiver {
  /** A datagram came; its `bytes` may change as soon as this has returned. */
  received(bytes: Uint8Array, hostname: string, port: number): void;
  /** Receiving failed, once; the socket goes on. */
  failed(error: unknown): void;
}

/** A bound socket. Any number of sends may be in flight. */
export interface DatagramTransport {
  /** Where it is bound, with the port that was picked. */
  readonly addr: InternetAddress;
  /** Sends `data`, which may be changed as soon as this has returned, and says how many bytes went out. */
  send(data: Uint8Array, to: InternetAddress, completion: Completion<number>): void;
  /** Receives datagrams to a multicast group, too; throws `SocketError`. */
  joinGroup(group: string, networkInterface?: string): void;
  /** Undoes `joinGroup`; throws `SocketError`. */
  leaveGroup(group: string, networkInterface?: string): void;
  /** Closes it: the receiver and the completions of sends are not called any more. Closing twice does nothing. */
  close(): void;
}

/** A host's datagrams. */
export interface Datagrams {
  /**
   * Starts to bind a socket, or throws (where a permission is missing). Returns a function that gives up: then the
   * completion is never called, and a socket that is bound too late is closed.
   */
  bind(
    endpoint: DatagramEndpoint,
    receiver: DatagramReceiver,
    completion: Completion<DatagramTransport>,
  ): () => void;
}

/** The capability of a host that has datagrams. */
export const DATAGRAMS: Capability<Datagrams> = "datagrams";
