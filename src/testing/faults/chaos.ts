/**
 * What goes wrong in a world: every fault as a verb, those that were planned or drawn, and the counts.
 *
 * @module
 */

import { type FaultCounts, type FaultKind, noFaults } from "./fault_kinds.ts";
import type { Link } from "../network/link.ts";
import type { Loop } from "../loop.ts";
import type { Machine } from "../simulated_host.ts";
import { type FaultRates, type FaultSource, faultSources, type PlannedFault } from "./plan.ts";

/** What faults strike at. */
export interface Terrain {
  readonly loop: Loop;
  readonly machines: ReadonlyMap<string, Machine>;
  /** The host called `name`; an error if there is none. */
  machine(name: string): Machine;
  link(from: string, to: string): Link;
  /** Starts the host's program. */
  boot(machine: Machine): void;
  /** Writes a fault into the history. */
  recordFault(text: string): void;
}

/** The faults of one world. */
export class Chaos {
  readonly injected: FaultCounts = noFaults();
  readonly felt: FaultCounts = noFaults();
  /** What was planned or drawn, and has happened. */
  readonly happened: PlannedFault[] = [];
  readonly #terrain: Terrain;

  constructor(terrain: Terrain) {
    this.#terrain = terrain;
  }

  /** Puts faults on the agenda: the planned ones, or else drawn ones. */
  prepare(plan: readonly PlannedFault[] | undefined, rates: FaultRates | undefined, seed: number): void {
    const { loop } = this.#terrain;
    if (plan !== undefined) {
      for (const fault of plan) loop.faultAt(fault.at, () => this.#apply(fault), true);
    } else if (rates !== undefined) {
      for (const source of faultSources(rates, seed)) this.#follow(source, rates);
    }
  }

  #follow(source: FaultSource, rates: FaultRates): void {
    const { loop, machines } = this.#terrain;
    const time = source.nextTime();
    if (time === Infinity) return;
    const strike = () => {
      const present = [...machines.values()].filter(({ name }) => rates.among?.includes(name) ?? true);
      const fault = source.draw({
        linked: present.filter(({ network }) => network?.used).map(({ name }) => name),
        hosts: present.filter(({ main }) => !main).map(({ name }) => name),
      });
      if (fault !== null) this.#apply(fault);
      this.#follow(source, rates);
    };
    loop.faultAt(time, strike, false);
  }

  #apply(fault: PlannedFault): void {
    const { on, to = "*", lasting = Infinity, oneWay = false, pace = 1_000 } = fault;
    const later = (undo: () => void) => this.#terrain.loop.in(lasting, undo);
    let struck = false;
    switch (fault.fault) {
      case "partition":
        struck = this.partition(on, to, oneWay);
        if (struck) later(() => this.repair(on, to));
        break;
      case "hold":
        struck = this.hold(on, to);
        if (struck) later(() => this.release(on, to));
        break;
      case "crash":
        struck = this.crash(on);
        if (struck) later(() => this.#terrain.machine(on).network === null && this.restart(on));
        break;
      case "stall":
      case "slow":
        struck = fault.fault === "stall" ? this.stall(on) : this.slow(on, pace);
        if (struck) later(() => this.recover(on));
        break;
      case "reset":
        struck = this.reset(on, to);
        break;
      case "refuse":
        struck = this.refuse(on, to, 1);
        break;
      case "timeOut":
        struck = this.timeOut(on, to, 1);
        break;
    }
    if (struck) this.happened.push(fault);
  }

  partition(a: string, b: string, oneWay: boolean): boolean {
    const changed = this.#links(a, b, oneWay, (link) => link.block("partition"));
    return this.#did("partition", changed, `partition ${a} ${oneWay ? "->" : "<->"} ${b}`);
  }

  repair(a: string, b: string): void {
    if (this.#links(a, b, false, (link) => link.open("partition"))) {
      this.#terrain.recordFault(`repair ${a} <-> ${b}`);
    }
  }

