/**
 * The faults that a world has on its agenda: those of a plan, or those that are drawn from the seed.
 *
 * @module
 */

import type { Hosts } from "../hosts.ts";
import type { Loop } from "../loop.ts";
import type { Chaos } from "./chaos.ts";
import { type FaultRates, type FaultSource, faultSources } from "./fault_source.ts";
import type { PlannedFault } from "./planned_fault.ts";

/** Lets faults happen when their time comes, and ends those that have an end. */
export class FaultAgenda {
  /** The faults that have happened, and changed something. */
  readonly happened: PlannedFault[] = [];
  readonly #loop: Loop;
  readonly #hosts: Hosts;
  readonly #chaos: Chaos;

  constructor(loop: Loop, hosts: Hosts, chaos: Chaos) {
    this.#loop = loop;
    this.#hosts = hosts;
    this.#chaos = chaos;
  }

  /** Puts the faults of a plan on the agenda. */
  plan(faults: readonly PlannedFault[]): void {
    for (const fault of faults) this.#loop.faultAt(fault.at, () => this.#apply(fault), true);
  }

  /** Draws faults from the seed, of every kind that has a rate, for as long as the world lasts. */
  draw(rates: FaultRates, seed: number): void {
    for (const source of faultSources(rates, seed)) this.#drawNext(source, rates);
  }

  #drawNext(source: FaultSource, rates: FaultRates): void {
    const time = source.nextTime();
    if (time === Infinity) return;
    const strike = () => {
      const hosts = this.#hosts.all.filter(({ name }) => rates.among?.includes(name) ?? true);
      const fault = source.draw({
        linked: hosts.filter(({ network }) => network?.used).map(({ name }) => name),
        hosts: hosts.filter(({ isMain }) => !isMain).map(({ name }) => name),
      });
      if (fault !== null) this.#apply(fault);
      this.#drawNext(source, rates);
    };
    this.#loop.faultAt(time, strike, false);
  }

  #apply(fault: PlannedFault): void {
    const chaos = this.#chaos;
    const { on, to = "*", lasting = Infinity, oneWay = false, pace = 1_000 } = fault;
    const later = (undo: () => void) => this.#loop.in(lasting, undo);
    let changed = false;
    switch (fault.fault) {
      case "partition":
        changed = chaos.partition(on, to, oneWay);
        if (changed) later(() => chaos.repair(on, to));
        break;
      case "hold":
        changed = chaos.hold(on, to);
        if (changed) later(() => chaos.release(on, to));
        break;
      case "crash":
        changed = chaos.crash(on);
        if (changed) later(() => this.#hosts.get(on).network === null && chaos.restart(on));
        break;
      case "stall":
      case "slow":
        changed = fault.fault === "stall" ? chaos.stall(on) : chaos.slow(on, pace);
        if (changed) later(() => chaos.recover(on));
        break;
      case "reset":
        changed = chaos.reset(on, to);
        break;
      case "refuse":
        changed = chaos.refuse(on, to, 1);
        break;
      case "timeOut":
        changed = chaos.timeOut(on, to, 1);
        break;
    }
    if (changed) this.happened.push(fault);
  }
}
