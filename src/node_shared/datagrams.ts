/**
 * Datagrams by `node:dgram`, on Node and on Deno (whose own need an unstable flag).
 *
 * @module
 */

import type { Socket } from "node:dgram";
import {
  type DatagramEndpoint,
  type DatagramReceiver,
  type Datagrams,
  type DatagramTransport,
  type InternetAddress,
  ipVersionOf,
  placeOf,
} from "../net/mod.ts";
import type { Completion } from "../streams/mod.ts";
import { socketError, translate } from "./errors.ts";
import { nodeLookup } from "./lookup.ts";
import type { Permit } from "./permit.ts";

const NO_PERMISSIONS: Permit = () => {};

/** The datagrams of a host that has `node:dgram`. */
export class NodeDatagrams implements Datagrams {
  readonly #permit: Permit;
  /** Sockets that were closed, and whose ports the system has not freed yet. */
  readonly #closing = new Set<Promise<void>>();

  /** Asks `permit` before each use of the network. */
  constructor(permit: Permit = NO_PERMISSIONS) {
    this.#permit = permit;
  }

  /** Binds a socket. */
  bind(
    endpoint: DatagramEndpoint,
    receiver: DatagramReceiver,
    completion: Completion<DatagramTransport>,
  ): () => void {
    let wanted = true;
    this.#bind(endpoint, receiver).then(
      (transport) => wanted ? completion.done(transport) : transport.close(),
      (error) => wanted && completion.failed(error),
    );
    return () => wanted = false;
  }

  #close(socket: Socket): void {
    const closing = new Promise<void>((resolve) => void socket.close(resolve));
    this.#closing.add(closing);
    closing.then(() => this.#closing.delete(closing));
  }

  async #bind(endpoint: DatagramEndpoint, receiver: DatagramReceiver): Promise<NodeDatagramTransport> {
    const { address: { hostname, port }, reuseAddress, broadcast, ttl } = endpoint;
    const found = await nodeLookup(hostname, this.#permit);
    // An IPv4 socket if possible, as for TCP: `localhost` is 127.0.0.1.
    const address = found.find((each) => ipVersionOf(each) === 4) ?? found[0]!;
    this.#permit(address, port);
    const { createSocket } = await import("node:dgram");
    await Promise.all(this.#closing);
    const socket = createSocket({
      type: ipVersionOf(address) === 6 ? "udp6" : "udp4",
      reuseAddr: reuseAddress,
    });
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once("error", reject);
        socket.bind(port, address, () => {
          socket.off("error", reject);
          resolve();
        });
      });
      if (broadcast) socket.setBroadcast(true);
      if (ttl !== undefined) {
        socket.setTTL(ttl);
        socket.setMulticastTTL(ttl);
      }
      return new NodeDatagramTransport(socket, endpoint, receiver, this.#permit, () => this.#close(socket));
    } catch (error) {
      this.#close(socket);
      throw translate(error, `Binding a datagram socket to ${placeOf({ hostname, port })}`);
    }
  }
}

/** A socket of `node:dgram` as a transport. */
class NodeDatagramTransport implements DatagramTransport {
  readonly addr: InternetAddress;
  readonly #socket: Socket;
  readonly #broadcast: boolean;
  readonly #permit: Permit;
  readonly #close: () => void;
  #closed = false;

  constructor(
    socket: Socket,
    { broadcast }: DatagramEndpoint,
    receiver: DatagramReceiver,
    permit: Permit,
    close: () => void,
  ) {
    const { address, port } = socket.address();
    this.addr = { hostname: address, port };
    this.#socket = socket;
    this.#broadcast = broadcast;
    this.#permit = permit;
    this.#close = close;
    socket.on("error", (error) => {
      if (!this.#closed) receiver.failed(translate(error, `Receiving on ${placeOf(this.addr)}`));
    });
    socket.on("message", (message, { address, port }) => {
      if (!this.#closed) receiver.received(message, address, port);
    });
  }

  send(data: Uint8Array, { hostname, port }: InternetAddress, completion: Completion<number>): void {
    const copy = new Uint8Array(data); // it is looked at late
    const version = ipVersionOf(hostname);
    if (version !== 0) return this.#send(copy, hostname, version, port, completion);
    nodeLookup(hostname, this.#permit).then((found) => {
      if (this.#closed) return;
      const address = found.find((each) => ipVersionOf(each) === this.#version) ?? found[0]!;
      this.#send(copy, address, ipVersionOf(address), port, completion);
    }).catch((error) => this.#closed || completion.failed(error));
  }

  #send(
    data: Uint8Array,
    address: string,
    version: number,
    port: number,
    completion: Completion<number>,
  ): void {
    const hostname = version === 4 && this.#version === 6 ? `::ffff:${address}` : address;
    this.#socket.send(data, port, hostname, (error, count) => {
      if (this.#closed) return;
      if (error === null || error === undefined) completion.done(count);
      else completion.failed(this.#sendError(error, { hostname: address, port }));
    });
  }

  get #version(): number {
    return ipVersionOf(this.addr.hostname);
  }

  /** Deno's `node:dgram` has `UNKNOWN` for almost everything, a missing permission too. */
  #sendError(error: Error, to: InternetAddress): unknown {
    const what = `Sending a datagram to ${placeOf(to)}`;
    if ((error as { code?: unknown }).code !== "UNKNOWN") return translate(error, what);
    try {
      this.#permit(to.hostname, to.port);
    } catch (missing) {
      return missing;
    }
    const { hostname } = to;
    const code = ipVersionOf(hostname) === 6 && this.#version === 4
      ? "EAFNOSUPPORT"
      : hostname === "255.255.255.255" && !this.#broadcast
      ? "EACCES"
      : "UNKNOWN";
    return socketError(code, what, error);
  }

  joinGroup(group: string, networkInterface?: string): void {
    this.#try(`Joining the group ${group}`, () => this.#socket.addMembership(group, networkInterface));
  }

  leaveGroup(group: string, networkInterface?: string): void {
    this.#try(`Leaving the group ${group}`, () => this.#socket.dropMembership(group, networkInterface));
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#close();
  }

  #try(what: string, act: () => void): void {
    try {
      act();
    } catch (error) {
      throw translate(error, what);
    }
  }
}
