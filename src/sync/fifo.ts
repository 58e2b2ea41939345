/**
 * Values in line: what a channel has buffered.
 *
 * @module
 */

/** A line that is moved up only when more than half of it has gone: taking costs the same however long it is. */
export class Fifo<T> {
  readonly #items: (T | undefined)[] = [];
  #head = 0;

  /** How many there are. */
  get size(): number {
    return this.#items.length - this.#head;
  }

  /** Adds at the back. */
  push(item: T): void {
    this.#items.push(item);
  }

  /** Takes from the front of a line that is not empty. */
  shift(): T {
    const items = this.#items;
    const item = items[this.#head] as T;
    items[this.#head++] = undefined;
    if (this.#head === items.length) {
      items.length = this.#head = 0;
    } else if (this.#head >= 32 && this.#head * 2 > items.length) {
      items.copyWithin(0, this.#head);
      items.length -= this.#head;
      this.#head = 0;
    }
    return item;
  }
}
