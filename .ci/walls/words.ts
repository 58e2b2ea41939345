/**
 * Phrases that comments used to be written in, and that a reader for whom English is a second language has to
 * read twice.
 *
 * @module
 */

import type { Breach } from "./breach.ts";
import type { House } from "./house.ts";

/** Each phrase, and what to write in its place. A comment may break it over two lines. */
const PHRASES: { phrase: RegExp; instead: string }[] = [
  { phrase: /\bwhat[\s*]+[^.]{1,60}?[\s*]may[\s*]+be[\s*]+told\b/gi, instead: 'write "Options for ..."' },
  { phrase: /\bwho[\s*]+(gets|waits|has[\s*]+waited)\b/gi, instead: 'write "the thread that ..."' },
];

/** The comments with such a phrase. */
export function checkWords(house: House): Breach[] {
  const breaches: Breach[] = [];
  for (const { path, facts } of house.files) {
    for (const comment of facts.filter((fact) => fact.kind === "comment")) {
      for (const { phrase, instead } of PHRASES) {
        for (const match of comment.value.matchAll(phrase)) {
          const line = comment.line + comment.value.slice(0, match.index).split("\n").length - 1;
          const words = match[0].replace(/[\s*]+/g, " ");
          breaches.push({ kind: "words", path, line, message: `"${words}": ${instead}` });
        }
      }
    }
  }
  return breaches;
}
