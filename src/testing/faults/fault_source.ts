/**
 * Draws faults at random: which happen, when, and where, at the rates that the option `faults` gives.
 *
 * @module
 */

import { Random } from "../random.ts";
import { FAULTS } from "./fault_kinds.ts";
import type { PlannedFault, PlannedKind } from "./planned_fault.ts";

/** How many faults of each kind to expect in a virtual second, and how they are drawn. */
export interface FaultRates extends Partial<Record<PlannedKind, number>> {
  /** Seconds that a fault lasts, if it is of a kind that ends: a range. Default `[0.1, 2]`. */
  lasting?: readonly [shortest: number, longest: number];
  /** The earliest time at which a fault may happen. Default 0. */
  after?: number;
  /** The latest. Default `Infinity`. */
  until?: number;
  /** The only hosts that are hit. Default: all that have used the network; the main host never crashes. */
  among?: readonly string[];
}

/** Whether a kind of fault is one of a link between two hosts. */
function isBetween(kind: PlannedKind): boolean {
  return kind !== "crash" && kind !== "stall" && kind !== "slow";
}

/** The hosts that a fault may hit at this moment. */
export interface Targets {
  /** For faults of links. */
  linked: readonly string[];
  /** For crashes and stalls, and for hosts that become slow. */
  hosts: readonly string[];
}

/** Draws the faults of one kind, one after another. */
export class FaultSource {
  readonly kind: PlannedKind;
  readonly #random: Random;
  readonly #rate: number;
  readonly #lasting: readonly [number, number];
  readonly #until: number;
  /** The time that was drawn last. */
  #at: number;

  constructor(kind: PlannedKind, rates: FaultRates, seed: number) {
    this.kind = kind;
    this.#rate = rates[kind] ?? 0;
    this.#random = new Random(seed, `fault ${kind}`);
    this.#lasting = rates.lasting ?? [0.1, 2];
    this.#until = rates.until ?? Infinity;
    this.#at = rates.after ?? 0;
  }

  /** Draws the time of the next fault; `Infinity` if there is none. */
  nextTime(): number {
    if (!(this.#rate > 0)) return Infinity;
    this.#at += -Math.log(1 - this.#random.next()) / this.#rate;
    this.#at = milliseconds(this.#at);
    return this.#at <= this.#until ? this.#at : Infinity;
  }

  /**
   * Draws the fault that happens then; `null` if there is no host that it could hit. It takes as many random
   * numbers in either case, so that later faults do not depend on it.
   */
  draw(targets: Targets): PlannedFault | null {
    const first = this.#random.next(), second = this.#random.next();
    const oneWay = this.#random.next() < 0.3;
    const lasting = milliseconds(this.#random.between(...this.#lasting));
    const { kind } = this;
    const candidates = isBetween(kind) ? targets.linked : targets.hosts;
    const on = candidates[Math.floor(first * candidates.length)];
    if (on === undefined) return null;
    const fault: PlannedFault = { at: this.#at, fault: kind, on };
    if (isBetween(kind)) {
      const others = candidates.filter((name) => name !== on);
      const to = others[Math.floor(second * others.length)];
      if (to === undefined) return null;
      fault.to = to;
      if (kind === "partition" && oneWay) fault.oneWay = true;
    }
    if (kind === "slow") fault.pace = Math.round(10 ** (2 + 3 * second));
    if (kind !== "reset" && kind !== "refuse" && kind !== "timeOut") fault.lasting = lasting;
    return fault;
  }
}

/** A source for each kind that has a rate. */
export function faultSources(rates: FaultRates, seed: number): FaultSource[] {
  return FAULTS.filter((kind): kind is PlannedKind => kind !== "restart" && (rates[kind] ?? 0) > 0)
    .map((kind) => new FaultSource(kind, rates, seed));
}

function milliseconds(seconds: number): number {
  return Math.max(0.001, Math.round(seconds * 1_000) / 1_000);
}
