/**
 * Values in an order of the program's: what a priority queue has buffered.
 *
 * @module
 */

import type { Store } from "./fifo.ts";

/** Whether, and which way round, two values come one before the other, as `Array.sort` is told. */
export type Order<T> = (a: T, b: T) => number;

interface Entry<T> {
  readonly item: T;
  /** When it came: equal ones keep their order. */
  readonly place: number;
}

/**
 * A binary heap. The order is the program's, and may throw: nothing is moved before all has been compared, so that nothing
 * is lost by that.
 */
export class Heap<T> implements Store<T> {
  readonly #order: Order<T>;
  readonly #entries: Entry<T>[] = [];
  #count = 0;

  constructor(order: Order<T>) {
    this.#order = order;
  }

  get size(): number {
    return this.#entries.length;
  }

  push(item: T): void {
    const entries = this.#entries, entry = { item, place: this.#count };
    let top = entries.length;
    while (top > 0 && this.#before(entry, entries[above(top)]!)) top = above(top);
    this.#count++;
    for (let at = entries.length; at > top; at = above(at)) entries[at] = entries[above(at)]!;
    entries[top] = entry;
  }

  shift(): T {
    const entries = this.#entries, first = entries[0]!, last = entries[entries.length - 1]!;
    // The places from the top down whose entries move up by one, to make room for the last.
    const path: number[] = [];
    const length = entries.length - 1;
    for (let at = 0; length > 0;) {
      let least = 2 * at + 1;
      if (least >= length) break;
      if (least + 1 < length && this.#before(entries[least + 1]!, entries[least]!)) least++;
      if (this.#before(last, entries[least]!)) break;
      path.push(at = least);
    }
    entries.pop();
    if (length > 0) {
      let at = 0;
      for (const next of path) {
        entries[at] = entries[next]!;
        at = next;
      }
      entries[at] = last;
    }
    return first.item;
  }

  #before(a: Entry<T>, b: Entry<T>): boolean {
    const order = this.#order(a.item, b.item);
    return order < 0 || !(order > 0) && a.place < b.place;
  }
}

function above(place: number): number {
  return (place - 1) >> 1;
}
