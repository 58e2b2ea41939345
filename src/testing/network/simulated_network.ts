/**
 * The network of one simulated host: its ports, its connections, and how it reaches other hosts by name.
 *
 * @module
 */

import { SocketError } from "../../core/mod.ts";
import type { Address, Completion, Endpoint, Network, Transport, TransportListener } from "../../net/mod.ts";
import type { Link, Parcel } from "./link.ts";
import { SimulatedListener } from "./simulated_listener.ts";
import type { Site } from "./host_view.ts";
import { connected, End } from "./stream_end.ts";

/** Finds the networks of other hosts. */
export interface Directory {
  /** The network of the host called `name`: `null` while it is down, `undefined` if there is no such host. */
  network(name: string): SimulatedNetwork | null | undefined;
  /** Seconds after which a connect that nobody answers gives up. */
  readonly connectTimeout: number;
}

const OWN = new Set(["localhost", "127.0.0.1", "::1", "0.0.0.0", "::"]);
const FIRST_EPHEMERAL = 49_152;

/** What one life of a host has open. */
export class SimulatedNetwork implements Network {
  /** Whether anything was ever done with it. */
  used = false;
  readonly site: Site;
  readonly #directory: Directory;
  readonly #listeners = new Map<string, SimulatedListener>();
  readonly #ends = new Set<End>();
  #nextPort = FIRST_EPHEMERAL;
  #dead = false;

  constructor(site: Site, directory: Directory) {
    this.site = site;
    this.#directory = directory;
  }

