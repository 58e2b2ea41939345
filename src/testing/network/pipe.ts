/**
 * A pipe: one direction of a stream. Its pieces arrive in order, however the link delays each of them.
 *
 * @module
 */

import type { Link, Packet } from "./link.ts";

/** What a piece is: bytes, the end of the stream, or the news that the stream is broken. */
export type PieceKind = "data" | "end" | "reset";

/** What a pipe needs of the stream at either of its ends. */
export interface PipeEnd {
  /** How many bytes have arrived and were not read. */
  readonly unread: number;
  /** A piece has arrived. */
  take(kind: PieceKind, data: Uint8Array, message: number): void;
  /** The peer has read something, so that there is room in its window again. */
  roomMade(): void;
  /** The stream breaks at this end. */
  breakOff(code: string): void;
}

/** One piece on its way. */
class Segment implements Packet {
  readonly pipe: Pipe;
  readonly kind: PieceKind;
  readonly data: Uint8Array;
  /** The number of the message in the history. */
  readonly message: number;
  arrived = false;

  constructor(pipe: Pipe, kind: PieceKind, data: Uint8Array, message: number) {
    this.pipe = pipe;
    this.kind = kind;
    this.data = data;
    this.message = message;
  }

  get bytes(): number {
    return this.data.length;
  }

  arrive(): void {
    this.arrived = true;
    this.pipe.deliver();
  }

  giveUp(): void {
    this.pipe.giveUp();
  }
}

/** One direction of a stream, with the pieces that are on their way. */
export class Pipe {
  readonly link: Link;
  readonly sender: PipeEnd;
  readonly receiver: PipeEnd;
  /** How many bytes are on their way. */
  inFlight = 0;
  /** The pieces on their way, in the order in which they were sent. */
  #queue: Segment[] = [];
  #abandoned = false;

  constructor(link: Link, sender: PipeEnd, receiver: PipeEnd) {
    this.link = link;
    this.sender = sender;
    this.receiver = receiver;
  }

  /** Sends one piece. */
  send(kind: PieceKind, data: Uint8Array, message: number): void {
    if (this.#abandoned && kind !== "reset") return;
    const segment = new Segment(this, kind, data, message);
    this.inFlight += data.length;
    this.#queue.push(segment);
    this.link.carry(segment);
  }

  /** Hands over the pieces that are next and have arrived; a piece that overtook others waits for them. */
  deliver(): void {
    while (this.#queue[0]?.arrived) {
      const segment = this.#queue.shift()!;
      this.inFlight -= segment.bytes;
      this.receiver.take(segment.kind, segment.data, segment.message);
    }
  }

  /** Drops what is on its way, and sends nothing more but a reset. */
  abandon(): void {
    this.#queue = [];
    this.inFlight = 0;
    this.#abandoned = true;
  }

  /** A piece was stopped for too long: the stream breaks at the end that sends, unless the piece was dropped. */
  giveUp(): void {
    if (this.#queue.length === 0) return;
    this.sender.breakOff("ETIMEDOUT");
  }
}
