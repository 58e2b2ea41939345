/**
 * Searching seeds for failures, and making what is found small.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { explore, FailingSeedError, simulate, type World } from "../../src/testing/mod.ts";
import { carefulStore, carelessStore, PARTITIONS } from "../../examples/replicated/world.ts";

/** Two threads that read, give way and write; first in, first out, they do not meet. */
function* race(): bluelet.Coroutine {
  let count = 0;
  function* add(): bluelet.Coroutine {
    const seen = count;
    yield* bluelet.null();
    count = seen + 1;
  }
  function* addLater(): bluelet.Coroutine {
    for (let i = 0; i < 4; i++) yield* bluelet.null();
    yield* add();
  }
  yield* bluelet.all([add(), addLater()]);
  assertEquals(count, 2);
}

Deno.test("explore() finds a race of a read, a switch and a write within 100 seeds", async () => {
  await simulate(race);
  const found = await assertRejects(() => explore(race, { seeds: 100, progress: false }), FailingSeedError);
  assert(found.seed < 100);
  await assertRejects(() => simulate(race, found.options), Error, "Values are not equal");
});

Deno.test("explore() finds the replicated store's mistake within 500 seeds, and not without partitions", async () => {
  const options = { seeds: 500, faults: PARTITIONS, progress: false };
  const found = await assertRejects(() => explore(carelessStore, options), FailingSeedError);
  assertEquals(found.options.plan!.length, 1);
  assertStringIncludes(found.message, `await simulate(carelessStore, { seed: ${found.seed}, `);
  assertStringIncludes(found.history.text(), "partition");
  let hash = "";
  await assertRejects(
    () =>
      simulate(function* (world: World) {
        try {
          yield* carelessStore(world);
        } finally {
          hash = world.history.hash;
        }
      }, found.options),
    Error,
    "was acknowledged, and then read as",
  );
  assert(hash !== "");
  const { injected } = await explore(carelessStore, { seeds: 100, progress: false });
  assertEquals(injected.partition, 0);
});

Deno.test("explore() finds nothing in the mended store, whatever goes wrong, and tells how much did", async () => {
  const faults = { ...PARTITIONS, crash: 0.3, reset: 0.5, hold: 0.3, stall: 0.2, refuse: 0.5 };
  const { seeds, injected, felt } = await explore(carefulStore, { seeds: 100, faults, progress: false });
  assertEquals(seeds, 100);
  for (const kind of ["partition", "crash", "restart", "reset", "hold", "stall", "refuse"] as const) {
    assert(injected[kind] > 5, `${kind} ${injected[kind]}`);
    assert(felt[kind] > 5, `${kind} felt ${felt[kind]}`);
  }
});

Deno.test("explore() leaves out the faults that a failure does not need", async () => {
  function* fragile(world: World): bluelet.Coroutine {
    world.host("a", function* () {
      yield* bluelet.sleep(Infinity);
    });
    world.host("b", function* () {
      yield* bluelet.sleep(Infinity);
    });
    yield* bluelet.sleep(20);
    if (world.injected.crash > 0 && world.injected.stall > 0) throw new Error("both");
  }
  const faults = { crash: 1, stall: 1, slow: 1 };
  const found = await assertRejects(() => explore(fragile, { faults, progress: false }), FailingSeedError);
  assertEquals(found.options.plan!.map(({ fault }) => fault).sort(), ["crash", "stall"]);
  assertEquals(found.options.switches, []);
  assertEquals((found.cause as Error).message, "both");
});

Deno.test("explore() says so when a failure does not come again", async () => {
  let runs = 0;
  const found = await assertRejects(
    () =>
      explore(function* () {
        if (++runs === 3) throw new Error("once");
      }, { progress: false }),
    FailingSeedError,
  );
  assertEquals(found.seed, 2);
  assertStringIncludes(found.message, "does not depend on the seed alone");
});

Deno.test("explore() writes its progress where it is told", async () => {
  const lines: string[] = [];
  await explore(race, { seeds: 1, shuffle: false, progress: (line) => lines.push(line) });
  assertEquals(lines, ["seed 0: 1 of 1 tried, no faults"]);
});
