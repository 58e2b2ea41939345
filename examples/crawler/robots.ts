/**
 * Reading `robots.txt`, in which a site asks crawlers to leave some of it alone (RFC 9309, section 2.2).
 *
 * It is small enough to be done here, and the parsers on npm miss some of it. For robots-parser, a byte order
 * mark belongs to the first line, a `Sitemap` line ends a group, and `%61` is not `a`; exclusion makes regular
 * expressions of patterns, and one with many stars takes for ever.
 *
 * @module
 */

import { type Coroutine, null as letOthersRun } from "../../mod.ts";
import type { BodyReader } from "./fetching.ts";
import { type Rule, ruleOf, Rules } from "./rules.ts";

/** How many characters are read before other threads get their turn. */
const SLICE = 16_384;
const LINE_FEED = 10, CARRIAGE_RETURN = 13;

/** Reads a `robots.txt` that comes piece by piece, for a crawler with a name. */
export class RobotsReader implements BodyReader {
  /** RFC 9309 asks for 500 KiB at least. */
  readonly limit = 500 * 1024;

  readonly #name: string;
  readonly #decoder = new TextDecoder(); // which drops a byte order mark
  /** The beginning of a line whose end has not come. */
  #line = "";
  readonly #own: Rule[] = [];
  readonly #everybodys: Rule[] = [];
  /** Whether any group is for us alone. */
  #known = false;
  /** Whom the group that is being read is for, and whether its rules have not begun: it may name several. */
  #forUs = false;
  #forAll = false;
  #inHead = false;

  constructor(name: string) {
    this.#name = name.toLowerCase();
  }

  /** What it says: the rules of all groups that are for us, or if there are none, of those for everybody. */
  get rules(): Rules {
    return new Rules(this.#known ? this.#own : this.#everybodys);
  }

  /** Reads the lines that end in the next bytes. */
  *read(bytes: Uint8Array): Coroutine {
    yield* this.#readText(this.#decoder.decode(bytes, { stream: true }));
  }

  /** Reads the last line; not if it was cut off, since then it may mean something else. */
  *end(cut: boolean): Coroutine {
    yield* this.#readText(this.#decoder.decode());
    if (!cut) this.#readLine(this.#line);
  }

  *#readText(text: string): Coroutine {
    let start = 0, pause = SLICE;
    for (let i = 0; i < text.length; i++) {
      const char = text.charCodeAt(i);
      if (char !== LINE_FEED && char !== CARRIAGE_RETURN) continue;
      this.#readLine(this.#line + text.slice(start, i));
      this.#line = "";
      start = i + 1;
      if (i < pause) continue;
      pause = i + SLICE;
      yield* letOthersRun();
    }
    this.#line += text.slice(start);
  }

  #readLine(line: string): void {
    const said = line.split("#", 1)[0]!;
    const colon = said.indexOf(":");
    const field = said.slice(0, Math.max(0, colon)).trim().toLowerCase();
    const value = said.slice(colon + 1).trim();
    if (field === "user-agent") this.#readAgent(value);
    else if (field === "allow" || field === "disallow") this.#readRule(value, field === "allow");
    // Any other line, such as Sitemap, says nothing of groups and rules, and ends no group.
  }

  #readAgent(value: string): void {
    if (!this.#inHead) this.#forUs = this.#forAll = false;
    this.#inHead = true;
    // A version or a comment may follow the name.
    const name = value.match(/^(?:\*(?!\S)|[A-Za-z_-]+)/)?.[0].toLowerCase();
    if (name === "*") this.#forAll = true;
    if (name === this.#name) this.#forUs = this.#known = true;
  }

  #readRule(pattern: string, allow: boolean): void {
    this.#inHead = false;
    if (pattern === "" || !(this.#forUs || this.#forAll)) return;
    const rule = ruleOf(pattern, allow);
    if (rule === undefined) return;
    if (this.#forUs) this.#own.push(rule);
    if (this.#forAll) this.#everybodys.push(rule);
  }
}
