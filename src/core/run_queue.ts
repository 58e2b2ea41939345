/**
 * The run queue: first in, first out, in a ring that grows by doubling and never shifts an array.
 *
 * @module
 */

/** A first-in-first-out queue. Adding and taking cost the same however long it is. */
export class RunQueue<T> {
  /** Length is a power of two, so that an index wraps with a mask. */
  #ring: (T | undefined)[] = new Array(16).fill(undefined);
  #head = 0;
  #size = 0;

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** Adds at the back. */
  push(item: T): void {
    if (this.#size === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#size++) & (this.#ring.length - 1)] = item;
  }

  /** Takes from the front; `undefined` when empty. */
  shift(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    // A ring that a burst had blown up is given back when it runs dry.
    if (--this.#size === 0 && this.#ring.length > 65_536) {
      this.#ring = new Array(16).fill(undefined), this.#head = 0;
    }
    return item;
  }

  /** Brings the item at `index` (0 is the front) to the front, in exchange with the one there. */
  promote(index: number): void {
    const mask = this.#ring.length - 1;
    const at = (this.#head + index) & mask;
    const front = this.#ring[this.#head];
    this.#ring[this.#head] = this.#ring[at];
    this.#ring[at] = front;
  }

  #grow(): void {
    const ring = this.#ring;
    const { length } = ring;
    const head = this.#head;
    const next: (T | undefined)[] = new Array(length * 2);
    for (let i = 0; i < length; i++) next[i] = ring[(head + i) & (length - 1)];
    for (let i = length; i < length * 2; i++) next[i] = undefined;
    this.#ring = next;
    this.#head = 0;
  }
}
