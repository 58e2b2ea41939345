/**
 * The log on standard output. A thread of its own writes it, so that nobody in the room has to wait for whoever
 * reads it, or does not.
 *
 * @module
 */

import { Channel, type Coroutine, ThreadKilledError, write } from "../../mod.ts";

/** How many lines may wait to be written; those that come then are left out, and counted. */
const LINES = 100;

/** Lines on their way to standard output. */
export class Log {
  readonly #lines = new Channel<string>(LINES);
  #leftOut = 0;

  /** Adds a line. */
  add(line: string): void {
    if (!this.#lines.trySend(line)) this.#leftOut++;
  }

  /** The thread that writes. */
  *run(): Coroutine<never> {
    while (true) {
      let text = `${yield* this.#lines.receive()}\n`;
      if (this.#leftOut > 0) text += `(${this.#leftOut} lines were left out.)\n`;
      this.#leftOut = 0;
      try {
        yield* write(Deno.stdout, text);
      } catch (error) {
        if (error instanceof ThreadKilledError) throw error;
        // Nobody reads it any more: the room goes on without.
      }
    }
  }
}
