/**
 * Datagrams: messages that arrive whole, or not at all, in any order.
 *
 * @module
 */

import { capability, describe, type Event, type Wait } from "../core/mod.ts";
import { belongs, bytesOf, type Completion, OperationEvent } from "../streams/mod.ts";
import { internetAddressFrom, placeOf } from "./address.ts";
import { type Datagram, DatagramInbox, ReceiveDatagramEvent } from "./datagram_inbox.ts";
import { DatagramOutbox, SendDatagramEvent } from "./datagram_outbox.ts";
import {
  type DatagramEndpoint,
  DATAGRAMS,
  type DatagramTransport,
  type InternetAddress,
} from "./datagrams.ts";

/** Options for {@linkcode datagramSocket}. */
export interface DatagramOptions {
  /** How many datagrams that no thread has received yet are kept; more are dropped. Default 256. */
  capacity?: number;
  /** Lets it send to broadcast addresses. Default `false`. */
  broadcast?: boolean;
  /** Lets several sockets be bound to the port, for multicast. Default `false`. */
  reuseAddress?: boolean;
  /** How many routers its datagrams may pass, 1 to 255; multicast too. Default: the system's (64, and 1 for multicast). */
  ttl?: number;
}

/** A socket that sends and receives datagrams; {@linkcode datagramSocket} makes them. */
export class DatagramSocket {
  readonly #transport: DatagramTransport;
  readonly #inbox: DatagramInbox;
  readonly #outbox: DatagramOutbox;
  readonly #receive: ReceiveDatagramEvent;
  #onClose: (() => void) | null = null;

  /** @ignore Programs get theirs from `datagramSocket`. */
  constructor(transport: DatagramTransport, inbox: DatagramInbox) {
    this.#transport = transport;
    this.#inbox = inbox;
    inbox.addr = transport.addr;
    this.#outbox = new DatagramOutbox(transport, () => inbox.closedError());
    this.#receive = new ReceiveDatagramEvent(inbox);
  }

  /** Where it is bound: `{ hostname, port }`. */
  get addr(): InternetAddress {
    return this.#transport.addr;
  }

  /** The port that it is bound to. */
  get port(): number {
    return this.addr.port;
  }

  /** How many datagrams were dropped because `capacity` of them were waiting. (The system drops more, uncounted.) */
  get dropped(): number {
    return this.#inbox.dropped;
  }

  /** Whether it was closed. */
  get closed(): boolean {
    return this.#inbox.closed;
  }

  /**
   * Receives the next datagram; an empty one is a datagram as well. Any number of threads may wait; they are served in
   * turn. Killed or timed out, it leaves the datagram for the next.
   *
   * Throws `SocketClosedError` once the socket is closed.
   */
  receive(): Event<Datagram> {
    return this.#receive;
  }

  /**
   * Sends one datagram (a string as UTF-8) and results in how many bytes that was, when the system has taken it.
   * Nothing reports whether it arrives. The bytes may be changed as soon as it was yielded. Killed, it may have been sent.
   *
   * Throws `SocketError`: `EMSGSIZE` if it is longer than can be sent (65,507 bytes over IPv4), `ENOTFOUND` for an
   * unknown name; `SocketClosedError`; without the permission Deno's `NotCapable`.
   */
  send(data: Uint8Array | string, hostname: string, port: number): Event<number> {
    const to = internetAddressFrom(hostname, port, "send", { host: "127.0.0.1", leastPort: 1 });
    return new SendDatagramEvent(this.#outbox, bytesOf(data, "send"), to);
  }

  /**
   * From now on receives datagrams to the multicast `group`, too, on one network interface (named by its address) or on
   * the system's choice. Throws `SocketError`, such as `EINVAL` for what is no group.
   */
  joinGroup(group: string, networkInterface?: string): void {
    this.#check("joinGroup", group, networkInterface);
    this.#transport.joinGroup(group, networkInterface);
  }

  /** Undoes `joinGroup`. */
  leaveGroup(group: string, networkInterface?: string): void {
    this.#check("leaveGroup", group, networkInterface);
    this.#transport.leaveGroup(group, networkInterface);
  }

  /** Closes it; threads that wait on it are thrown `SocketClosedError`. Closing twice is fine. */
  close(): void {
    if (this.closed) return;
    this.#inbox.close();
    this.#outbox.close();
    this.#transport.close();
    this.#onClose?.();
  }

  /** Closes it at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @ignore It is closed when the current coroutine of `wait` ends. */
  belongsTo(wait: Wait): void {
    this.#onClose = belongs(wait, () => this.close());
  }

  #check(caller: string, group: unknown, networkInterface: unknown): void {
    if (typeof group !== "string" || group === "") {
      throw new TypeError(`${caller} takes the address of a multicast group; got ${describe(group)}.`);
    }
    if (networkInterface !== undefined && typeof networkInterface !== "string") {
      throw new TypeError(`${caller} takes the address of an interface; got ${describe(networkInterface)}.`);
    }
    if (this.closed) throw this.#inbox.closedError();
  }
}

