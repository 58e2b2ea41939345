/**
 * One direction of the way between two hosts: how long it takes, how much it carries, and what is wrong with
 * it at present.
 *
 * @module
 */

import type { Loop } from "../loop.ts";
import { Random } from "../random.ts";

/** How bytes travel from one host to another. */
export interface LinkOptions {
  /**
   * Seconds that each piece is on its way: a number, a range `[low, high]`, or a function of a random number
   * source. Default `[0.001, 0.01]`; 0 from a host to itself.
   */
  latency?: number | readonly [low: number, high: number] | ((random: () => number) => number);
  /** Bytes a second. Default `Infinity`. */
  bandwidth?: number;
  /** How many bytes arrive in one piece at most, whatever was sent: a number or a range. Default: as sent. */
  chunk?: number | readonly [low: number, high: number];
  /** Bytes that may be sent and not yet read; then writes wait. Default 65,536. */
  window?: number;
}

/** A piece on its way. */
export interface Parcel {
  /** How large it is. */
  readonly bytes: number;
  /** It has come. */
  arrive(): void;
  /** Its sender has waited long enough. */
  giveUp(): void;
}

/** What keeps a link from delivering. */
export type Blockage = "partition" | "hold";

interface Parked {
  parcel: Parcel;
  cancel: () => void;
}

/** One direction between two hosts. */
export class Link {
  /** The hosts' names. */
  readonly from: string;
  readonly to: string;
  /** Connects that will be refused, and that will time out. */
  refusals = 0;
  timeouts = 0;
  blockage: Blockage | null = null;
  readonly #loop: Loop;
  readonly #random: Random;
  readonly #patience: number;
  readonly #onPark: (why: Blockage) => void;
  #options: LinkOptions;
  #freeAt = 0;
  readonly #parked: Parked[] = [];

  constructor(
    loop: Loop,
    seed: number,
    from: string,
    to: string,
    options: LinkOptions,
    patience: number,
    onPark: (why: Blockage) => void,
  ) {
    this.#loop = loop;
    this.#random = new Random(seed, `link ${from} ${to}`);
    this.from = from;
    this.to = to;
    this.#options = options;
    this.#patience = patience;
    this.#onPark = onPark;
  }

  set(options: LinkOptions): void {
    this.#options = { ...this.#options, ...options };
  }

  get window(): number {
    return this.#options.window ?? 65_536;
  }

  /** How many of `bytes` arrive in the next piece. */
  piece(bytes: number): number {
    const { chunk } = this.#options;
    if (chunk === undefined) return bytes;
    const most = typeof chunk === "number" ? chunk : Math.floor(this.#random.between(chunk[0], chunk[1] + 1));
    return Math.max(1, Math.min(bytes, most));
  }

  /** Sends `parcel`, which arrives later, if the link lets it. */
  carry(parcel: Parcel): void {
    const { bandwidth = Infinity } = this.#options;
    this.#freeAt = Math.max(this.#loop.now, this.#freeAt) + parcel.bytes / bandwidth;
    this.#loop.in(this.#freeAt - this.#loop.now + this.#latency(), () => this.#arrive(parcel));
  }

  #arrive(parcel: Parcel): void {
    if (this.blockage === null) return parcel.arrive();
    this.#onPark(this.blockage);
    this.#park(parcel);
  }

  #park(parcel: Parcel): void {
    const cancel = this.blockage === "hold" ? () => {} : this.#loop.in(this.#patience, () => parcel.giveUp());
    this.#parked.push({ parcel, cancel });
  }

  /** Blocks the link. Whether that changed anything. */
  block(why: Blockage): boolean {
    if (this.blockage === why) return false;
    this.blockage = why;
    for (const parcel of this.#unpark()) this.#park(parcel);
    return true;
  }

  /** Opens the link: what was stopped is sent again. Whether it was blocked in that way. */
  open(why: Blockage): boolean {
    if (this.blockage !== why) return false;
    this.blockage = null;
    for (const parcel of this.#unpark()) this.carry(parcel);
    return true;
  }

  /** Takes out what was stopped. */
  #unpark(): Parcel[] {
    return this.#parked.splice(0).map(({ parcel, cancel }) => {
      cancel();
      return parcel;
    });
  }

  #latency(): number {
    const { latency = this.from === this.to ? 0 : DEFAULT_LATENCY } = this.#options;
    if (typeof latency === "number") return latency;
    const seconds = typeof latency === "function"
      ? latency(() => this.#random.next())
      : this.#random.between(latency[0], latency[1]);
    // Whole microseconds, so that times are easy to read.
    return Math.max(0, Math.round(seconds * 1e6) / 1e6);
  }
}

const DEFAULT_LATENCY = [0.001, 0.01] as const;
