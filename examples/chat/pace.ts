/**
 * How much someone may say: a bucket that holds so much, and fills up again at a steady rate.
 *
 * @module
 */

/** A bucket of tokens; here a token is a byte. */
export class Pace {
  readonly #capacity: number;
  readonly #rate: number;
  #tokens: number;
  #filled = performance.now();

  /** Holds `capacity` tokens, is full at first, and fills up with `rate` of them in a second. */
  constructor(capacity: number, rate: number) {
    this.#capacity = capacity;
    this.#rate = rate;
    this.#tokens = capacity;
  }

  /** Takes tokens, and tells how many seconds it takes until there will be as many as were taken. */
  take(tokens: number): number {
    this.#fill();
    this.#tokens -= tokens;
    return Math.max(0, -this.#tokens / this.#rate);
  }

  /** Takes tokens if there are as many, and tells whether there were. */
  tryTake(tokens: number): boolean {
    this.#fill();
    if (this.#tokens < tokens) return false;
    this.#tokens -= tokens;
    return true;
  }

  #fill(): void {
    const now = performance.now();
    this.#tokens = Math.min(this.#capacity, this.#tokens + (now - this.#filled) / 1000 * this.#rate);
    this.#filled = now;
  }
}
