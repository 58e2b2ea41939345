/**
 * The clock of one sample, which a program may stop over what is not to be measured.
 *
 * @module
 */

/** The clock of one sample. It runs from the start of a program to its end, unless the program says otherwise. */
export class Stopwatch {
  #elapsed = 0;
  #since: number | undefined;

  /** Goes on. */
  start(): void {
    this.#since ??= performance.now();
  }

  /** Stops: what happens until `start` costs nothing. */
  stop(): void {
    if (this.#since === undefined) return;
    this.#elapsed += performance.now() - this.#since;
    this.#since = undefined;
  }

  /** Forgets what was measured, and goes on: what came before was only preparation. */
  restart(): void {
    this.#elapsed = 0;
    this.#since = performance.now();
  }

  /** Takes over what another clock showed, or a figure that is not a time; it is final until `restart`. */
  set(nanoseconds: number): void {
    this.#elapsed = nanoseconds / 1e6;
    this.#since = undefined;
  }

  /** What was measured so far, in nanoseconds. */
  get nanoseconds(): number {
    return this.#elapsed * 1e6;
  }
}
