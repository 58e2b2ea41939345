/**
 * Prints the hash of a busy history: a fixture of `determinism_test.ts`, run in processes of its own.
 *
 * @module
 */

import { busy } from "./busy.ts";
import { simulate } from "../../../src/testing/mod.ts";

const hashes = [];
for (let seed = 0; seed < 20; seed++) {
  hashes.push(
    await simulate(busy, {
      seed,
      shuffle: true,
      faults: { partition: 2, hold: 1, reset: 1, stall: 1, crash: 0.5 },
    }),
  );
}
console.log(hashes.join("\n"));
