/**
 * Reads the house: every file of the library, its text, and the facts that `syntax_reader.ts` reports of it.
 *
 * @module
 */

import type { Breach } from "./breach.ts";
import { runDeno } from "./deno_command.ts";
import { isEntryFile, type Room, roomOf, ROOMS } from "./rooms.ts";
import type { FactKind } from "./syntax_reader.ts";

/** One thing that a file says. */
export interface Fact {
  readonly kind: FactKind;
  readonly value: string;
  /** Counted from 1. */
  readonly line: number;
}

/** One import, re-exports among them. */
export interface Import {
  /** The path from the root of what is imported; outside the root, its address. */
  readonly to: string;
  readonly line: number;
  /** Whether it exists for types only. */
  readonly typeOnly: boolean;
}

/** One file of the library. */
export interface SourceFile {
  /** Its path from the root. */
  readonly path: string;
  readonly room: Room | undefined;
  readonly text: string;
  readonly facts: readonly Fact[];
  readonly imports: readonly Import[];
}

/** The library as it stands. */
export interface House {
  /** The folder of deno.json, with a slash at the end. */
  readonly root: URL;
  /** Every file, sorted by path. */
  readonly files: readonly SourceFile[];
  /** What could not be read. */
  readonly breaches: readonly Breach[];
}

/** Reads the house that stands in the folder `root`. */
export async function readHouse(root: URL): Promise<House> {
  const paths = [...entryFiles(root), ...filesUnder(root, "src")].sort();
  const { facts, errors } = await readFacts(root, paths);
  const files: SourceFile[] = [];
  const breaches: Breach[] = [];
  for (const path of paths) {
    const said = facts.get(path) ?? [];
    if (!said.some((fact) => fact.kind === "read")) breaches.push(unreadable(path, errors));
    files.push({
      path,
      room: roomOf(path),
      text: Deno.readTextFileSync(new URL(path, root)),
      facts: said,
      imports: said.flatMap((fact) => importOf(fact, path, root)),
    });
  }
  return { root, files, breaches };
}

/** The text of a file that does not belong to the code, such as README.md; undefined if it does not exist. */
export function readText(root: URL, path: string): string | undefined {
  try {
    return Deno.readTextFileSync(new URL(path, root));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** The path from `root` of a file's address; of anything outside, the address itself. */
export function pathFrom(root: URL, address: string): string {
  return address.startsWith(root.href) ? decodeURIComponent(address.slice(root.href.length)) : address;
}

/** The first file and line of the house that a stack trace or an error message names. */
export function placeIn(text: string, root: URL): [path: string, line: number] | undefined {
  for (const [, address, line] of text.matchAll(/(file:\/\/[^\s()]+?):(\d+):\d+/g)) {
    const path = pathFrom(root, address!);
    if (path !== address) return [path, Number(line)];
  }
  return undefined;
}

/** The number of the line that holds the character at `index`, counted from 1. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, Math.max(0, index)).split("\n").length;
}

function* entryFiles(root: URL): Generator<string> {
  for (const room of ROOMS) {
    if (isEntryFile(room) && readText(root, room.name) !== undefined) yield room.name;
  }
}

function* filesUnder(root: URL, folder: string): Generator<string> {
  for (const entry of Deno.readDirSync(new URL(folder, root))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* filesUnder(root, path);
    else if (/\.[cm]?[jt]sx?$/.test(path)) yield path;
  }
}

/** Has the linter read all files at once: one process, however many they are. */
async function readFacts(
  root: URL,
  paths: string[],
): Promise<{ facts: Map<string, Fact[]>; errors: LintError[] }> {
  const facts = new Map<string, Fact[]>();
  if (paths.length === 0) return { facts, errors: [] };
  const config = new URL("read.json", import.meta.url);
  const args = ["lint", "--json", "--config", decodeURIComponent(config.pathname)];
  const output = await runDeno(root, [...args, ...paths]);
  if (!output.stdout) throw new Error(`deno lint said nothing: ${output.stderr}`);
  const report: LintReport = JSON.parse(output.stdout);
  for (const { filename, message, range } of report.diagnostics) {
    const path = pathFrom(root, filename);
    const [kind, value] = message.split(/\t(.*)/s) as [FactKind, string];
    if (!facts.has(path)) facts.set(path, []);
    facts.get(path)!.push({ kind, value, line: range.start.line });
  }
  return { facts, errors: report.errors };
}

/** The part of `deno lint --json` that is used here. */
interface LintReport {
  diagnostics: { filename: string; message: string; range: { start: { line: number } } }[];
  errors: LintError[];
}

interface LintError {
  file_path: string;
  message: string;
}

function importOf({ kind, value, line }: Fact, path: string, root: URL): Import[] {
  if (kind !== "import" && kind !== "import type") return [];
  const isPath = /^(\.{0,2}\/|file:)/.test(value);
  const to = isPath ? pathFrom(root, new URL(value, new URL(path, root)).href) : value;
  return [{ to, line, typeOnly: kind === "import type" }];
}

function unreadable(path: string, errors: LintError[]): Breach {
  const error = errors.find((each) => each.file_path.endsWith(`/${path}`));
  const why = error?.message.split("\n")[0] ?? "a `deno-lint-ignore-file` hides it";
  const line = Number(/:(\d+):\d+\s*$/.exec(error?.message ?? "")?.[1] ?? 1);
  return { kind: "file", path, line, message: `cannot be read: ${why}` };
}
