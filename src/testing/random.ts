/**
 * Random numbers from a seed: the same in every process, on every machine.
 *
 * Each part of a simulation (its schedule, its links, its faults, its programs) draws from a stream of its own, so
 * that one more draw in one part changes nothing in the others.
 *
 * @module
 */

/** Mixes 32 bits well (the finaliser of MurmurHash3, by Austin Appleby, who gave it to the public domain). */
export function mix(bits: number): number {
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}

/** A number for `text` (FNV-1a, mixed once more): it tells streams apart by their names. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return mix(hash);
}

/** One stream of random numbers. */
export class Random {
  readonly #key: number;
  readonly #high: number;
  #count = 0;

  /** The stream called `name` of `seed`. */
  constructor(seed: number, name: string) {
    this.#key = mix(seed | 0) ^ hashOf(name);
    this.#high = mix(Math.floor(seed / 0x1_0000_0000) | 0);
  }

  /** The number at `index` of the stream, from 0 and less than 1; it does not depend on earlier draws. */
  at(index: number): number {
    return mix(this.#key ^ mix(index + 0x9e3779b9 + this.#high)) / 0x1_0000_0000;
  }

  /** The next number, from 0 and less than 1. */
  next(): number {
    return this.at(this.#count++);
  }

  /** The next whole number from 0 and less than `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  /** The next number from `low` and less than `high`. */
  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }
}