  hold(a: string, b: string): boolean {
    const changed = this.#links(a, b, false, (link) => link.block("hold"));
    return this.#did("hold", changed, `hold ${a} <-> ${b}`);
  }

  release(a: string, b: string): void {
    if (this.#links(a, b, false, (link) => link.open("hold"))) {
      this.#terrain.recordFault(`release ${a} <-> ${b}`);
    }
  }

  reset(a: string, b: string): boolean {
    const broken = this.#count(a, b, (one, other) => one.network?.reset(other.name) ?? 0) +
      this.#count(b, a, (one, other) => one.network?.reset(other.name) ?? 0);
    this.felt.reset += broken;
    return this.#did("reset", broken > 0, `reset ${a} <-> ${b}: ${broken} ends`);
  }

  refuse(a: string, b: string, times: number): boolean {
    const changed = this.#links(a, b, true, (link) => (link.refusals += times, true));
    return this.#did("refuse", changed, `refuse ${times} connects ${a} -> ${b}`, times);
  }

  timeOut(a: string, b: string, times: number): boolean {
    const changed = this.#links(a, b, true, (link) => (link.timeouts += times, true));
    return this.#did("timeOut", changed, `time out ${times} connects ${a} -> ${b}`, times);
  }

  crash(name: string): boolean {
    const machine = this.#terrain.machine(name);
    if (machine.main) throw new TypeError(`The main host cannot crash: it is the simulation itself.`);
    if (machine.network === null) return false;
    this.felt.crash += machine.life!.scheduler.threads.length;
    this.#did("crash", true, `crash ${name}`);
    machine.crash();
    return true;
  }

  restart(name: string): void {
    this.crash(name);
    const machine = this.#terrain.machine(name);
    this.#did("restart", true, `restart ${name}`);
    this.felt.restart++;
    this.#terrain.boot(machine);
  }

  stall(name: string): boolean {
    return this.#did("stall", this.#setPace(name, 0), `stall ${name}`);
  }

  slow(name: string, bytesPerSecond: number): boolean {
    if (!(bytesPerSecond > 0)) {
      throw new RangeError(`slow() takes bytes per second, more than 0; got ${bytesPerSecond}.`);
    }
    const changed = this.#setPace(name, bytesPerSecond);
    return this.#did("slow", changed, `slow ${name} to ${bytesPerSecond} bytes/s`);
  }

  recover(name: string): void {
    if (this.#setPace(name, Infinity)) this.#terrain.recordFault(`recover ${name}`);
  }

  #setPace(name: string, pace: number): boolean {
    const machine = this.#terrain.machine(name);
    if (machine.pace === pace) return false;
    machine.pace = pace;
    machine.network?.paceChanged();
    return true;
  }

  /** Counts a fault that changed something. */
  #did(kind: FaultKind, changed: boolean, text: string, times = 1): boolean {
    if (!changed) return false;
    this.injected[kind] += times;
    this.#terrain.recordFault(text);
    return true;
  }

  /** Acts on every link from `a` to `b`, and back unless `oneWay`; whether any act changed something. */
  #links(a: string, b: string, oneWay: boolean, act: (link: Link) => boolean): boolean {
    const both = (one: Machine, other: Machine) => {
      const there = act(this.#terrain.link(one.name, other.name));
      return (!oneWay && act(this.#terrain.link(other.name, one.name))) || there ? 1 : 0;
    };
    return this.#count(a, b, both) > 0;
  }

  #count(a: string, b: string, act: (a: Machine, b: Machine) => number): number {
    let count = 0;
    for (const one of this.#named(a)) {
      for (const other of this.#named(b)) {
        if (one !== other || (a !== "*" && b !== "*")) count += act(one, other);
      }
    }
    return count;
  }

  #named(name: string): readonly Machine[] {
    return name === "*" ? [...this.#terrain.machines.values()] : [this.#terrain.machine(name)];
  }
}
