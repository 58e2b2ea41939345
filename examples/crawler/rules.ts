/**
 * The rules of a `robots.txt`, and which of them counts for an address (RFC 9309, section 2.2.2).
 *
 * @module
 */

import { type Coroutine, null as letOthersRun } from "../../mod.ts";
import { LONGEST_ADDRESS } from "./addresses.ts";

/** One line of a `robots.txt`: `Allow: /path*` or `Disallow: /path$`. */
export interface Rule {
  allow: boolean;
  /** What stands between the stars. */
  pieces: string[];
  /** Whether the pattern ends with `$`, so that nothing may follow. */
  anchored: boolean;
  length: number;
}

/**
 * The longest pattern that may fit an address that is followed: each of its characters has become three at most
 * when it is compared, as `%3A` for `:`, and in the pattern there may be a star in front of each.
 */
const LONGEST_PATTERN = 2 * 3 * LONGEST_ADDRESS;

/** How many characters of rules are compared before other threads get their turn. */
const SLICE = 16_384;

/** Which addresses of a site may be fetched. */
export class Rules {
  /** What counts for a site that has no rules. */
  static readonly ALLOW_ALL = new Rules([]);
  /** What counts for a site that is in trouble. */
  static readonly DISALLOW_ALL = new Rules([ruleOf("/", false)!]);

  readonly #rules: readonly Rule[];

  constructor(rules: readonly Rule[]) {
    // The longest rule that matches counts; of two equally long ones, Allow. So sorted, that is the first one.
    this.#rules = rules.toSorted((a, b) => b.length - a.length || Number(b.allow) - Number(a.allow));
  }

  /** Whether an address of the site may be fetched. */
  *allow(url: string): Coroutine<boolean> {
    const { pathname, search } = new URL(url);
    if (pathname === "/robots.txt") return true;
    const path = normal(pathname + search);
    let work = 0;
    for (const rule of this.#rules) {
      if (matches(rule, path)) return rule.allow;
      work += rule.length + 10;
      if (work > SLICE) {
        work = 0;
        yield* letOthersRun();
      }
    }
    return true;
  }
}

/** The rule that a line gives; nothing if its pattern is too long to fit. */
export function ruleOf(written: string, allow: boolean): Rule | undefined {
  const pattern = written.replace(/\*+/g, "*");
  if (pattern.length > LONGEST_PATTERN) return undefined;
  const anchored = pattern.endsWith("$");
  const path = normal(anchored ? pattern.slice(0, -1) : pattern, { keepStars: true });
  return { allow, pieces: path.split("*"), anchored, length: path.length + Number(anchored) };
}

/** Whether the pieces occur in the path one after another, the first at its beginning, each as early as it can. */
function matches({ pieces, anchored }: Rule, path: string): boolean {
  const first = pieces[0]!;
  if (!path.startsWith(first)) return false;
  let end = first.length;
  const last = pieces.length - 1;
  for (let i = 1; i <= last; i++) {
    const piece = pieces[i]!;
    if (anchored && i === last) return path.length - piece.length >= end && path.endsWith(piece);
    const start = path.indexOf(piece, end);
    if (start < 0) return false;
    end = start + piece.length;
  }
  return !anchored || end === path.length;
}

/**
 * The one spelling of a path in which it is compared. Letters and the like lose their percent sign (`%61` is
 * `a`), and everything else gets one, except for what gives the path its structure: `/` in front of the query,
 * `&` and `=` in it, `?` between the two. So `%2F` is not `/`, and `%2A` in a pattern is a star in the path.
 */
function normal(path: string, { keepStars = false } = {}): string {
  let inQuery = false;
  return path.toWellFormed().replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9._~-]/gu, (part) => {
    if (part[0] === "%" && part.length === 3) {
      const char = String.fromCharCode(parseInt(part.slice(1), 16));
      return /[A-Za-z0-9._~-]/.test(char) ? char : part.toUpperCase();
    }
    if (part === "*" && keepStars) return part;
    if (inQuery ? part === "&" || part === "=" : part === "/") return part;
    if (part === "?" && !inQuery) {
      inQuery = true;
      return part;
    }
    // encodeURIComponent leaves out five characters that RFC 3986 reserves.
    if (/[!'()*]/.test(part)) return `%${part.charCodeAt(0).toString(16).toUpperCase()}`;
    return encodeURIComponent(part);
  });
}
