/**
 * What a program can import: the entries of deno.json, and what the entry files at the root export.
 *
 * @module
 */

import type { Breach } from "./breach.ts";
import { runDeno } from "./deno_command.ts";
import { type House, lineAt, pathFrom, placeIn, readText } from "./house.ts";
import { checkReadme } from "./readme.ts";
import { isEntryFile, roomOf, ROOMS } from "./rooms.ts";

/** Checks the entries, the entry files' lists, and the README's list against that of mod.ts. */
export async function checkEntries(house: House): Promise<Breach[]> {
  const breaches = [...checkConfig(house), ...checkStars(house)];
  const files = house.files.filter((file) => file.room && isEntryFile(file.room)).map((file) => file.path);
  if (files.length === 0) return breaches;
  const output = await runDeno(house.root, ["doc", "--json", ...files]);
  if (!output.success) {
    const [path, line] = placeIn(output.stderr, house.root) ?? [files[0]!, 1];
    const error = /^error: (.*)/m.exec(output.stderr)?.[1] ?? "it printed no reason";
    return [...breaches, { kind: "entry", path, line, message: `deno doc failed: ${error}` }];
  }
  const exported = exportsIn(output.stdout, house.root);
  breaches.push(...checkRoomsApart(house, exported));
  if (files.includes("mod.ts")) {
    const types = typesIn(readText(house.root, "mod.ts")!);
    const names = exported.filter((each) => each.by === "mod.ts").map((each) => ({
      ...each,
      isValue: each.isValue && !types.has(each.name),
    }));
    breaches.push(...checkReadme(readText(house.root, "README.md"), names));
  }
  return breaches;
}

/** The names that `source` exports as types alone, also where they name a class. */
function typesIn(source: string): Set<string> {
  const lists = [...source.matchAll(/export type \{([^}]*)\}/g)].map((match) => match[1]!);
  return new Set(lists.flatMap((list) => list.split(",").map((name) => name.trim())));
}

/** A name that an entry file exports. */
export interface Exported {
  readonly name: string;
  /** The entry file. */
  readonly by: string;
  /** The file that declares it. */
  readonly from: string;
  /** Whether it exists at run time: a function, a class, a constant. */
  readonly isValue: boolean;
}

/** Each entry of deno.json must exist and say what it is for; each room with an entry of its own must have it. */
function checkConfig({ root, files }: House): Breach[] {
  const path = "deno.json";
  const text = readText(root, path);
  if (text === undefined) return [{ kind: "entry", path, line: 1, message: "does not exist" }];
  const { exports } = JSON.parse(text);
  const entries: Record<string, string> = typeof exports === "string" ? { ".": exports } : exports ?? {};
  const breaches: Breach[] = [];
  for (const [name, target] of Object.entries(entries)) {
    const file = target.replace(/^\.\//, "");
    const source = readText(root, file);
    const line = lineAt(text, text.indexOf(`"${target}"`));
    if (source === undefined) {
      breaches.push({
        kind: "entry",
        path,
        line,
        message: `the entry ${name} is ${target}, which does not exist`,
      });
    } else if (!/^\/\*\*(?:(?!\*\/)[^])*@module/.test(source)) {
      const message = `is the entry ${name}, but does not open with a module's comment (@module)`;
      breaches.push({ kind: "entry", path: file, line: 1, message });
    }
  }
  for (const { name } of ROOMS.filter((room) => room.ownEntry)) {
    const door = `src/${name}/mod.ts`;
    if (!files.some((file) => file.path === door) || entries[`./${name}`] === `./${door}`) continue;
    const line = lineAt(text, text.indexOf('"exports"'));
    breaches.push({ kind: "entry", path, line, message: `has no entry "./${name}": "./${door}"` });
  }
  return breaches;
}

/** The lists of the entry files are written by name. */
function checkStars({ files }: House): Breach[] {
  return files.filter(({ room }) => room && isEntryFile(room)).flatMap(({ path, facts }) =>
    facts.filter((fact) => fact.kind === "export *").map(({ value, line }): Breach => ({
      kind: "entry",
      path,
      line,
      message: `has \`export *\` of ${value}: give the names`,
    }))
  );
}

/** A room with an entry of its own never passes through an entry file, by whatever way. */
function checkRoomsApart(house: House, exported: Exported[]): Breach[] {
  const apart = exported.filter(({ from }) => roomOf(from)?.ownEntry);
  return apart.map(({ name, by, from }) => {
    const text = house.files.find((file) => file.path === by)?.text ?? "";
    const line = lineAt(text, withoutComments(text).search(new RegExp(`\\b${name}\\b`)));
    const entry = `./${roomOf(from)!.name}`;
    return {
      kind: "entry",
      path: by,
      line,
      message: `exports ${name} of ${from}, which has the entry ${entry}`,
    };
  });
}

/** The text with blanks in place of its doc comments, character for character. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " "));
}

/** The part of `deno doc --json` that is used here. */
interface Doc {
  nodes: Record<string, {
    symbols?: { name: string; declarations: { kind: string; location: { filename: string } }[] }[];
  }>;
}

const VALUE_KINDS = ["function", "class", "variable", "enum", "namespace"];

function exportsIn(json: string, root: URL): Exported[] {
  const { nodes }: Doc = JSON.parse(json);
  return Object.entries(nodes).flatMap(([address, { symbols = [] }]) =>
    symbols.map(({ name, declarations }) => ({
      name,
      by: pathFrom(root, address),
      from: pathFrom(root, declarations[0]?.location.filename ?? ""),
      isValue: declarations.some(({ kind }) => VALUE_KINDS.includes(kind)),
    }))
  );
}
