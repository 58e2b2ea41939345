/**
 * The words of the MPD protocol: a line of a request taken apart, and a refusal put together.
 *
 * @module
 */

/** The version of the protocol that the greeting names. */
export const VERSION = "0.23.5";

/** The codes of the protocol's errors. */
export const CODE = { argument: 2, unknown: 5, noExist: 50, playerSync: 55 } as const;

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
  const word = /[ \t]*(?:"((?:[^"\\]|\\.)*)"(?=[ \t]|$)|([^\s"]+)(?=[ \t]|$))/y;
  const end = line.trimEnd().length;
  while (word.lastIndex < end) {
    const match = word.exec(line);
    if (match === null) throw new Refusal(CODE.unknown, "Invalid quoting");
    words.push(match[2] ?? match[1]!.replace(/\\(.)/g, "$1"));
  }
  return words;
}

/** A whole number, at least `least`. */
export function integer(word: string, least = 0): number {
  if (!/^[+-]?\d+$/.test(word)) throw new Refusal(CODE.argument, `Integer expected: ${word}`);
  const number = Number(word);
  if (number < least) throw new Refusal(CODE.argument, `Number too small: ${word}`);
  return number;
}

/** `0` or `1`. */
export function boolean(word: string): boolean {
  if (word !== "0" && word !== "1") throw new Refusal(CODE.argument, `Boolean (0/1) expected: ${word}`);
  return word === "1";
}

/** A time in seconds, with or without a fraction and a sign. */
export function seconds(word: string): number {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(word)) throw new Refusal(CODE.argument, `Float expected: ${word}`);
  return Number(word);
}

/** A position, `start:end` or `start:`, as where to start and where to stop. */
export function range(word: string, length: number): [start: number, end: number] {
  const [, start, colon, end] = /^(\d+)(:?)(\d*)$/.exec(word) ?? [];
  if (start === undefined) throw new Refusal(CODE.argument, `Integer or range expected: ${word}`);
  const from = Number(start);
  const to = colon === "" ? from + 1 : end === "" ? length : Math.min(Number(end), length);
  if (from > length || to > length) throw new Refusal(CODE.argument, "Bad song index");
  return [from, Math.max(from, to)];
}
