/**
 * The names of locks, channels, ... in reports: the name that was given, or the kind and a number.
 *
 * @module
 */

import type { Scheduler } from "../core/mod.ts";

/** How many nameless things of each kind the threads of a scheduler have waited for. */
const counts = new WeakMap<Scheduler, Map<string, number>>();

/**
 * The name of one thing. A nameless one is numbered when a thread first waits for it, so that equal runs
 * number alike.
 */
export class Label {
  readonly #kind: string;
  #words: string | null;

  constructor(kind: string, name?: string) {
    this.#kind = kind;
    this.#words = name === undefined ? null : `${kind} "${name}"`;
  }

  /** Numbers the thing, if it has no name: a thread of `scheduler` is going to wait for it. */
  number(scheduler: Scheduler): void {
    if (this.#words === null) this.#words = this.#next(scheduler);
  }

  #next(scheduler: Scheduler): string {
    let ofScheduler = counts.get(scheduler);
    if (ofScheduler === undefined) counts.set(scheduler, ofScheduler = new Map());
    const count = (ofScheduler.get(this.#kind) ?? 0) + 1;
    ofScheduler.set(this.#kind, count);
    return `${this.#kind}-${count}`;
  }

  toString(): string {
    return this.#words ?? `a ${this.#kind}`;
  }
}
