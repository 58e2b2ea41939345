/**
 * What a crawl has met, and what it has still to visit: in memory, and bounded, since sites may have no end.
 *
 * @module
 */

/** An address to visit. */
export interface Link {
  url: string;
  /** Where it was found. */
  from: string;
}

/** The most characters of addresses that are remembered. */
const MOST_CHARACTERS = 16_000_000;

/** The addresses of a crawl. */
export class Frontier {
  /** How many links were not looked at, since a limit was reached. */
  leftOut = 0;
  readonly #mostVisits: number;
  readonly #met = new Set<string>();
  #characters = 0;
  #visits = 0;
  #next: Link[] = [];

  /** At most so many addresses will be visited. */
  constructor(mostVisits: number) {
    this.#mostVisits = mostVisits;
  }

  /** Whether an address was not met before. From now on it was. */
  meet(url: string): boolean {
    if (this.#met.has(url)) return false;
    if (this.#characters + url.length > MOST_CHARACTERS) {
      this.leftOut++;
      return false;
    }
    this.#characters += url.length;
    this.#met.add(url);
    return true;
  }

  /** Whether one more address may be visited. If so, it is counted. */
  admit(): boolean {
    if (this.#visits < this.#mostVisits) {
      this.#visits++;
      return true;
    }
    this.leftOut++;
    return false;
  }

  /** Puts an address down for the next level. */
  add(link: Link): void {
    this.#next.push(link);
  }

  /** What was put down since the last call: the pages that are one link further away from the first one. */
  nextLevel(): Link[] {
    const level = this.#next;
    this.#next = [];
    return level;
  }
}
