/**
 * Ways to spoil what a client says, by chance. Text is binary: a character for each byte.
 *
 *     spoil('play "5"\n', new Dice(1));
 *
 * @module
 */

import type { Dice } from "../sync/seeds.ts";

/** Makes something else of `text`. */
export type Mutation = (text: string, dice: Dice) => string;

/** No text becomes longer than this. */
const LONGEST = 100_000;

/** What parsers stumble over. */
const ODD = [
  "\0",
  "\r",
  "\n",
  "\r\n",
  "\x7f",
  "\x85",
  "\xa0",
  "\xff",
  "\xc0\xaf",
  "\xed\xa0\x80",
  "\xef\xbb\xbf",
  '"',
  "'",
  "\\",
  "%",
  "%00",
  "%2e%2e%2f",
  "../",
  "//",
  ":",
  ";",
  ",",
  "=",
  "*",
  "-1",
  "0x10",
  "1e9",
  "NaN",
  "2147483648",
  "9007199254740993",
  "99999999999999999999",
  "__proto__",
  "constructor",
  "\x1b[2J",
];

function random(size: number, dice: Dice): string {
  return Array.from({ length: size }, () => String.fromCharCode(dice.below(256))).join("");
}

function replaced(text: string, at: number, count: number, by: string): string {
  return text.slice(0, at) + by + text.slice(at + count);
}

/** A place in `text`, and how much of it from there on, at most `longest`. */
function part(text: string, dice: Dice, longest = text.length): [at: number, count: number] {
  const at = dice.below(text.length + 1);
  return [at, dice.below(Math.min(longest, text.length - at) + 1)];
}

/** Where a word begins, and how long it is. */
function word(text: string, dice: Dice): [at: number, count: number] {
  const words = Array.from(text.matchAll(/[^\s:"(),;=]+/g));
  if (words.length === 0) return [0, 0];
  const { 0: found, index } = dice.pick(words);
  return [index, found.length];
}

/** The ways, by name. */
export const MUTATIONS: Record<string, Mutation> = {
  "bits flipped"(text, dice) {
    for (let i = dice.below(6); i >= 0; i--) {
      const at = dice.below(text.length);
      text = replaced(text, at, 1, String.fromCharCode((text.charCodeAt(at) || 0) ^ 1 << dice.below(8)));
    }
    return text;
  },
  "bytes changed": (text, dice) => {
    const [at, count] = part(text, dice, 8);
    return replaced(text, at, count, random(count, dice));
  },
  "bytes put in": (text, dice) =>
    replaced(text, dice.below(text.length + 1), 0, random(dice.below(20), dice)),
  "something odd put in": (text, dice) => replaced(text, dice.below(text.length + 1), 0, dice.pick(ODD)),
  "a word made odd": (text, dice) => replaced(text, ...word(text, dice), dice.pick(ODD)),
  "a word made huge": (text, dice) => {
    const [at, count] = word(text, dice);
    const most = Math.min(5_000, Math.ceil(LONGEST / Math.max(1, count)));
    return replaced(text, at, count, text.slice(at, at + count).repeat(1 + dice.below(most)));
  },
  "a piece cut out": (text, dice) => replaced(text, ...part(text, dice), ""),
  "a piece repeated": (text, dice) => {
    const [at, count] = part(text, dice, 100);
    return replaced(text, at, 0, text.slice(at, at + count).repeat(1 + dice.below(100)));
  },
  "cut short": (text, dice) => text.slice(0, dice.below(text.length + 1)),
  "lines in another order": (text, dice) =>
    text.split("\n").map((line) => ({ line, place: dice.below(1_000) })).sort((a, b) => a.place - b.place)
      .map(({ line }) => line).join("\n"),
  "a line doubled": (text, dice) => {
    const lines = text.split("\n");
    const at = dice.below(lines.length);
    return lines.toSpliced(at, 0, ...Array.from({ length: 1 + dice.below(50) }, () => lines[at]!)).join("\n");
  },
  "odd line ends": (text, dice) => {
    const end = dice.pick([
      "\n",
      "\r",
      "\n\r",
      "\r\r\n",
      "\r\n\n",
      "\r\n\r\n",
      " \r\n",
      "\r\n ",
      "\0\n",
      "\x85",
      "",
    ]);
    return text.replace(/\r?\n/g, (usual) => dice.oneIn(2) ? end : usual);
  },
  "letters of the other case": (text, dice) =>
    text.replace(
      /[a-z]/gi,
      (letter) => dice.oneIn(4) ? String.fromCharCode(letter.charCodeAt(0) ^ 32) : letter,
    ),
  "nothing but noise": (_, dice) => random(1 + dice.below(300), dice),
};

/** Counts which ways were taken, so that a test can see that all were. */
export class Spoiler {
  readonly taken: Record<string, number>;
  readonly #ways: [name: string, mutation: Mutation][];

  /** Spoils in the ways that there are, and in `more`. */
  constructor(more: Record<string, Mutation> = {}) {
    this.#ways = Object.entries({ ...MUTATIONS, ...more });
    this.taken = Object.fromEntries(this.#ways.map(([name]) => [name, 0]));
  }

  /** `text`, spoilt in one way, or in a few. */
  spoil(text: string, dice: Dice): string {
    do {
      const [name, mutation] = dice.pick(this.#ways);
      this.taken[name]!++;
      text = mutation(text, dice).slice(0, LONGEST);
    } while (dice.oneIn(3));
    return text;
  }
}
