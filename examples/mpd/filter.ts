/**
 * Which songs `find` and `search` mean: `artist X album Y`, or `((Artist == "X") AND (Album == "Y"))`.
 *
 * @module
 */

import { type Song, type Tag, TAGS } from "./library.ts";
import { CODE, Refusal } from "./protocol.ts";

/** Whether a song is meant. */
export type Filter = (song: Song) => boolean;

/** Whether a value of a song is like the one that was asked for. */
type Comparison = (wanted: string) => (value: string) => boolean;

const exactly: Comparison = (wanted) => (value) => value === wanted;
const roughly: Comparison = (wanted) => {
  const lower = wanted.toLowerCase();
  return (value) => value.toLowerCase().includes(lower);
};

/** The tag that is called `name`, in capitals or not. */
export function tagOf(name: string): Tag | undefined {
  return TAGS.find((tag) => tag.toLowerCase() === name.toLowerCase());
}

/** The filter that these words are; `rough` ones take a part of a value for it, in capitals or not. */
export function filterFrom(words: readonly string[], rough: boolean): Filter {
  const filters: Filter[] = [];
  for (let i = 0; i < words.length;) {
    const word = words[i++]!;
    if (word.startsWith("(")) {
      filters.push(new Expression(word, rough).whole());
    } else {
      const wanted = words[i++];
      if (wanted === undefined) throw new Refusal(CODE.argument, "Incorrect number of filter arguments");
      filters.push(condition(word, rough ? roughly : exactly, wanted));
    }
  }
  return (song) => filters.every((filter) => filter(song));
}

function condition(name: string, comparison: Comparison, wanted: string): Filter {
  const isLike = comparison(wanted);
  switch (name.toLowerCase()) {
    case "any":
      return (song) => isLike(song.path) || Object.values(song.tags).some(isLike);
    case "file":
    case "filename":
      return (song) => isLike(song.path);
    case "base":
      return (song) => song.path.startsWith(`${wanted}/`);
  }
  const tag = tagOf(name);
  if (tag === undefined) throw new Refusal(CODE.argument, `Unknown filter type: ${name}`);
  return (song) => isLike(song.tags[tag] ?? "");
}

/** An expression in parentheses, read from left to right. */
class Expression {
  readonly #text: string;
  readonly #rough: boolean;
  #at = 0;

  constructor(text: string, rough: boolean) {
    this.#text = text;
    this.#rough = rough;
  }

  /** What it means, and nothing may follow it. */
  whole(): Filter {
    const filter = this.#group(0);
    if (this.#at < this.#text.length) this.#fail();
    return filter;
  }

  /** `(!group)`, `(group AND group ...)` or `(tag operator "value")`. */
  #group(depth: number): Filter {
    if (depth > 100 || this.#take(/\(/y) === undefined) this.#fail();
    let filter: Filter;
    if (this.#take(/!/y) !== undefined) {
      const inner = this.#group(depth + 1);
      filter = (song) => !inner(song);
    } else if (this.#text[this.#at] === "(") {
      const groups: Filter[] = [];
      do groups.push(this.#group(depth + 1)); while (this.#take(/AND/y) !== undefined);
      filter = (song) => groups.every((group) => group(song));
    } else {
      filter = this.#condition();
    }
    if (this.#take(/\)/y) === undefined) this.#fail();
    return filter;
  }

  #condition(): Filter {
    const name = this.#take(/\w+/y) ?? this.#fail();
    const operator = this.#take(/==|!=|contains|starts_with/y) ?? "==";
    const quoted = this.#take(/"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*'/y) ?? this.#fail();
    const wanted = quoted.slice(1, -1).replace(/\\([^])/g, "$1");
    if (operator === "contains") return condition(name, roughly, wanted);
    if (operator === "starts_with") {
      return condition(name, (wanted) => (value) => value.startsWith(wanted), wanted);
    }
    const same: Comparison = this.#rough
      ? (wanted) => (value) => value.toLowerCase() === wanted.toLowerCase()
      : exactly;
    const filter = condition(name, same, wanted);
    return operator === "==" ? filter : (song) => !filter(song);
  }

  #take(token: RegExp): string | undefined {
    token.lastIndex = this.#at;
    const found = token.exec(this.#text)?.[0];
    if (found === undefined) return undefined;
    const blank = /\s*/y;
    blank.lastIndex = token.lastIndex;
    blank.exec(this.#text);
    this.#at = blank.lastIndex;
    return found;
  }

  #fail(): never {
    throw new Refusal(CODE.argument, `Not understood from here: ${this.#text.slice(this.#at) || "the end"}`);
  }
}
