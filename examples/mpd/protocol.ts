/**
 * The words of the MPD protocol: a line of a request taken apart, and a refusal put together. Each of these
 * looks at every character once, so that no line takes longer than its length says.
 *
 * @module
 */

import { NUMBER } from "./limits.ts";

/** The version of the protocol that the greeting names. */
export const VERSION = "0.23.5";

/** The codes of the protocol's errors. */
export const CODE = {
  argument: 2,
  unknown: 5,
  noExist: 50,
  queueFull: 51,
  system: 52,
  playerSync: 55,
} as const;

/** Why a command is refused. The client is told so by an `ACK` line, and its connection goes on. */
export class Refusal extends Error {
  constructor(readonly code: number, message: string) {
    super(message);
  }
}

/** The line for a refusal of the `index`th command of a list (0 outside of lists). */
export function ack({ code, message }: Refusal, index: number, command: string): string {
  return `ACK [${code}@${index}] {${command}} ${message}\n`;
}

/** The words of a request: bare ones, and `"quoted ones"` with `\"` and `\\` in them. */
export function wordsOf(line: string): string[] {
  const words: string[] = [];
  let at = 0;
  const isBlank = () => line[at] === " " || line[at]! >= "\t" && line[at]! <= "\r";
  while (true) {
    while (isBlank()) at++;
    if (at >= line.length) return words;
    let word = "";
    if (line[at] === '"') {
      while (line[++at] !== '"') {
        if (line[at] === "\\") at++;
        if (at >= line.length) throw new Refusal(CODE.unknown, "Invalid quoting");
        word += line[at];
      }
      at++;
      if (at < line.length && !isBlank()) throw new Refusal(CODE.unknown, "Invalid quoting");
    } else {
      const start = at;
      while (at < line.length && !isBlank()) {
        if (line[at++] === '"') throw new Refusal(CODE.unknown, "Invalid quoting");
      }
      word = line.slice(start, at);
    }
    words.push(word);
  }
}

/** A whole number, at least `least`. */
export function integer(word: string, least = 0): number {
  if (!/^[+-]?\d+$/.test(word)) throw new Refusal(CODE.argument, `Integer expected: ${word}`);
  const number = Number(word);
  if (number < least) throw new Refusal(CODE.argument, `Number too small: ${word}`);
  if (number > NUMBER) throw new Refusal(CODE.argument, `Number too large: ${word}`);
  return number;
}

/** `0` or `1`. */
export function boolean(word: string): boolean {
  if (word !== "0" && word !== "1") throw new Refusal(CODE.argument, `Boolean (0/1) expected: ${word}`);
  return word === "1";
}

/** A time in seconds, with or without a fraction and a sign. */
export function seconds(word: string): number {
  if (!/^[+-]?(?:\d+(?:\.\d*)?|\.\d+)$/.test(word)) {
    throw new Refusal(CODE.argument, `Float expected: ${word}`);
  }
  return Number(word);
}

/** A position, `start:end` or `start:`, as where to start and where to stop; both at most `length`. */
export function range(word: string, length: number): [start: number, end: number] {
  const [, start, colon, end] = /^(\d+)(?:(:)(\d*))?$/.exec(word) ?? [];
  if (start === undefined) throw new Refusal(CODE.argument, `Integer or range expected: ${word}`);
  const from = Number(start);
  const to = colon === undefined ? from + 1 : end === "" ? length : Math.min(Number(end), length);
  if (from > length || to > length) throw new Refusal(CODE.argument, "Bad song index");
  return [from, Math.max(from, to)];
}

/** A path without the slashes that clients write around it. */
export function trimmed(path: string): string {
  let start = 0, end = path.length;
  while (path[start] === "/") start++;
  while (end > start && path[end - 1] === "/") end--;
  return path.slice(start, end);
}
