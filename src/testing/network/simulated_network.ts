/**
 * The network of one incarnation of a host: its listeners, its connections, and its connects to other hosts.
 *
 * @module
 */

import type { Address, Endpoint, Network, Transport, TransportListener } from "../../net/mod.ts";
import { type Completion, SocketError } from "../../streams/mod.ts";
import { hostOf, nearAddress, placeOf } from "./address.ts";
import { ConnectAttempt } from "./connect_attempt.ts";
import type { HostView } from "./host_view.ts";
import { SimulatedListener } from "./simulated_listener.ts";
import { connectEnds, StreamEnd } from "./stream_end.ts";

/** Finds the network of the host called `name`: `null` while it is down, `undefined` if there is no such host. */
export type FindNetwork = (name: string) => SimulatedNetwork | null | undefined;

/** The first of the ports that a host assigns by itself. */
const FIRST_EPHEMERAL = 49_152;

/** What one incarnation of a host has open. */
export class SimulatedNetwork implements Network {
  /** Whether its programs have listened or connected. */
  used = false;
  readonly #view: HostView;
  readonly #find: FindNetwork;
  readonly #listeners = new Map<string, SimulatedListener>();
  readonly #ends = new Set<StreamEnd>();
  #nextPort = FIRST_EPHEMERAL;
  /** Whether its programs are gone. */
  #down = false;

  constructor(view: HostView, find: FindNetwork) {
    this.#view = view;
    this.#find = find;
  }

  listen(endpoint: Endpoint): TransportListener {
    this.used = true;
    const { address } = endpoint;
    const addr = "path" in address
      ? address
      : { hostname: address.hostname, port: address.port || this.#freePort() };
    const place = placeOf(addr);
    if (this.#listeners.has(place)) {
      throw new SocketError(`Something listens on ${this.#view.name} ${place} already: choose another.`, {
        code: "EADDRINUSE",
      });
    }
    const onClose = () => this.#listeners.delete(place);
    const listener = new SimulatedListener(this.#view, addr, endpoint.backlog ?? 511, onClose);
    this.#listeners.set(place, listener);
    return listener;
  }

  connect(endpoint: Endpoint, completion: Completion<Transport>): () => void {
    this.used = true;
    const { address } = endpoint;
    const name = hostOf(address, this.#view.name);
    const attempt = new ConnectAttempt(this.#view, name, address, completion, () => this.#down);
    if (this.#find(name) === undefined) {
      attempt.failSoon("ENOTFOUND", `There is no host called ${JSON.stringify(name)} in this world`);
    } else {
      attempt.start(() => this.#reach(attempt));
    }
    return () => attempt.giveUp();
  }

  /** The request of `attempt` has arrived at the other host: its listener accepts or refuses. */
  #reach(attempt: ConnectAttempt): void {
    const { to, address } = attempt;
    const target = this.#find(to);
    if (target === null || target === undefined) return attempt.refuse();
    const listener = target.#listeners.get(placeOf(address));
    if (listener === undefined) return attempt.refuse();
    const open = () => {
      if (this.#down) return null;
      const { name } = this.#view;
      const local = nearAddress(address, name, () => this.#freePort());
      const near = this.#open(local, address), far = target.#open(address, local);
      connectEnds(near, this.#view.linkTo(to), far, this.#view.linkFrom(to));
      attempt.accept(near);
      return far;
    };
    listener.offer(open, () => attempt.refuse());
  }

  /** Makes an end of a new connection. */
  #open(localAddr: Address, remoteAddr: Address): StreamEnd {
    const end = new StreamEnd(this.#view, localAddr, remoteAddr, (end) => this.#ends.delete(end));
    this.#ends.add(end);
    return end;
  }

  /** Resets every connection to the host called `name`, at this end; how many there were. */
  reset(name: string): number {
    let count = 0;
    for (const end of [...this.#ends]) {
      if (end.peer !== name) continue;
      end.breakOff("ECONNRESET");
      count++;
    }
    return count;
  }

  /** The host reads at another pace now: reads in flight may go on. */
  paceChanged(): void {
    for (const end of [...this.#ends]) end.serveRead();
  }

  /** The host has crashed: peers see resets, and nobody here is told. */
  crash(): void {
    this.#stopListening();
    for (const end of [...this.#ends]) end.abort();
    this.#ends.clear();
  }

  /** The programs have ended: closes what they left open. */
  close(): void {
    this.#stopListening();
    for (const end of [...this.#ends]) end.close();
  }

  #stopListening(): void {
    this.#down = true;
    for (const listener of this.#listeners.values()) listener.abort();
    this.#listeners.clear();
  }

  #freePort(): number {
    while (this.#listeners.has(`port ${this.#nextPort}`)) this.#nextPort++;
    if (this.#nextPort > 65_535) this.#nextPort = FIRST_EPHEMERAL;
    return this.#nextPort++;
  }
}
