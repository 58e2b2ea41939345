/**
 * Tests that break one wall each: a tiny house that keeps them all but for one change, which the inspection must
 * name with its file and line, and nothing else.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type Check, inspect, READING, RUNNING } from "../../.ci/walls.ts";
import { describe } from "../../.ci/walls/breach.ts";
import { lacks } from "../requirements.ts";
import { build, type Changes } from "./fake_house.ts";

/** Whether this run of the tests may not build houses and inspect them. */
export const ignore = lacks(["run", "read", "write"]);

/** A test that reading the house after `changes` finds one breach for each of `expected`, which opens that way. */
export function finds(name: string, changes: Changes, ...expected: string[]): void {
  expectBreaches(name, changes, expected, READING);
}

/** A test of a whole inspection, which runs parts of the house, too. */
export function findsByRunning(name: string, changes: Changes, ...expected: string[]): void {
  expectBreaches(name, changes, expected, [...READING, ...RUNNING]);
}

function expectBreaches(name: string, changes: Changes, expected: string[], checks: readonly Check[]): void {
  Deno.test({
    name: `walls: ${name}`,
    ignore,
    async fn() {
      const root = build(changes);
      try {
        const found = (await inspect(root, checks)).breaches.map(describe);
        const asExpected = found.map((breach, index) => {
          const opening = expected[index];
          return opening && breach.startsWith(opening) ? opening : breach;
        });
        assertEquals(asExpected, expected);
      } finally {
        Deno.removeSync(root, { recursive: true });
      }
    },
  });
}
