/**
 * What a file looks like from outside: its name, its opening comment, its length; and whether type stripping,
 * with which Node and browsers' tools run TypeScript, accepts it.
 *
 * @module
 */

import { stripTypeScriptTypes } from "node:module";
import type { Breach } from "./breach.ts";
import type { House, SourceFile } from "./house.ts";
import { LONG_FILES } from "./rooms.ts";

const MOST_LINES = 300;

/** Names that say nothing about the one idea inside. */
const EMPTY_NAMES = /^(utils?|helpers?|common|types?|misc|index|base|core|stuff|lib)$/;

/** The files that are not as a file should be. */
export function checkFiles(house: House): Breach[] {
  return house.files.flatMap((file) => [
    ...checkName(file),
    ...checkOpening(file),
    ...checkLength(file),
    ...checkStripping(file),
  ]);
}

/** Looks at the file's name, and at those of the folders between it and its room. */
function checkName({ path }: SourceFile): Breach[] {
  const [, _room, ...names] = path.replace(/(\.d)?\.[^./]+$/, "").split("/");
  return names.filter((name) => EMPTY_NAMES.test(name)).map((name) => ({
    kind: "file",
    path,
    line: 1,
    message: `has a name that says nothing: ${name}`,
  }));
}

function checkOpening({ path, text }: SourceFile): Breach[] {
  if (text.startsWith("/**")) return [];
  return [{ kind: "file", path, line: 1, message: "does not open with a comment that says what it is for" }];
}

function checkLength({ path, text }: SourceFile): Breach[] {
  const lines = text.split("\n").length - 1;
  if (lines <= MOST_LINES || LONG_FILES[path]) return [];
  return [{
    kind: "file",
    path,
    line: MOST_LINES + 1,
    message: `has ${lines} lines: which second idea moved in?`,
  }];
}

/** Asks the type stripper itself what it refuses: parameter properties, enums, namespaces, and what may come. */
function checkStripping({ path, text, facts }: SourceFile): Breach[] {
  const isRead = facts.some((fact) => fact.kind === "read");
  if (!isRead || !/\.[cm]?ts$/.test(path)) return [];
  try {
    stripTypeScriptTypes(text);
    return [];
  } catch (error) {
    // "TypeScript enum is not supported in strip-only mode at file:///stripTypeScriptTypes.ts:4:1", for each place
    return String(error instanceof Error ? error.message : error).trim().split(/\n\s*\n/).map((refusal) => ({
      kind: "syntax",
      path,
      line: Number(/:(\d+):\d+\s*$/.exec(refusal)?.[1] ?? 1),
      message: refusal.replace(/ at file:.*/, "").trim(),
    }));
  }
}
