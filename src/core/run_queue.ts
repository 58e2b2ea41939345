/**
 * The run queue: first in, first out, in a ring that grows by doubling and never shifts an array.
 *
 * @module
 */

/** The least length of a ring, and the longest that is kept when it runs dry. Both are powers of two. */
const LEAST = 16, MOST = 65_536;

/** A first-in-first-out queue. Adding and taking cost the same however long it is. */
export class RunQueue<T> {
  /** Its length is a power of two, so that an index wraps with a mask, and there is always room for one more. */
  #ring: (T | undefined)[] = room(LEAST);
  #mask = LEAST - 1;
  #head = 0;
  #tail = 0;

  /** How many wait. */
  get size(): number {
    return (this.#tail - this.#head) & this.#mask;
  }

  /** Adds at the back. */
  push(item: T): void {
    const tail = this.#tail;
    this.#ring[tail] = item;
    this.#tail = (tail + 1) & this.#mask;
    if (this.#tail === this.#head) this.#grow();
  }

  /** Takes from the front; `undefined` when empty. */
  shift(): T | undefined {
    const head = this.#head;
    if (head === this.#tail) return undefined;
    const item = this.#ring[head];
    this.#ring[head] = undefined;
    this.#head = (head + 1) & this.#mask;
    // A ring that a burst had blown up is given back when it runs dry.
    if (this.#mask >= MOST && this.#head === this.#tail) this.#replace(room(LEAST), 0);
    return item;
  }

  /** Brings the item at `index` (0 is the front) to the front, in exchange with the one there. */
  promote(index: number): void {
    const at = (this.#head + index) & this.#mask;
    const front = this.#ring[this.#head];
    this.#ring[this.#head] = this.#ring[at];
    this.#ring[at] = front;
  }

  /** The ring is full: it goes on in one twice as long. */
  #grow(): void {
    const ring = this.#ring, { length } = ring, head = this.#head;
    const next = room<T>(2 * length);
    for (let i = 0; i < length; i++) next[i] = ring[(head + i) & this.#mask];
    this.#replace(next, length);
  }

  #replace(ring: (T | undefined)[], size: number): void {
    this.#ring = ring;
    this.#mask = ring.length - 1;
    this.#head = 0;
    this.#tail = size;
  }
}

function room<T>(length: number): (T | undefined)[] {
  return new Array(length).fill(undefined);
}
