/**
 * The buffer of a channel: values, first in, first out.
 *
 * @module
 */

/** The shortest ring, and the longest that is kept when it runs dry. */
const LEAST = 4, MOST = 65_536;

/** What keeps values until they are asked for, one by one. */
export interface Store<T> {
  /** How many there are. */
  readonly size: number;
  /** Adds one. */
  push(item: T): void;
  /** Takes the next, where there is one. */
  shift(): T;
}

/** Values, first in, first out, in a ring that doubles when it is full. */
export class Fifo<T> implements Store<T> {
  /** Its length is a power of two, so that places wrap with a mask. */
  #ring: (T | undefined)[] = [];
  #head = 0;
  #size = 0;

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds at the back. */
  push(item: T): void {
    if (this.#size === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#size++) & (this.#ring.length - 1)] = item;
  }

  /** Takes from the front of a line that is not empty. */
  shift(): T {
    const ring = this.#ring;
    const item = ring[this.#head] as T;
    ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (ring.length - 1);
    if (--this.#size === 0 && ring.length > MOST) {
      this.#ring = [];
      this.#head = 0;
    }
    return item;
  }

  /** Lays the values out from place 0 of a ring twice as long. */
  #grow(): void {
    const old = this.#ring;
    const ring: (T | undefined)[] = old.slice(this.#head).concat(old.slice(0, this.#head));
    const length = Math.max(LEAST, 2 * old.length);
    while (ring.length < length) ring.push(undefined);
    this.#ring = ring;
    this.#head = 0;
  }
}
