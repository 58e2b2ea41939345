/**
 * The walls of the house, checked: which room may import which and by which door, no import circles, what a room
 * may name, what a program can import. Prints each breach, a map of the rooms, and exits 1 if there is a breach.
 *
 *     deno run --allow-read=. --allow-run .ci/walls.ts [folder]
 *
 * The plan of the rooms is in `walls/rooms.ts`; each other file there holds one kind of check.
 *
 * @module
 */

import { checkArrows } from "./walls/arrows.ts";
import { type Breach, describe, inOrder } from "./walls/breach.ts";
import { checkCircles } from "./walls/circles.ts";
import { checkEntries } from "./walls/entries.ts";
import { checkFiles } from "./walls/files.ts";
import { type House, readHouse } from "./walls/house.ts";
import { checkLoading } from "./walls/loading.ts";
import { drawMap } from "./walls/map.ts";
import { checkNames } from "./walls/names.ts";
import { checkWords } from "./walls/words.ts";

/** What an inspection of the house found. */
export interface Findings {
  /** How many files there are. */
  readonly files: number;
  /** In the order of files and lines. */
  readonly breaches: readonly Breach[];
  /** The rooms and arrows, drawn. */
  readonly map: string;
}

/** One kind of check: which walls are not kept. */
export type Check = (house: House) => Breach[] | Promise<Breach[]>;

/** The checks of what the files say. */
export const READING: readonly Check[] = [checkArrows, checkCircles, checkNames, checkFiles, checkWords];
/** The checks that start a process of their own. */
export const RUNNING: readonly Check[] = [checkLoading, checkEntries];

/** Inspects the house that stands in the folder `root`, whose address ends in a slash. */
export async function inspect(
  root: URL,
  checks: readonly Check[] = [...READING, ...RUNNING],
): Promise<Findings> {
  const house = await readHouse(root);
  const found = await Promise.all(checks.map((check) => check(house)));
  return {
    files: house.files.length,
    breaches: inOrder([...house.breaches, ...found.flat()]),
    map: drawMap(house),
  };
}

/** `3 arrow, 1 door`: how many breaches there are of each kind. */
function tally(breaches: readonly Breach[]): string {
  const kinds = Map.groupBy(breaches, (breach) => breach.kind);
  return [...kinds].map(([kind, { length }]) => `${length} ${kind}`).sort().join(", ");
}

if (import.meta.main) {
  const folder = Deno.args[0] ?? decodeURIComponent(new URL("..", import.meta.url).pathname);
  const root = new URL("file:///");
  root.pathname = `${Deno.realPathSync(folder)}/`;
  const { files, breaches, map } = await inspect(root);
  for (const breach of breaches) console.error(describe(breach));
  console.log(`\n${map}\n`);
  if (breaches.length > 0) console.log(tally(breaches));
  console.log(`${files} files, ${breaches.length} breaches`);
  Deno.exit(breaches.length === 0 ? 0 : 1);
}
