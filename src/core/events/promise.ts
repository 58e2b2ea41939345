/**
 * Waiting for promises.
 *
 * @module
 */

import { describe } from "../coroutine.ts";
import { Event, SUSPENDED } from "../event.ts";
import type { Wait } from "../wait.ts";
import { setAwaiting } from "../yielded.ts";
import { giveBack, handle, Settlement, take } from "./settlement.ts";

/** What {@linkcode promise} takes: a promise, or a function that starts one and is given a signal to abort it. */
export type PromiseSource<T> = PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>);

/** A promise that a function has started. */
interface Started {
  readonly controller: AbortController;
  settlement: Settlement | null;
}

/** Waits for a promise. */
export class PromiseEvent<T> extends Event<T> {
  readonly #source: PromiseSource<T>;

  /** Waits for `source`, or for the promise that it makes; `now` if it is performed at once, which handles a rejection. */
  constructor(source: PromiseSource<T>, now = false) {
    super();
    if (typeof source !== "function" && typeof source?.then !== "function") {
      throw new TypeError(
        `promise() takes a promise, or a function that is given an AbortSignal and returns one; got ${
          describe(source)
        }.`,
      );
    }
    this.#source = source;
    if (!now && typeof source !== "function") handle(source);
  }

  /** @ignore */
  override perform(wait: Wait): typeof SUSPENDED {
    wait.scheduler.host.promised?.();
    const source = this.#source;
    if (typeof source === "function") this.#start(source, wait);
    else wait.slot = take(source, wait);
    wait.scheduler.spend();
    return SUSPENDED;
  }

  #start(source: (signal: AbortSignal) => PromiseLike<T>, wait: Wait): void {
    const started: Started = { controller: new AbortController(), settlement: null };
    wait.slot = started;
    const { signal } = started.controller;
    const promise = source(signal);
    if (typeof promise?.then !== "function") {
      throw new TypeError(
        `promise() was given a function that returned no promise, but ${describe(promise)}.`,
      );
    }
    // If it is aborted already, the function has killed the thread that called it.
    started.settlement = new Settlement(promise, signal.aborted ? null : wait);
  }

  /** @ignore */
  override withdraw({ slot }: Wait): void {
    const source = this.#source;
    if (typeof source !== "function") return giveBack(source, slot as Settlement);
    const { controller, settlement } = slot as Started;
    settlement?.serve(null);
    controller.abort(new DOMException("The thread was killed.", "AbortError"));
  }

  /** @ignore */
  override describe(): string {
    return "a promise";
  }
}

/**
 * Waits for a promise: its value, or its error thrown at the yield. `yield aPromise` means the same.
 *
 * Given a function, it calls that with an `AbortSignal`, which is aborted if the thread is killed.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const answer = await bluelet.run(function* () {
 *   return yield* bluelet.promise(Promise.resolve(42));
 * }());
 * assertEquals(answer, 42);
 * ```
 */
export function promise<T>(source: PromiseSource<T>): Event<T> {
  return new PromiseEvent(source);
}

setAwaiting((promise) => new PromiseEvent(promise, true));
