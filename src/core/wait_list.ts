/**
 * The one wait list under every lock, channel and queue: first come, first served, and a waiter in the
 * middle leaves in constant time. (Trio calls its own a parking lot.)
 *
 * @module
 */

import type { Wait } from "./wait.ts";

/** One place in a {@linkcode WaitList}, with whatever belongs to the wait. */
export class Waiter<V = void> {
  /** The wait: a thread, or a case of its `select`. */
  readonly wait: Wait;
  /** A value that belongs to the wait, such as what the thread sends. */
  value: V;
  /** @ignore The list that it is in, and its neighbours there. */
  list: WaitList<V> | null = null;
  /** @ignore */
  before: Waiter<V> | null = null;
  /** @ignore */
  after: Waiter<V> | null = null;

  /** Makes a place for `wait`. */
  constructor(wait: Wait, value: V) {
    this.wait = wait;
    this.value = value;
  }
}

/** Waits, in the order in which they came. */
export class WaitList<V = void> {
  #first: Waiter<V> | null = null;
  #last: Waiter<V> | null = null;
  #size = 0;

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** The one that has waited longest, which stays in the list. */
  get first(): Waiter<V> | undefined {
    return this.#first ?? undefined;
  }

  /** Adds `wait` at the back. */
  add(wait: Wait, value: V): Waiter<V> {
    const waiter = new Waiter(wait, value);
    waiter.list = this;
    waiter.before = this.#last;
    if (this.#last === null) this.#first = waiter;
    else this.#last.after = waiter;
    this.#last = waiter;
    this.#size++;
    return waiter;
  }

  /** Takes out the one that has waited longest. */
  shift(): Waiter<V> | undefined {
    const first = this.#first;
    if (first === null) return undefined;
    this.remove(first);
    return first;
  }

  /** Takes out `waiter`, wherever it stands; one that is not in this list is left alone. */
  remove(waiter: Waiter<V>): void {
    if (waiter.list !== this) return;
    const { before, after } = waiter;
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    waiter.list = waiter.before = waiter.after = null;
    this.#size--;
  }

  /** The waiters, longest wait first. */
  *[Symbol.iterator](): Iterator<Waiter<V>> {
    for (let waiter = this.#first; waiter !== null;) {
      const { after } = waiter;
      yield waiter;
      waiter = after;
    }
  }
}
