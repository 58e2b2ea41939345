/**
 * A log: lines on their way to standard output, or to standard error. A thread of its own writes them in
 * batches, so that no request waits for it, and nothing that their reader does ends the server or fills its memory.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";

/** How many bytes of lines may wait to be written; lines that come then are left out, and counted. */
const CAPACITY = 1_048_576;

const encoder = new TextEncoder();

/** Lines on their way out. */
export class Log {
  readonly #sink: bluelet.Writer;
  readonly #failed: (error: unknown) => void;
  /** The lines that wait, as bytes: a piece of a string would keep the whole request that it is of in memory. */
  readonly #waiting = new Uint8Array(CAPACITY);
  #length = 0;
  /** How many lines they are. */
  #lines = 0;
  /** How many lines were left out, and are not spoken of yet. */
  #lost = 0;
  /** Whether the last batch could not be written. */
  #broken = false;
  #closed = false;
  readonly #some = new bluelet.Flag();

  /** Writes to `sink`. When that fails `failed` is told, once until it succeeds again. */
  constructor(sink: bluelet.Writer, failed: (error: unknown) => void = () => {}) {
    this.#sink = sink;
    this.#failed = failed;
  }

  /** Adds a line. Waits for nothing. */
  add(line: string): void {
    const note = this.#lost === 0 ? "" : noteOf(this.#lost);
    if (this.#append(`${note}${line}\n`, this.#lost + 1)) this.#lost = 0;
    else this.#lost++;
    this.#some.set();
  }

  /** Writes what comes, until the log is closed and nothing waits: a thread. */
  *run(): bluelet.Coroutine<void> {
    while (!this.#closed || this.#some.isSet) {
      yield* this.#some.wait();
      if (!this.#closed) yield* bluelet.sleep(0.05); // more will have come by then
      yield* this.#flush();
    }
  }

  /** Says that no more lines come. */
  close(): void {
    this.#closed = true;
    this.#some.set();
  }

  /** Writes what has come. If it cannot be written it is left out, and it is up to the next lines to try again. */
  *#flush(): bluelet.Coroutine<void> {
    const batch = this.#waiting.slice(0, this.#length), lines = this.#lines;
    this.#length = this.#lines = 0;
    this.#some.clear();
    if (this.#lost > 0) {
      this.#append(noteOf(this.#lost), this.#lost);
      this.#lost = 0;
      this.#some.set();
    }
    try {
      yield* bluelet.write(this.#sink, batch);
      this.#broken = false;
    } catch (error) {
      if (error instanceof bluelet.ThreadKilledError) throw error;
      this.#lost += lines;
      if (!this.#broken) this.#failed(error);
      this.#broken = true;
    }
  }

  /** Puts in text that stands for so many lines. Says whether there was room. */
  #append(text: string, count: number): boolean {
    const { read, written } = encoder.encodeInto(text, this.#waiting.subarray(this.#length));
    if (read < text.length) return false;
    this.#length += written;
    this.#lines += count;
    return true;
  }
}

function noteOf(lost: number): string {
  return `(${lost} lines were left out)\n`;
}
