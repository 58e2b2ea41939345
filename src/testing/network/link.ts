/**
 * A link: one direction between two hosts. It knows how long packets take, how many bytes a second it carries,
 * and which faults it has at present.
 *
 * @module
 */

import type { FaultCounts } from "../faults/fault_kinds.ts";
import type { Loop } from "../loop.ts";
import { Random } from "../random.ts";

/** How bytes travel from one host to another. */
export interface LinkOptions {
  /**
   * Seconds that each packet is on its way: a number, a range `[low, high]`, or a function that is given a source
   * of random numbers. Default `[0.001, 0.01]`; 0 from a host to itself.
   */
  latency?: number | readonly [low: number, high: number] | ((random: () => number) => number);
  /** Bytes a second. Default `Infinity`. */
  bandwidth?: number;
  /** The most bytes that arrive in one piece, however many were sent: a number or a range. Default: as sent. */
  chunk?: number | readonly [low: number, high: number];
  /** How many bytes may be sent and not yet read; after that, writes wait. Default 65,536. */
  window?: number;
}

/** What a link carries. */
export interface Packet {
  /** Its size. */
  readonly bytes: number;
  /** Called when the packet has arrived. */
  arrive(): void;
  /** Called when a partition has stopped the packet for longer than its sender waits. */
  giveUp(): void;
}

/** A fault that keeps a link from delivering. */
export type Blockage = "partition" | "hold";

/** What all the links of a world have in common. */
export interface LinkContext {
  readonly loop: Loop;
  readonly seed: number;
  /** Seconds that a partition may stop a packet until its sender gives up. */
  readonly patience: number;
  /** How often each kind of fault was felt; a link adds to these counts. */
  readonly felt: FaultCounts;
}

/** A packet that a blocked link has stopped. */
interface StoppedPacket {
  packet: Packet;
  /** Stops the clock after which the sender gives up. */
  stopClock: () => void;
}

/** One direction between two hosts. */
export class Link {
  /** The name of the host that sends on this link. */
  readonly from: string;
  /** The name of the host that receives. */
  readonly to: string;
  /** How many of the next connects will be refused. */
  refusals = 0;
  /** How many of the next connects will time out. */
  timeouts = 0;
  /** The fault that blocks the link; `null` while it delivers. */
  blockage: Blockage | null = null;
  readonly #context: LinkContext;
  readonly #random: Random;
  #options: LinkOptions;
  /** When the last packet has left, so that the next one can be sent. */
  #freeAt = 0;
  readonly #stopped: StoppedPacket[] = [];

  constructor(from: string, to: string, options: LinkOptions, context: LinkContext) {
    this.from = from;
    this.to = to;
    this.#options = options;
    this.#context = context;
    this.#random = new Random(context.seed, `link ${from} ${to}`);
  }

  /** Changes the given options, and keeps the others. */
  set(options: LinkOptions): void {
    this.#options = { ...this.#options, ...options };
  }

  /** How many bytes may be sent and not yet read. */
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

  /** Sends `packet`. It arrives later, unless the link is blocked at that time. */
  carry(packet: Packet): void {
    const { loop } = this.#context;
    const { bandwidth = Infinity } = this.#options;
    this.#freeAt = Math.max(loop.now, this.#freeAt) + packet.bytes / bandwidth;
    loop.in(this.#freeAt - loop.now + this.#latency(), () => this.#arrive(packet));
  }

  #arrive(packet: Packet): void {
    if (this.blockage === null) return packet.arrive();
    this.#context.felt[this.blockage]++;
    this.#stop(packet);
  }

  #stop(packet: Packet): void {
    const { loop, patience } = this.#context;
    const stopClock = this.blockage === "hold" ? () => {} : loop.in(patience, () => packet.giveUp());
    this.#stopped.push({ packet, stopClock });
  }

  /** Blocks the link; whether that changed anything. */
  block(blockage: Blockage): boolean {
    if (this.blockage === blockage) return false;
    this.blockage = blockage;
    for (const packet of this.#takeStopped()) this.#stop(packet);
    return true;
  }

  /** Ends a blockage of this kind, and sends again what it stopped; whether there was one. */
  unblock(blockage: Blockage): boolean {
    if (this.blockage !== blockage) return false;
    this.blockage = null;
    for (const packet of this.#takeStopped()) this.carry(packet);
    return true;
  }

  /** Takes out every packet that the link has stopped. */
  #takeStopped(): Packet[] {
    return this.#stopped.splice(0).map(({ packet, stopClock }) => {
      stopClock();
      return packet;
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
