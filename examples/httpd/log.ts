/**
 * The log: a line for each request, written in batches by a thread of its own, so that no request waits for it.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";

/** How many lines may wait while standard output takes none; those that come then are left out, and counted. */
const LIMIT = 100_000;

/** Lines on their way to standard output. */
export class Log {
  #lines: string[] = [];
  #left = 0;
  #some = new bluelet.Flag();

  /** Adds a line. */
  add(line: string): void {
    if (this.#lines.length >= LIMIT) this.#left++;
    else if (this.#lines.push(line) === 1) this.#some.set();
  }

  /** Writes what comes, for ever: a thread. */
  *run(): bluelet.Coroutine<never> {
    while (true) {
      yield* this.#some.wait();
      yield* bluelet.sleep(0.05); // more will have come by then
      yield* this.flush();
    }
  }

  /** Writes what has come. */
  *flush(): bluelet.Coroutine<void> {
    if (this.#left > 0) this.#lines.push(`(${this.#left} lines were left out)`);
    const text = this.#lines.map((line) => line + "\n").join("");
    this.#lines = [];
    this.#left = 0;
    this.#some.clear();
    if (text !== "") yield* bluelet.write(Deno.stdout, text);
  }
}
