/**
 * One seed is one history: in this process, in another, and whatever the real world does.
 *
 * @module
 */

import { assert, assertEquals, assertNotEquals, assertRejects, assertStringIncludes } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { explore, NondeterminismError, simulate, type World } from "../../src/testing/mod.ts";
import { lacks } from "../requirements.ts";
import { busy } from "./programs/busy.ts";

const FAULTS = { partition: 2, hold: 1, reset: 1, stall: 1, crash: 0.5 };

Deno.test("simulate() gives one history for one seed, and others for others", async () => {
  const options = { shuffle: true, faults: FAULTS };
  const first = await simulate(busy, { ...options, seed: 1 });
  assertEquals(await simulate(busy, { ...options, seed: 1 }), first);
  assertNotEquals(await simulate(busy, { ...options, seed: 2 }), first);
});

Deno.test({
  name: "simulate() gives the same histories in two processes",
  ignore: lacks(["run", "read"]),
  fn: async () => {
    const program = new URL("./programs/hash.ts", import.meta.url).pathname;
    const run = async () => {
      const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: ["run", program] })
        .output();
      assert(success, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout).trim().split("\n");
    };
    const hashes = await run();
    assertEquals(new Set(hashes).size, 20);
    assertEquals(await run(), hashes);
  },
});

Deno.test("History.text() of one seed is the same, byte for byte, and tells who did what", async () => {
  const texts: string[] = [];
  for (let i = 0; i < 2; i++) {
    await simulate(function* program(world: World) {
      yield* busy(world);
      texts.push(world.history.text());
    }, { shuffle: true, seed: 5 });
  }
  assertEquals(texts[0], texts[1]);
  for (const words of ["main#1 program", "start", "yield", "connect", "send ", "deliver", "2 bytes to a"]) {
    assertStringIncludes(texts[0]!, words);
  }
});

Deno.test("explore() tries 1,000 seeds of three hosts with 100 messages each in less than 20 s", async () => {
  const began = performance.now();
  const { seeds } = await explore(busy, { seeds: 1_000 });
  assertEquals(seeds, 1_000);
  const took = (performance.now() - began) / 1_000;
  assert(took < 20, `${took.toFixed(1)} s`);
});

Deno.test("simulate() refuses a real promise at the yield", async () => {
  await simulate(function* () {
    const seen: unknown[] = [];
    for (const wait of [Promise.resolve(1), bluelet.promise(() => Promise.resolve(1))]) {
      try {
        yield wait;
      } catch (error) {
        seen.push(error);
      }
    }
    assertEquals(seen.length, 2);
    for (const error of seen) assert(error instanceof NondeterminismError);
  });
});

Deno.test("simulate() refuses a real timer where it is set", async () => {
  for (const start of [() => setTimeout(() => {}), () => setInterval(() => {}), () => fetch("http://a/")]) {
    const error = await assertRejects(
      () =>
        simulate(function* naughty() {
          start();
        }),
      NondeterminismError,
    );
    assertStringIncludes(error.stack!, "naughty");
  }
  clearTimeout(setTimeout(() => {}, 1)); // outside, all is as it was
});

Deno.test("simulate() reports a wait for a callback of the real world as one that never ends", async () => {
  const error = await assertRejects(
    () =>
      simulate(function* () {
        yield* bluelet.suspend<void>((resume) => void Promise.resolve().then(() => resume()), {
          what: "a chance",
        });
      }),
    bluelet.DeadlockError,
  );
  assertStringIncludes(error.message, "a chance");
  assertStringIncludes(error.message, 'outside: "allow"');
});

Deno.test("simulate() waits for real promises where they are allowed, without moving the clock before", async () => {
  const log = await simulate(function* (world) {
    const log: string[] = [];
    yield* bluelet.spawn(function* () {
      yield* bluelet.sleep(1);
      log.push("an hour");
    });
    yield* bluelet.promise(Promise.resolve());
    log.push(`a promise at ${world.now}`);
    yield* bluelet.promise(new Promise((resolve) => setTimeout(resolve, 5)));
    log.push("a timer");
    return log;
  }, { outside: "allow" });
  assertEquals(log[0], "a promise at 0");
  assertEquals(log.length, 3);
});

Deno.test("simulate() answers Date, Math.random and crypto from the world", async () => {
  const real = { date: Date, random: Math.random };
  const ask = () =>
    simulate(function* () {
      yield* bluelet.sleep(1.5);
      const bytes = crypto.getRandomValues(new Uint8Array(4));
      return [
        new Date().toISOString(),
        Date.now(),
        performance.now(),
        Math.random(),
        crypto.randomUUID(),
        ...bytes,
      ];
    }, { epoch: new Date("2030-01-01T00:00:00Z") });
  const first = await ask();
  assertEquals(first.slice(0, 3), ["2030-01-01T00:00:01.500Z", Date.UTC(2030, 0, 1) + 1_500, 1_500]);
  assertEquals(await ask(), first);
  assertEquals({ date: Date, random: Math.random }, real);
  assert(new Date() instanceof Date);
});