/** Waits until a socket is bound. */
class BindEvent extends OperationEvent<DatagramSocket> {
  readonly #endpoint: DatagramEndpoint;
  readonly #capacity: number;

  constructor(endpoint: DatagramEndpoint, capacity: number) {
    super();
    this.#endpoint = endpoint;
    this.#capacity = capacity;
  }

  protected override begin(wait: Wait, completion: Completion<DatagramSocket>): () => void {
    const inbox = new DatagramInbox(this.#capacity);
    return capability(wait.scheduler.host, DATAGRAMS).bind(this.#endpoint, inbox, {
      done(transport) {
        const socket = new DatagramSocket(transport, inbox);
        socket.belongsTo(wait);
        completion.done(socket);
      },
      failed: (error) => completion.failed(error),
    });
  }

  override describe(): string {
    return `a datagram socket on ${placeOf(this.#endpoint.address)}`;
  }
}

/**
 * Binds a socket to a port of this machine, to send and receive datagrams over UDP. The host `""` means every IPv4
 * interface and `"::"` all; port 0 lets the system pick one, which `port` tells.
 *
 * The socket is closed when the current coroutine ends (as `defer` would), or by `using`, or by `close`. Throws
 * `SocketError` (`EADDRINUSE`, ...), and without the permission Deno's `NotCapable`.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * await bluelet.run(function* () {
 *   using socket = yield* bluelet.datagramSocket("127.0.0.1", 0);
 *   using peer = yield* bluelet.datagramSocket("127.0.0.1", 0);
 *   yield* peer.send("hello", "127.0.0.1", socket.port);
 *   const { data, addr } = yield* bluelet.timeout(5, socket.receive());
 *   assertEquals(new TextDecoder().decode(data), "hello");
 *   assertEquals(addr, peer.addr);
 * }());
 * ```
 */
export function datagramSocket(
  host: string,
  port: number,
  options: DatagramOptions = {},
): Event<DatagramSocket> {
  const address = internetAddressFrom(host, port, "datagramSocket", { host: "0.0.0.0", leastPort: 0 });
  const { capacity = 256, broadcast = false, reuseAddress = false, ttl } = options;
  if (!(Number.isSafeInteger(capacity) && capacity > 0)) {
    throw new RangeError(`datagramSocket takes a capacity of 1 datagram or more; got ${describe(capacity)}.`);
  }
  const endpoint: DatagramEndpoint = { address, broadcast, reuseAddress };
  if (ttl !== undefined) {
    if (!(Number.isInteger(ttl) && ttl >= 1 && ttl <= 255)) {
      throw new RangeError(`datagramSocket takes a ttl from 1 to 255; got ${describe(ttl)}.`);
    }
    endpoint.ttl = ttl;
  }
  return new BindEvent(endpoint, capacity);
}
