/**
 * Getting the `robots.txt` of a site, and what to do if there is none (RFC 9309, sections 2.3 and 2.4).
 *
 * @module
 */

import { type Coroutine, current, Lock, withLock } from "../../mod.ts";
import { addressOf } from "./addresses.ts";
import { failedPage, fetchPage, NAME, type Page, type Patience } from "./fetching.ts";
import { hostOf, mayConnectTo } from "./permissions.ts";
import { RobotsReader } from "./robots.ts";
import { Rules } from "./rules.ts";

/** How often a `robots.txt` may have moved. */
const MOST_REDIRECTS = 5;
/** A day, in seconds. */
const DAY = 24 * 3600;

/** The rules of a site, asked for when they are needed and then kept for a while. */
export class SiteRules {
  readonly #url: string;
  readonly #patience: Patience;
  readonly #lock = new Lock(); // many threads may need them at once; one asks
  #rules: Rules | undefined;
  #expiry = 0;
  readonly #lifetime: number;
  /** Called with a `robots.txt` that could not be had, so that the site is left alone. */
  readonly #onTrouble: (page: Page) => void;

  constructor(origin: string, patience: Patience, onTrouble: (page: Page) => void, lifetime = DAY) {
    this.#url = `${origin}/robots.txt`;
    this.#patience = patience;
    this.#onTrouble = onTrouble;
    this.#lifetime = lifetime;
  }

  /** Whether an address of the site may be fetched. */
  *allow(url: string): Coroutine<boolean> {
    if (this.#rules === undefined || this.#now >= this.#expiry) {
      yield* withLock(this.#lock, this.#refresh());
    }
    return yield* this.#rules!.allow(url);
  }

  get #now(): number {
    return current().scheduler.host.now();
  }

  *#refresh(): Coroutine {
    if (this.#rules !== undefined && this.#now < this.#expiry) return; // another thread was first
    this.#rules = yield* this.#fetch();
    this.#expiry = this.#now + this.#lifetime;
  }

  *#fetch(): Coroutine<Rules> {
    let url = this.#url;
    for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      const page = this.#mayFetch(url)
        ? yield* fetchPage(url, this.#patience, () => new RobotsReader(NAME))
        : failedPage(url, `needs --allow-net=${hostOf(url)}`);
      const { status, reader, location } = page;
      if (status >= 200 && status < 300) return reader?.rules ?? Rules.ALLOW_ALL;
      if (status < 200 || status >= 500) {
        const problem = `${page.problem ?? page.statusText}, so the whole site is left alone (RFC 9309)`;
        this.#onTrouble({ ...page, problem });
        return Rules.DISALLOW_ALL;
      }
      const next = location === undefined ? undefined : addressOf(location, url);
      if (next === undefined || !("url" in next)) break;
      url = next.url;
    }
    return Rules.ALLOW_ALL; // the site has none, or says that it is where it cannot be
  }

  /** A site can send us where we may not go. The site itself is fetched from, or its missing permission thrown. */
  #mayFetch(url: string): boolean {
    return url === this.#url || mayConnectTo(hostOf(url));
  }
}
