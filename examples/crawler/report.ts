/**
 * What came of a crawl: counts, and the links that are broken.
 *
 * @module
 */

import type { Page } from "./fetching.ts";
import { printable } from "./printable.ts";

/** The most broken links that are listed one by one. */
const MOST_LISTED = 100;

/** Counts what a crawl meets. */
export class Report {
  pages = 0;
  bytes = 0;
  /** Whether any page came. */
  any = false;
  /** How many links lead to other sites, and how many `robots.txt` forbids. */
  outside = 0;
  forbidden = 0;
  #broken = 0;
  readonly #listed: string[] = [];

  /** A page was fetched, or could not be. */
  page(page: Page, from?: string): void {
    this.pages++;
    this.bytes += page.bytes;
    if (isBroken(page)) this.broken(lineOf(page), from);
    else this.any = true;
  }

  /** A link leads nowhere. `line` says which and why, and is printable. */
  broken(line: string, from?: string): void {
    this.#broken++;
    if (this.#listed.length === MOST_LISTED) return;
    this.#listed.push(from === undefined ? line : `${line}, linked from ${printable(from)}`);
  }

  /** Prints it all. */
  print(seconds: number, { stopped, leftOut }: { stopped: boolean; leftOut: number }): void {
    console.log(
      `${stopped ? "Stopped: " : ""}${this.pages} pages, ${this.bytes} bytes in ${seconds.toFixed(1)} s; ` +
        `${this.#broken} broken, ${this.outside} outside, ${this.forbidden} forbidden by robots.txt.`,
    );
    for (const line of this.#listed) console.log(`  broken: ${line}`);
    const more = this.#broken - this.#listed.length;
    if (more > 0) console.log(`  broken: ${more} more`);
    if (leftOut > 0) console.log(`  left out: ${leftOut} links, beyond the limits (see --pages)`);
  }
}

/** `200  http://... (1234 bytes)`, or what went wrong in the place of the size. */
export function lineOf(page: Page): string {
  const line = `${page.status || "---"}  ${printable(page.url)}`;
  if (page.location !== undefined) {
    return `${line} -> ${printable(page.location)}${page.problem === undefined ? "" : `: ${page.problem}`}`;
  }
  if (page.problem !== undefined) return `${line}: ${printable(page.problem)}`;
  if (page.reader !== undefined) return `${line} (${page.bytes} bytes${page.cut ? ", and more" : ""})`;
  const why = isBroken(page) ? page.statusText : page.type;
  return why === "" ? line : `${line} (${printable(why)})`;
}

/** Whether nothing came that could be read or followed. */
function isBroken({ status, problem }: Page): boolean {
  return problem !== undefined || status < 200 || status >= 400;
}
