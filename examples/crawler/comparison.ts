/**
 * The comparison: every way fetches the same addresses, and a table tells how long each took.
 *
 * @module
 */

import { type Coroutine, current } from "../../mod.ts";
import { startApi } from "./api.ts";
import { type Content, runnable, type Way, WAYS } from "./ways.ts";

/** How one way did. */
interface Result {
  way: Way;
  seconds: number;
  contents: Content[];
}

/** Compares the ways on the little API of its own. */
export function* compareOnApi(): Coroutine<boolean> {
  const { worker, urls } = yield* startApi();
  try {
    return yield* compare(urls);
  } finally {
    worker.terminate();
  }
}

/** Fetches `urls` in every way and prints what came of it. Results in whether all ways got the same. */
export function* compare(urls: string[]): Coroutine<boolean> {
  console.log(`Fetching ${urls.length} addresses`);
  const results: Result[] = [];
  for (const way of WAYS) {
    if (way.name === "by processes" && runnable() === undefined) continue;
    const { host } = current().scheduler;
    const start = host.now();
    const contents = yield* way.fetchAll(urls);
    results.push({ way, seconds: host.now() - start, contents });
  }
  printContents(urls, results[0]!.contents);
  yield* printTable(results);
  return agreement(urls, results);
}

function printContents(urls: string[], contents: Content[]): void {
  console.log();
  for (const [index, url] of urls.entries()) console.log(`${url}\n  ${inShort(contents[index]!)}`);
}

/** The beginning of a text, without what terminals take for orders. */
function inShort(text: string): string {
  const line = text.replace(/[\p{C}\s]+/gu, " ").trim();
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}

function* printTable(results: Result[]): Coroutine {
  const first = results[0]!;
  const row = (...cells: string[]) =>
    console.log(cells.map((cell, i) => i === 0 ? cell.padEnd(19) : cell.padStart(9)).join(" ").trimEnd());
  console.log();
  row("way", "seconds", "ratio", "bytes", "sha-256");
  for (const way of WAYS) {
    const result = results.find((result) => result.way === way);
    if (result === undefined) {
      row(way.name, "skipped:", "needs", "--allow-run=deno");
      continue;
    }
    const { contents, seconds } = result;
    const bytes = new TextEncoder().encode(contents.join("\n"));
    const digest = new Uint8Array(yield crypto.subtle.digest("SHA-256", bytes));
    row(
      way.name,
      seconds.toFixed(3),
      (first.seconds / seconds).toFixed(1),
      String(bytes.length),
      digest.toHex().slice(0, 8),
    );
  }
}

function agreement(urls: string[], results: Result[]): boolean {
  const first = results[0]!;
  let agree = true;
  for (const { way, contents } of results) {
    for (const [index, url] of urls.entries()) {
      if (contents[index] === first.contents[index]) continue;
      console.log(`${url} was not the same ${way.name} as ${first.way.name}.`);
      agree = false;
    }
  }
  if (agree) console.log("\nAll got the same.");
  return agree;
}
