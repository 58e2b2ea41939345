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
    const from = Math.max(0, (error.options.plan?.[0]?.at ?? 0) - 0.05); // shortly before all went wrong
    Deno.writeTextFileSync(picture, error.history.svg(`Seed ${error.seed} loses a write`, { from }));
    console.log(`  the picture is in ${picture}`);
  }
}
