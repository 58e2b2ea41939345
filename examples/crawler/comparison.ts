/**
 * The comparison: every way fetches the same addresses, and a table tells how long each took.
 *
 * @module
 */

import { type Coroutine, current, promise } from "../../mod.ts";
import { hostOf, requireNet } from "./permissions.ts";
import { inShort, printable } from "./printable.ts";
import { type Content, fetchAll, runnable, WAYS } from "./ways.ts";

/**
 * Fetches `urls` in every way, gives each so many seconds, and prints what came of it. Results in whether all ways
 * got the same.
 */
export function* compare(urls: string[], patience: number): Coroutine<boolean> {
  for (const url of urls) requireNet(hostOf(url));
  const { host } = current().scheduler;
  const differences: string[] = [];
  let first: { contents: Content[]; seconds: number } | undefined;
  console.log(`Fetching ${urls.length} addresses\n`);
  row("way", "seconds", "speed-up", "bytes", "sha-256");
  for (const way of WAYS) {
    if (way.name === "processes" && runnable() === undefined) {
      row(way.name, "skipped: needs --allow-run=deno");
      continue;
    }
    const start = host.now();
    const contents = yield* fetchAll(way, urls, patience);
    const seconds = host.now() - start;
    first ??= { contents, seconds };
    const speedUp = (first.seconds / seconds).toFixed(1);
    const bytes = new TextEncoder().encode(contents.join("\n"));
    row(way.name, seconds.toFixed(3), speedUp, String(bytes.length), yield* digestOf(bytes));
    for (const [index, url] of urls.entries()) {
      if (contents[index] !== first.contents[index]) {
        differences.push(`${printable(url)}: ${way.name} got something else than ${WAYS[0]!.name}.`);
      }
    }
  }
  console.log();
  for (const [index, url] of urls.entries()) {
    console.log(`${printable(url)}\n  ${inShort(first!.contents[index]!)}`);
  }
  console.log(`\n${differences.length === 0 ? "All got the same." : differences.join("\n")}`);
  return differences.length === 0;
}

/** Prints a row of the table. */
function row(...cells: string[]): void {
  console.log(cells.map((cell, i) => i === 0 ? cell.padEnd(10) : cell.padStart(9)).join(" "));
}

function* digestOf(bytes: Uint8Array<ArrayBuffer>): Coroutine<string> {
  const digest = yield* promise(crypto.subtle.digest("SHA-256", bytes));
  return new Uint8Array(digest).toHex().slice(0, 8);
}
