/**
 * Following links on one host, politely: a few requests at a time, nothing that `robots.txt` rules out, longer
 * and longer pauses before a server in trouble is asked again. The host is not trusted: whatever it sends, the
 * crawl goes on, and it ends.
 *
 * @module
 */

import {
  type Coroutine,
  current,
  InterruptError,
  moveOnAfter,
  null as letOthersRun,
  Pool,
} from "../../mod.ts";
import { addressOf } from "./addresses.ts";
import { type BodyReader, fetchPage, type Page, type Patience } from "./fetching.ts";
import { Frontier, type Link } from "./frontier.ts";
import { HtmlReader } from "./html.ts";
import { printable } from "./printable.ts";
import { Progress } from "./progress.ts";
import { Report } from "./report.ts";
import { SiteRules } from "./site_rules.ts";

/** How to crawl. */
export interface CrawlOptions extends Patience {
  /** How many links away from the first page to go. */
  depth: number;
  /** How many requests to make at a time. */
  concurrency: number;
  /** How many addresses to visit at most. */
  pages: number;
  /** After how many seconds to stop. */
  seconds: number;
}

/** How many redirects in a row are followed. */
const MOST_REDIRECTS = 10;
/** How many links are looked at before other threads get their turn. */
const BATCH = 100;

/** Crawls from `start` on and prints a summary, also when it is interrupted. Results in whether anything came. */
export function* crawl(start: string, options: CrawlOptions): Coroutine<boolean> {
  const crawler = new Crawler(start, options);
  const { host } = current().scheduler;
  const began = host.now();
  let finished: true | undefined;
  let interrupt: InterruptError | undefined;
  try {
    finished = yield* moveOnAfter(options.seconds, crawler.run());
  } catch (error) {
    if (!(error instanceof InterruptError)) throw error;
    interrupt = error;
  }
  const any = crawler.summarize(host.now() - began, finished === undefined);
  if (interrupt !== undefined) throw interrupt; // for the exit code
  return any;
}

class Crawler {
  readonly #start: string;
  readonly #origin: string;
  readonly #options: CrawlOptions;
  readonly #rules: SiteRules;
  readonly #frontier: Frontier;
  readonly #report = new Report();
  readonly #progress = new Progress();
  /** Where each address that has moved went. */
  readonly #moved = new Map<string, string>();

  constructor(start: string, options: CrawlOptions) {
    const address = addressOf(start, start);
    if (!("url" in address)) throw new TypeError(`Not an address to crawl: ${start}`);
    this.#start = address.url;
    this.#origin = new URL(address.url).origin;
    this.#options = options;
    this.#frontier = new Frontier(options.pages);
    this.#rules = new SiteRules(this.#origin, options, (page) => this.#show(page));
  }

  /** Prints what came of it. Results in whether anything came. */
  summarize(seconds: number, stopped: boolean): boolean {
    this.#report.print(seconds, { stopped, leftOut: this.#frontier.leftOut });
    return this.#report.any;
  }

  /** Visits level after level: first the start, then all that it links to, and so on. */
  *run(): Coroutine<true> {
    const pool = new Pool(this.#options.concurrency);
    try {
      if (yield* this.#mayVisit(this.#start)) {
        let level: Link[] = [{ url: this.#start, from: "the command line" }];
        for (let depth = 0; level.length > 0; depth++) {
          const follow = depth < this.#options.depth;
          yield* pool.map((link) => this.#visit(link, follow), level);
          level = this.#frontier.nextLevel();
        }
      }
      return true;
    } finally {
      this.#progress.clear();
    }
  }

  /** Fetches a page, from wherever it has moved to, and puts down what it links to. */
  *#visit({ url, from }: Link, follow: boolean): Coroutine {
    for (let redirects = 0;; redirects++) {
      const page = yield* fetchPage(url, this.#options, readerFor);
      const target = this.#targetOf(page, redirects);
      if (page.reader instanceof HtmlReader) yield* this.#putDownLinks(page.reader, url, follow);
      this.#show(page, from);
      if (target === undefined || !(yield* this.#mayVisit(target))) return;
      [url, from] = [target, url];
    }
  }

  /** Where a page has moved, if that is a place to go to; if it is not, that is the page's problem. */
  #targetOf(page: Page, redirects: number): string | undefined {
    if (page.location === undefined) return undefined;
    const address = addressOf(page.location, page.url);
    if ("problem" in address) page.problem = `redirects to ${address.problem}`;
    else if ("scheme" in address) page.problem = `redirects to a ${address.scheme} address`;
    else if (redirects === MOST_REDIRECTS) page.problem = `redirects more than ${MOST_REDIRECTS} times`;
    else {
      this.#moved.set(page.url, address.url);
      if (!this.#movedInCircle(page.url)) return address.url;
      page.problem = "redirects in a circle";
    }
    return undefined;
  }

  #movedInCircle(url: string): boolean {
    let place = this.#moved.get(url);
    for (let i = 0; i < MOST_REDIRECTS && place !== undefined && place !== url; i++) {
      place = this.#moved.get(place);
    }
    return place === url;
  }

  *#putDownLinks(page: HtmlReader, url: string, follow: boolean): Coroutine {
    this.#frontier.leftOut += page.leftOut;
    const base = page.base === undefined ? undefined : this.#addressIn(page.base, url, url);
    let count = 0;
    for (const written of page.links) {
      const link = this.#addressIn(written, base ?? url, url);
      if (link !== undefined && (follow || this.#isOutside(link)) && (yield* this.#mayVisit(link))) {
        this.#frontier.add({ url: link, from: url });
      }
      if (++count % BATCH === 0) yield* letOthersRun();
    }
  }

  /** The address that is written in a page; nothing if it is broken, which is put down, or not for us. */
  #addressIn(written: string, base: string, page: string): string | undefined {
    const address = addressOf(written, base);
    if ("url" in address) return address.url;
    if ("scheme" in address) return undefined;
    const text = printable(written, 100);
    if (this.#frontier.meet(text)) this.#report.broken(`---  ${text}: ${address.problem}`, page);
    return undefined;
  }

  /** Whether an address is new and may be visited. It is counted as what it is. */
  *#mayVisit(url: string): Coroutine<boolean> {
    if (!this.#frontier.meet(url)) return false;
    if (this.#isOutside(url)) {
      this.#report.outside++;
      return false;
    }
    if (!(yield* this.#rules.allow(url))) {
      this.#report.forbidden++;
      return false;
    }
    if (!this.#frontier.admit()) return false;
    this.#progress.expect(1);
    return true;
  }

  #isOutside(url: string): boolean {
    return new URL(url).origin !== this.#origin;
  }

  #show(page: Page, from?: string): void {
    this.#report.page(page, from);
    this.#progress.show(page);
  }
}

/** HTML is looked through for links; of plain text, the bytes are counted; anything else is left unread. */
function readerFor(type: string, contentType: string): BodyReader | undefined {
  if (["", "text/html", "application/xhtml+xml"].includes(type)) return new HtmlReader(contentType);
  return type === "text/plain" ? new TextReader() : undefined;
}

/** Reads plain text, in which there are no links. */
class TextReader implements BodyReader {
  readonly limit = 4_000_000;
  *read(): Coroutine {}
  *end(): Coroutine {}
}
