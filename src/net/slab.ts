/**
 * Memory for many small arrays of bytes: a buffer for each would cost ten times as much as copying them.
 *
 * @module
 */

/** The size of a piece of memory, and the most bytes that share one. */
const PIECE = 16_384, SMALL = PIECE / 4;

/** Hands out copies that share their memory with the copies before and after. */
export class Slab {
  #memory = new ArrayBuffer(0);
  #used = 0;

  /** A copy of `bytes`, whose `buffer` also has room for others. */
  copy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
    const { length } = bytes;
    if (length === 0 || length > SMALL) return new Uint8Array(bytes);
    // When one of them was transferred away, its piece of memory went with it.
    if (this.#used + length > this.#memory.byteLength) {
      this.#memory = new ArrayBuffer(PIECE);
      this.#used = 0;
    }
    const copy = new Uint8Array(this.#memory, this.#used, length);
    copy.set(bytes);
    this.#used += length;
    return copy;
  }
}
