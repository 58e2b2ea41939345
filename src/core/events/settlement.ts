/**
 * One `then` of a promise, which serves one wait after another.
 *
 * A promise keeps what was passed to its `then` until it settles. A thread that waits for a long-lived promise again and
 * again, as in a loop of `select`, must not leave one callback there for each wait.
 *
 * @module
 */

import type { Wait } from "../wait.ts";

/** One `then` of a promise, and the wait that it serves now. */
export class Settlement {
  /** The next of those that serve no wait. */
  next: Settlement | null = null;
  #wait: Wait | null;
  #settled = false;

  /** Calls `promise.then`, which also handles a rejection, and ends `wait`, if there is one, when it settles. */
  constructor(promise: PromiseLike<unknown>, wait: Wait | null) {
    this.#wait = wait; // a thenable may call back at once
    promise.then((value) => this.#settle()?.resume(value), (error) => this.#settle()?.raise(error));
  }

  /** Whether the promise has settled, so that this calls back no more. */
  get settled(): boolean {
    return this.#settled;
  }

  /** From now on ends `wait` when the promise settles; with `null`, none. */
  serve(wait: Wait | null): this {
    this.#wait = wait;
    return this;
  }

  #settle(): Wait | null {
    this.#settled = true;
    return this.#wait;
  }
}

/** Returns the promise from its constructor, so that a subclass puts its private fields on the promise. */
class Itself {
  constructor(promise: PromiseLike<unknown>) {
    return promise as unknown as Itself;
  }
}

/**
 * The settlements of a promise that serve no wait now, in a private field of the promise itself: nobody sees it, it ends
 * with the promise, and a WeakMap takes ten times as long.
 */
class Idle extends Itself {
  #first: Settlement | null;

  constructor(promise: PromiseLike<unknown>, first: Settlement | null) {
    super(promise);
    this.#first = first;
  }

  static has(promise: PromiseLike<unknown>): promise is PromiseLike<unknown> & Idle {
    return #first in promise;
  }

  static take(promise: PromiseLike<unknown>): Settlement | null {
    if (!Idle.has(promise)) return null;
    const first = promise.#first;
    if (first !== null) promise.#first = first.next;
    return first;
  }

  static add(promise: PromiseLike<unknown>, settlement: Settlement): void {
    if (!Idle.has(promise)) return void new Idle(promise, settlement);
    settlement.next = promise.#first;
    promise.#first = settlement;
  }
}

/**
 * Handles a rejection of `promise`, so that it never reaches the process, whether or not a thread waits for it. A promise
 * with a `then` of its own may start its work when that is called, so it is left alone until a thread waits.
 */
export function handle(promise: PromiseLike<unknown>): void {
  if (!Idle.has(promise) && promise.then === Promise.prototype.then) {
    Idle.add(promise, new Settlement(promise, null));
  }
}

/** A settlement of `promise` for `wait`. */
export function take(promise: PromiseLike<unknown>, wait: Wait): Settlement {
  const idle = Idle.take(promise);
  return idle === null || idle.settled ? new Settlement(promise, wait) : idle.serve(wait);
}

/** Keeps `settlement` for the next wait: the wait that it served was taken back. */
export function giveBack(promise: PromiseLike<unknown>, settlement: Settlement): void {
  Idle.add(promise, settlement.serve(null));
}