  /** The connections that are open here. */
  get ends(): readonly End[] {
    return [...this.#ends];
  }

  listen(endpoint: Endpoint): TransportListener {
    this.used = true;
    const addr = this.#bind(endpoint.address);
    const key = keyOf(addr);
    if (this.#listeners.has(key)) {
      throw new SocketError(`Something listens on ${this.site.name} ${key} already: choose another.`, {
        code: "EADDRINUSE",
      });
    }
    const listener = new SimulatedListener(
      this.site,
      addr,
      endpoint.backlog ?? 511,
      () => this.#listeners.delete(key),
    );
    this.#listeners.set(key, listener);
    return listener;
  }

  connect(endpoint: Endpoint, completion: Completion<Transport>): () => void {
    this.used = true;
    const { address } = endpoint;
    const name = "path" in address || OWN.has(address.hostname) ? this.site.name : address.hostname;
    const attempt = new Attempt(this, name, address, completion);
    if (this.#directory.network(name) === undefined) {
      attempt.failSoon("ENOTFOUND", `There is no host called ${JSON.stringify(name)} in this world`);
    } else {
      attempt.start(this.#directory);
    }
    return () => attempt.giveUp();
  }

  /** A connection from elsewhere arrives. */
  knock(target: Address, enter: () => End | null, refuse: () => void): void {
    const listener = this.#dead ? undefined : this.#listeners.get(keyOf(target));
    if (listener === undefined) refuse();
    else listener.knock(enter, refuse);
  }

  /** An end of a new connection. */
  open(localAddr: Address, remoteAddr: Address): End {
    const end = new End(this.site, localAddr, remoteAddr, (end) => this.#ends.delete(end));
    this.#ends.add(end);
    return end;
  }

  /** An address that nothing uses, for the near end of a connection. */
  ephemeral(remote: Address): Address {
    if ("path" in remote) return { path: "" };
    // To itself a host is what it is called there: over the loopback, both ends have that address.
    const hostname = OWN.has(remote.hostname) ? remote.hostname : this.site.name;
    return { hostname, port: this.#freePort() };
  }

  /** Breaks every connection with the host called `name`, at both ends; how many there were. */
  reset(name: string): number {
    let count = 0;
    for (const end of this.ends) {
      if (end.peer !== name) continue;
      end.breakOff("ECONNRESET");
      count++;
    }
    return count;
  }

  /** The host reads at another pace now. */
  paceChanged(): void {
    for (const end of this.ends) end.serveRead();
  }

  /** The host crashed: peers see resets, and nobody here sees anything. */
  vanish(): void {
    this.#dead = true;
    for (const listener of this.#listeners.values()) listener.vanish();
    this.#listeners.clear();
    for (const end of this.ends) end.vanish();
    this.#ends.clear();
  }

  /** The programs have ended: whatever they left open is closed. */
  close(): void {
    this.#dead = true;
    for (const listener of this.#listeners.values()) listener.vanish();
    this.#listeners.clear();
    for (const end of this.ends) end.close();
  }

  /** Whether its programs are gone. */
  get dead(): boolean {
    return this.#dead;
  }

  #bind(address: Address): Address {
    if ("path" in address) return address;
    return { hostname: address.hostname, port: address.port || this.#freePort() };
  }

  #freePort(): number {
    while (this.#listeners.has(`port ${this.#nextPort}`)) this.#nextPort++;
    if (this.#nextPort > 65_535) this.#nextPort = FIRST_EPHEMERAL;
    return this.#nextPort++;
  }
}

function keyOf(address: Address): string {
  return "path" in address ? `path ${address.path}` : `port ${address.port}`;
}

/** A part of the handshake, on its way. */
class Greeting implements Parcel {
  readonly bytes = 0;
  constructor(readonly arrive: () => void) {}
  giveUp(): void {}
}

/** One attempt to connect. */
class Attempt {
  readonly #network: SimulatedNetwork;
  readonly #name: string;
  readonly #address: Address;
  readonly #completion: Completion<Transport>;
  #over = false;
  #stopClock = () => {};

  constructor(network: SimulatedNetwork, name: string, address: Address, completion: Completion<Transport>) {
    this.#network = network;
    this.#name = name;
    this.#address = address;
    this.#completion = completion;
  }

  start(directory: Directory): void {
    const { site } = this.#network;
    const there = site.linkTo(this.#name);
    site.record("connect", `to ${this.#name} ${keyOf(this.#address)}`);
    const expire = () => this.#fail("ETIMEDOUT", "Nobody answered for too long");
    this.#stopClock = site.loop.in(directory.connectTimeout, expire);
    if (there.timeouts > 0) {
      there.timeouts--;
      site.feel("timeOut");
      return;
    }
    there.carry(new Greeting(() => this.#reach(there, directory.network(this.#name))));
  }

  failSoon(code: string, why: string): void {
    this.#network.site.loop.soon(() => this.#fail(code, why));
  }

  giveUp(): void {
    this.#over = true;
    this.#stopClock();
  }

  /** The greeting has come to the other host. */
  #reach(there: Link, target: SimulatedNetwork | null | undefined): void {
    const { site } = this.#network;
    const refuse = () => {
      this.#answer(() => this.#fail("ECONNREFUSED", `Nothing listens on ${keyOf(this.#address)}`));
    };
    if (there.refusals > 0) {
      there.refusals--;
      site.feel("refuse");
      return refuse();
    }
    if (target === null || target === undefined) return refuse();
    target.knock(this.#address, () => {
      if (this.#network.dead) return null;
      const local = this.#network.ephemeral(this.#address);
      const near = this.#network.open(local, this.#address);
      const far = target.open(this.#address, local);
      connected(near, there, far, target.site.linkTo(site.name));
      this.#answer(() => this.#succeed(near));
      return far;
    }, refuse);
  }

  /** Sends an answer back; nobody hears it once this host is down. */
  #answer(hear: () => void): void {
    const back = this.#network.site.linkFrom(this.#name);
    back.carry(
      new Greeting(() => {
        if (!this.#network.dead) hear();
      }),
    );
  }

  #succeed(end: End): void {
    if (this.#over) return end.close();
    this.giveUp();
    this.#network.site.record("connect", `done, with ${this.#name}`);
    this.#completion.done(end);
  }

  #fail(code: string, why: string): void {
    if (this.#over || this.#network.dead) return;
    this.giveUp();
    this.#network.site.record("connect", `failed, with ${this.#name}: ${code}`);
    const at = `${this.#name} ${keyOf(this.#address)}`;
    this.#completion.failed(new SocketError(`Cannot connect to ${at}: ${why}.`, { code }));
  }
}
