/**
 * Following links on one host, politely: a few requests at a time, nothing that `robots.txt` rules out, longer
 * and longer pauses before a server in trouble is asked again.
 *
 * @module
 */

import { type Coroutine, InterruptError, Pool } from "../../mod.ts";
import { fetchPage, type Page, type Patience } from "./fetching.ts";
import { linksIn, type Rules, rulesFrom } from "./links.ts";
import { lineOf, Progress } from "./progress.ts";

/** How to crawl. */
export interface CrawlOptions extends Patience {
  /** How many links away from the first page to go. */
  depth: number;
  /** How many requests to make at a time. */
  concurrency: number;
}

/** Crawls from `start` on and prints a summary, also when it is interrupted. Results in whether anything came. */
export function* crawl(start: string, options: CrawlOptions): Coroutine<boolean> {
  const crawler = new Crawler(new URL(start), options);
  const began = performance.now();
  let interrupted: unknown;
  try {
    yield* crawler.run();
  } catch (error) {
    if (!(error instanceof InterruptError)) throw error;
    interrupted = error;
  }
  crawler.summarize((performance.now() - began) / 1000, interrupted !== undefined);
  if (interrupted !== undefined) throw interrupted; // for the exit code
  return crawler.any;
}

class Crawler {
  readonly #options: CrawlOptions;
  readonly #start: URL;
  readonly #progress = new Progress();
  readonly #pages: Page[] = [];
  /** Every address that was ever put down to be fetched. */
  readonly #seen = new Set<string>();
  /** For each address, the page that led to it. */
  readonly #from = new Map<string, string>();
  #rules: Rules = () => true;
  #outside = 0;
  #forbidden = 0;

  constructor(start: URL, options: CrawlOptions) {
    this.#options = options;
    start.hash = "";
    this.#start = start;
  }

  /** Fetches level after level: first the start, then all that it links to, and so on. */
  *run(): Coroutine {
    try {
      const robots = yield* fetchPage(new URL("/robots.txt", this.#start).href, this.#options);
      if (robots.status === 200) this.#rules = rulesFrom(robots.text);
      const pool = new Pool(this.#options.concurrency);
      let level = this.#fresh([this.#start.href], "the command line");
      for (let depth = 0; depth <= this.#options.depth && level.length > 0; depth++) {
        this.#progress.expect(level.length);
        const found = yield* pool.map((url) => this.#visit(url), level);
        level = found.flat();
      }
    } finally {
      this.#progress.clear();
    }
  }

  /** Fetches a page. Results in what it leads to that is new. */
  *#visit(url: string): Coroutine<string[]> {
    const page = yield* fetchPage(url, this.#options);
    this.#pages.push(page);
    this.#progress.show(page);
    const links = page.location === undefined ? linksIn(page.text, url) : [new URL(page.location, url).href];
    return this.#fresh(links, url);
  }

  /** Those of the links that are to be followed. */
  #fresh(links: string[], from: string): string[] {
    return links.filter((link) => {
      if (this.#seen.has(link)) return false;
      this.#seen.add(link);
      const { origin, pathname } = new URL(link);
      if (origin !== this.#start.origin) this.#outside++;
      else if (!this.#rules(pathname)) this.#forbidden++;
      else {
        this.#from.set(link, from);
        return true;
      }
      return false;
    });
  }

  /** Whether any page came. */
  get any(): boolean {
    return this.#pages.some(({ status }) => status > 0 && status < 400);
  }

  summarize(seconds: number, interrupted: boolean): void {
    const bytes = this.#pages.reduce((sum, page) => sum + page.bytes, 0);
    const broken = this.#pages.filter(({ status }) => status === 0 || status >= 400);
    console.log(
      `${interrupted ? "Stopped: " : ""}${this.#pages.length} pages, ${bytes} bytes in ${
        seconds.toFixed(1)
      } s; ` +
        `${broken.length} broken, ${this.#outside} outside, ${this.#forbidden} forbidden by robots.txt.`,
    );
    for (const page of broken) {
      console.log(`  broken: ${lineOf(page)}, linked from ${this.#from.get(page.url)}`);
    }
  }
}
