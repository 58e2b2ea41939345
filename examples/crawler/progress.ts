/**
 * Showing how far a crawl is: a bar that is drawn again and again on a terminal, a line per page elsewhere.
 *
 * @module
 */

import type { Page } from "./fetching.ts";
import { printable } from "./printable.ts";
import { lineOf } from "./report.ts";

const encoder = new TextEncoder();

/** Shows progress on standard output. */
export class Progress {
  readonly #terminal = Deno.stdout.isTerminal();
  /** How many pages are known of, and how many are done. */
  #known = 0;
  #done = 0;

  /** More pages are to be fetched. */
  expect(pages: number): void {
    this.#known += pages;
  }

  /** A page is done. */
  show(page: Page): void {
    this.#done++;
    if (this.#terminal) this.#draw(page.url);
    else console.log(lineOf(page));
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#terminal) this.#write("\r\x1b[K");
  }

  #draw(url: string): void {
    const columns = terminalWidth();
    const width = Math.min(30, Math.floor(columns / 3));
    const filled = this.#known === 0 ? 0 : Math.floor(width * this.#done / this.#known);
    const bar = "#".repeat(filled) + "-".repeat(width - filled);
    const line = `[${bar}] ${this.#done}/${this.#known} ${printable(url)}`;
    this.#write(`\r${line.slice(0, columns - 1)}\x1b[K`);
  }

  #write(text: string): void {
    Deno.stdout.writeSync(encoder.encode(text));
  }
}

function terminalWidth(): number {
  try {
    return Math.max(20, Deno.consoleSize().columns);
  } catch {
    return 80;
  }
}
