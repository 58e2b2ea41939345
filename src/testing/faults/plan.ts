/**
 * Faults to come: drawn from the seed at given rates, or written down.
 *
 * @module
 */

import { type FaultKind, FAULTS } from "./fault_kinds.ts";
import { Random } from "../random.ts";

/** A kind of fault that can be planned: `restart` is how a crash ends. */
export type PlannedKind = Exclude<FaultKind, "restart">;

/** How many of each kind of fault to expect in a virtual second, and how they are drawn. */
export interface FaultRates extends Partial<Record<PlannedKind, number>> {
  /** Seconds that those last which have an end: a range. Default `[0.1, 2]`. */
  lasting?: readonly [shortest: number, longest: number];
  /** When the first may come. Default 0. */
  after?: number;
  /** When the last may come. Default `Infinity`. */
  until?: number;
  /** The only hosts that are hit. Default: all that have used the network; the main one never crashes. */
  among?: readonly string[];
}

/** One fault, written down. */
export interface PlannedFault {
  /** Virtual seconds since the world began. */
  at: number;
  /** What happens. */
  fault: PlannedKind;
  /** The host that it happens to, or from which nothing gets through. */
  on: string;
  /** The host at the other end, for faults of links. */
  to?: string;
  /** For a partition: whether only the way from `on` to `to` is cut. */
  oneWay?: boolean;
  /** For a slow host: bytes a second that it reads. Default 1,000. */
  pace?: number;
  /** Seconds until it is over; it stays if left out. */
  lasting?: number;
}

/** Whether a kind of fault is between two hosts. */
export function isBetween(kind: PlannedKind): boolean {
  return kind !== "crash" && kind !== "stall" && kind !== "slow";
}

/** Where drawn faults may strike at this moment. */
export interface Targets {
  /** Hosts whose links may be hit. */
  linked: readonly string[];
  /** Hosts that may crash, stall or slow down. */
  hosts: readonly string[];
}

/** Draws the faults of one kind, one after another. */
export class FaultSource {
  readonly #random: Random;
  readonly #rate: number;
  readonly #lasting: readonly [number, number];
  readonly #until: number;
  #at: number;

  constructor(readonly kind: PlannedKind, rates: FaultRates, seed: number) {
    this.#rate = rates[kind] ?? 0;
    this.#random = new Random(seed, `fault ${kind}`);
    this.#lasting = rates.lasting ?? [0.1, 2];
    this.#until = rates.until ?? Infinity;
    this.#at = rates.after ?? 0;
  }

  /** When the next one comes; `Infinity` if none does. */
  nextTime(): number {
    if (!(this.#rate > 0)) return Infinity;
    this.#at += -Math.log(1 - this.#random.next()) / this.#rate;
    this.#at = milliseconds(this.#at);
    return this.#at <= this.#until ? this.#at : Infinity;
  }

  /** What it is, if there is anything that it could hit. As much is drawn either way. */
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

/** The sources of every kind that has a rate. */
export function faultSources(rates: FaultRates, seed: number): FaultSource[] {
  return FAULTS.filter((kind): kind is PlannedKind => kind !== "restart" && (rates[kind] ?? 0) > 0)
    .map((kind) => new FaultSource(kind, rates, seed));
}

function milliseconds(seconds: number): number {
  return Math.max(0.001, Math.round(seconds * 1_000) / 1_000);
}
