/**
 * One direction of a stream: what is on its way, and arrives in order however the link delays its pieces.
 *
 * @module
 */

import type { Link, Parcel } from "./link.ts";

/** What a piece is: bytes, the end of the stream, or word that the stream is broken. */
export type PieceKind = "data" | "end" | "reset";

/** Where a flow begins or ends. */
export interface Mouth {
  /** Bytes that came and were not read. */
  readonly unread: number;
  /** A piece has come. */
  take(kind: PieceKind, data: Uint8Array, message: number): void;
  /** The peer has read something. */
  roomMade(): void;
  /** The stream breaks here. */
  breakOff(code: string): void;
}

/** One piece of one direction of a stream. */
class Segment implements Parcel {
  arrived = false;
  constructor(
    readonly flow: Flow,
    readonly kind: PieceKind,
    readonly data: Uint8Array,
    readonly message: number,
  ) {}

  get bytes(): number {
    return this.data.length;
  }

  arrive(): void {
    this.arrived = true;
    this.flow.deliver();
  }

  giveUp(): void {
    this.flow.giveUp();
  }
}

/** One direction of a stream: what is on its way, in order. */
export class Flow {
  /** Bytes on their way. */
  inFlight = 0;
  #queue: Segment[] = [];
  #abandoned = false;

  constructor(readonly link: Link, readonly sender: Mouth, readonly receiver: Mouth) {}

  send(kind: PieceKind, data: Uint8Array, message: number): void {
    if (this.#abandoned && kind !== "reset") return;
    const segment = new Segment(this, kind, data, message);
    this.inFlight += data.length;
    this.#queue.push(segment);
    this.link.carry(segment);
  }

  /** Hands over what has arrived and is next; what overtook it waits. */
  deliver(): void {
    while (this.#queue[0]?.arrived) {
      const segment = this.#queue.shift()!;
      this.inFlight -= segment.bytes;
      this.receiver.take(segment.kind, segment.data, segment.message);
    }
  }

  /** Nothing that is on its way arrives, and nothing more is sent. */
  abandon(): void {
    this.#queue = [];
    this.inFlight = 0;
    this.#abandoned = true;
  }

  giveUp(): void {
    if (this.#queue.length === 0) return;
    this.sender.breakOff("ETIMEDOUT");
  }
}
