/**
 * Everything that can go wrong in a world: each fault as a verb, which happens at once and is counted.
 *
 * @module
 */

import type { Journal } from "../history/journal.ts";
import type { Hosts } from "../hosts.ts";
import type { Link } from "../network/link.ts";
import type { Links } from "../network/links.ts";
import type { SimulatedHost } from "../simulated_host.ts";
import { type FaultCounts, type FaultKind, noFaults } from "./fault_kinds.ts";

/**
 * Injects faults into one world. A fault that changes nothing is not counted; where a method says `boolean`, it
 * tells whether something changed. The host name `"*"` stands for every host.
 */
export class Chaos {
  /** How many faults of each kind were injected. */
  readonly injected: FaultCounts = noFaults();
  /** How often programs have felt each kind. */
  readonly felt: FaultCounts;
  readonly #hosts: Hosts;
  readonly #links: Links;
  readonly #journal: Journal;

  constructor(hosts: Hosts, links: Links, journal: Journal, felt: FaultCounts) {
    this.#hosts = hosts;
    this.#links = links;
    this.#journal = journal;
    this.felt = felt;
  }

  partition(a: string, b: string, oneWay: boolean): boolean {
    const changed = this.#eachLink(a, b, oneWay, (link) => link.block("partition"));
    return this.#count("partition", changed, `partition ${a} ${oneWay ? "->" : "<->"} ${b}`);
  }

  repair(a: string, b: string): void {
    if (this.#eachLink(a, b, false, (link) => link.unblock("partition"))) {
      this.#record(`repair ${a} <-> ${b}`);
    }
  }

  hold(a: string, b: string): boolean {
    const changed = this.#eachLink(a, b, false, (link) => link.block("hold"));
    return this.#count("hold", changed, `hold ${a} <-> ${b}`);
  }

  release(a: string, b: string): void {
    if (this.#eachLink(a, b, false, (link) => link.unblock("hold"))) {
      this.#record(`release ${a} <-> ${b}`);
    }
  }

  reset(a: string, b: string): boolean {
    const resetEnds = (one: SimulatedHost, other: SimulatedHost) => one.network?.reset(other.name) ?? 0;
    const ends = this.#sum(a, b, resetEnds) + this.#sum(b, a, resetEnds);
    this.felt.reset += ends;
    return this.#count("reset", ends > 0, `reset ${a} <-> ${b}: ${ends} ends`);
  }

  refuse(a: string, b: string, times: number): boolean {
    const changed = this.#eachLink(a, b, true, (link) => (link.refusals += times, true));
    return this.#count("refuse", changed, `refuse ${times} connects ${a} -> ${b}`, times);
  }

  timeOut(a: string, b: string, times: number): boolean {
    const changed = this.#eachLink(a, b, true, (link) => (link.timeouts += times, true));
    return this.#count("timeOut", changed, `time out ${times} connects ${a} -> ${b}`, times);
  }

  crash(name: string): boolean {
    const host = this.#hosts.get(name);
    if (host.isMain) throw new TypeError(`The main host cannot crash: it is the simulation itself.`);
    if (host.network === null) return false;
    this.felt.crash += host.incarnation!.scheduler.threads.length;
    this.#count("crash", true, `crash ${name}`);
    host.crash();
    return true;
  }

  restart(name: string): void {
    this.crash(name);
    const host = this.#hosts.get(name);
    this.#count("restart", true, `restart ${name}`);
    this.felt.restart++;
    this.#hosts.boot(host);
  }

  stall(name: string): boolean {
    return this.#count("stall", this.#setPace(name, 0), `stall ${name}`);
  }

  slow(name: string, bytesPerSecond: number): boolean {
    if (!(bytesPerSecond > 0)) {
      throw new RangeError(`slow() takes bytes per second, more than 0; got ${bytesPerSecond}.`);
    }
    const changed = this.#setPace(name, bytesPerSecond);
    return this.#count("slow", changed, `slow ${name} to ${bytesPerSecond} bytes/s`);
  }

  recover(name: string): void {
    if (this.#setPace(name, Infinity)) this.#record(`recover ${name}`);
  }

  #setPace(name: string, pace: number): boolean {
    const host = this.#hosts.get(name);
    if (host.pace === pace) return false;
    host.pace = pace;
    host.network?.paceChanged();
    return true;
  }

  /** Counts and records a fault, if it changed something. */
  #count(kind: FaultKind, changed: boolean, text: string, times = 1): boolean {
    if (!changed) return false;
    this.injected[kind] += times;
    this.#record(text);
    return true;
  }

  #record(text: string): void {
    this.#journal.record("fault", "", text);
  }

  /** Calls `act` for every link from `a` to `b`, and back unless `oneWay`; whether any call changed something. */
  #eachLink(a: string, b: string, oneWay: boolean, act: (link: Link) => boolean): boolean {
    const actBetween = (one: SimulatedHost, other: SimulatedHost) => {
      const there = act(this.#links.between(one.name, other.name));
      return (!oneWay && act(this.#links.between(other.name, one.name))) || there ? 1 : 0;
    };
    return this.#sum(a, b, actBetween) > 0;
  }

  /** Adds up what `act` returns for every pair of hosts with these names. `"*"` leaves out the host itself. */
  #sum(a: string, b: string, act: (a: SimulatedHost, b: SimulatedHost) => number): number {
    let sum = 0;
    for (const one of this.#named(a)) {
      for (const other of this.#named(b)) {
        if (one !== other || (a !== "*" && b !== "*")) sum += act(one, other);
      }
    }
    return sum;
  }

  #named(name: string): readonly SimulatedHost[] {
    return name === "*" ? this.#hosts.all : [this.#hosts.get(name)];
  }
}
