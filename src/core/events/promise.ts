/**
 * Waiting for promises.
 *
 * @module
 */

import { describe } from "../coroutine.ts";
import { Event, SUSPENDED } from "../event.ts";
import type { Wait } from "../wait.ts";
import { setAwaiting } from "../yielded.ts";
import { Callbacks } from "./callbacks.ts";

/** Where a {@linkcode promise} comes from: itself, or a function that starts it and can be told to abort. */
export type PromiseSource<T> = PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>);

/** Waits for a promise. */
export class PromiseEvent<T> extends Event<T> {
  readonly #source: PromiseSource<T>;

  /** Waits for `source`, or for the promise that it makes. */
  constructor(source: PromiseSource<T>) {
    super();
    if (typeof source !== "function" && typeof source?.then !== "function") {
      throw new TypeError(
        `promise() takes a promise, or a function that is given an AbortSignal and returns one; got ${
          describe(source)
        }.`,
      );
    }
    this.#source = source;
  }

  /** @ignore */
  override perform(wait: Wait): typeof SUSPENDED {
    wait.scheduler.host.promised?.();
    const callbacks = new Callbacks(wait);
    const source = this.#source;
    let promise: PromiseLike<T>;
    if (typeof source === "function") {
      const controller = new AbortController();
      const end = () => {
        callbacks.end();
        controller.abort(new DOMException("The thread was killed.", "AbortError"));
      };
      wait.slot = { end };
      promise = source(controller.signal);
      if (typeof promise?.then !== "function") {
        throw new TypeError(
          `promise() was given a function that returned no promise, but ${describe(promise)}.`,
        );
      }
    } else {
      wait.slot = callbacks;
      promise = source;
    }
    promise.then(callbacks.resume, callbacks.raise);
    wait.scheduler.spend();
    return SUSPENDED;
  }

  /** @ignore */
  override withdraw(wait: Wait): void {
    (wait.slot as { end(): unknown }).end();
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

setAwaiting((promise) => new PromiseEvent(promise));
