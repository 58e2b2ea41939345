/**
 * That the README's list of names is what mod.ts exports: the bullets under "A minute's tour", with every name in
 * backticks.
 *
 * @module
 */

import type { Breach } from "./breach.ts";
import type { Exported } from "./entries.ts";

const PATH = "README.md";
const HEADING = /^#+ A minute's tour\s*$/;
const BULLET = /^- \*\*/;

/** The names that the list lacks, and those that it has too many. `text` is the README's. */
export function checkReadme(text: string | undefined, exported: Exported[]): Breach[] {
  const { names, line } = listedNames(text ?? "");
  if (line === 0) {
    const message =
      'has no list of names under "A minute\'s tour" (bullets such as - **Threads**: `run` `main`)';
    return [{ kind: "readme", path: PATH, line: 1, message }];
  }
  const breaches: Breach[] = [];
  const lacking = exported.filter(({ name, isValue }) => isValue && !names.has(name));
  if (lacking.length > 0) {
    const list = lacking.map(({ name }) => `\`${name}\``).join(" ");
    const message = `the list of names lacks ${lacking.length} that mod.ts exports: ${list}`;
    breaches.push({ kind: "readme", path: PATH, line, message });
  }
  for (const [name, line] of names) {
    if (exported.some((each) => each.name === name)) continue;
    breaches.push({
      kind: "readme",
      path: PATH,
      line,
      message: `lists \`${name}\`, which mod.ts does not export`,
    });
  }
  return breaches;
}

/** What stands in backticks in the list, each with its line; and the line where the list starts, or 0. */
function listedNames(text: string): { names: Map<string, number>; line: number } {
  const names = new Map<string, number>();
  let start = 0;
  let level = 0; // of the section's heading while in the section
  let inBullet = false;
  for (const [index, line] of text.split("\n").entries()) {
    const heading = /^(#+) /.exec(line)?.[1]?.length;
    if (HEADING.test(line)) level = heading!;
    else if (heading && heading <= level) level = 0;
    if (BULLET.test(line)) inBullet = level > 0;
    else if (!/^\s+\S/.test(line)) inBullet = false;
    if (!inBullet) continue;
    start ||= index + 1;
    for (const [, name] of line.matchAll(/`([^`]+)`/g)) if (!names.has(name!)) names.set(name!, index + 1);
  }
  return { names, line: start };
}
