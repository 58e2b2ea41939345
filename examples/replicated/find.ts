/**
 * Looks for a seed that breaks the replicated store, and draws what happened.
 *
 *     deno run --allow-write=. examples/replicated/find.ts [picture.svg]
 *
 * @module
 */

import { explore, FailingSeedError } from "../../src/testing/mod.ts";
import { carelessStore, PARTITIONS } from "./world.ts";

try {
  const { seeds, injected } = await explore(carelessStore, { seeds: 500, faults: PARTITIONS });
  console.log(`${seeds} seeds and ${injected.partition} partitions, and no acknowledged write was lost`);
} catch (error) {
  if (!(error instanceof FailingSeedError)) throw error;
  console.log(error.message);
  const [picture] = Deno.args;
  if (picture !== undefined) {
    Deno.writeTextFileSync(picture, error.history.svg(`Seed ${error.seed} loses a write`));
    console.log(`  the picture is in ${picture}`);
  }
}
