/**
 * Operations that end by a promise, as completions: one at a time, which can be given up.
 *
 * What the platform promises may never come, such as a line from a terminal. So whoever waits for it is told when it is
 * given up, and what still comes is dropped.
 *
 * @module
 */

import type { Completion } from "./completion.ts";

/** The operation that is in flight, if one is. */
export class InFlight<T> {
  #completion: Completion<T> | null = null;

  /** Whether something is in flight. */
  get busy(): boolean {
    return this.#completion !== null;
  }

  /** Begins what `start` promises, and tells `completion` of its end. A `start` that throws has failed. */
  begin(start: () => Promise<T>, completion: Completion<T>): void {
    this.#completion = completion;
    started(start).then(
      (value) => this.#end(completion)?.done(value),
      (error) => this.#end(completion)?.failed(error),
    );
  }

  /** Gives up what is in flight: it fails with `error`. */
  giveUp(error: unknown): void {
    this.#end(this.#completion)?.failed(error);
  }

  #end(completion: Completion<T> | null): Completion<T> | null {
    if (completion !== this.#completion) return null;
    this.#completion = null;
    return completion;
  }
}

/** So that completions come after the call alone. */
// deno-lint-ignore require-await
async function started<T>(start: () => Promise<T>): Promise<T> {
  return start();
}
