/**
 * Answers that are kept for as long as they say themselves, up to so many.
 *
 * @module
 */

import type { Answer } from "./message.ts";

/** The longest that an answer is kept, in seconds: a day. */
const LONGEST = 86_400;

/** Answers by their questions' keys. When it is full, the one that was used longest ago makes room. */
export class Cache {
  readonly #entries = new Map<string, { answer: Answer; since: number; until: number }>();
  readonly #most: number;
  readonly #now: () => number;

  /** Keeps `most` answers; `now` tells the time in seconds. */
  constructor(most: number, now: () => number) {
    this.#most = most;
    this.#now = now;
  }

  /** How many answers it has. */
  get size(): number {
    return this.#entries.size;
  }

  /** The answer to a question, and how old it is in whole seconds. */
  get(key: string): { answer: Answer; age: number } | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    const now = this.#now();
    if (now >= entry.until) return undefined;
    this.#entries.set(key, entry); // a Map keeps its order: now it is the last
    return { answer: entry.answer, age: Math.floor(now - entry.since) };
  }

  /** Keeps `answer`, if it may be kept at all. */
  set(key: string, answer: Answer): void {
    if (answer.truncated || answer.lifetime <= 0) return;
    const since = this.#now();
    this.#entries.delete(key);
    this.#entries.set(key, { answer, since, until: since + Math.min(answer.lifetime, LONGEST) });
    if (this.#entries.size <= this.#most) return;
    for (const oldest of this.#entries.keys()) return void this.#entries.delete(oldest);
  }
}
