/**
 * A command in words, for messages.
 *
 * @module
 */

import type { ProcessSpec } from "./processes.ts";

/** The most characters of it that a message shows. */
const MOST = 200;

/** The command as one would type it, cut off if it is long. */
export function commandLine({ program, args }: ProcessSpec): string {
  const line = [program, ...args].map(quoted).join(" ");
  return line.length > MOST ? `${line.slice(0, MOST)}...` : line;
}

/** Quoted as in a shell, where that is necessary. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
