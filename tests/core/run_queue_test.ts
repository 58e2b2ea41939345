import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { RunQueue } from "../../src/core/run_queue.ts";
import { SEED } from "./seed.ts";

Deno.test("RunQueue is first in, first out, through any growth", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(40)), (bursts) => {
      const queue = new RunQueue<number>();
      const model: number[] = [];
      let next = 0;
      for (const [i, burst] of bursts.entries()) {
        for (let k = 0; k < burst; k++) {
          if (i % 2 === 0) {
            queue.push(next);
            model.push(next++);
          } else assertEquals(queue.shift(), model.shift());
        }
        assertEquals(queue.size, model.length);
      }
      while (model.length > 0) assertEquals(queue.shift(), model.shift());
      assertEquals(queue.shift(), undefined);
    }),
    { seed: SEED },
  );
});

Deno.test("RunQueue.promote brings an item to the front in exchange with the one there", () => {
  const queue = new RunQueue<number>();
  for (let i = 0; i < 20; i++) queue.push(i);
  for (let i = 0; i < 10; i++) queue.shift();
  for (let i = 20; i < 24; i++) queue.push(i);
  queue.promote(12);
  assertEquals([queue.shift(), queue.shift()], [22, 11]);
  queue.promote(0);
  assertEquals(queue.shift(), 12);
});

Deno.test("RunQueue goes on after a burst has blown it up and it ran dry", () => {
  const queue = new RunQueue<number>();
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 100_000; i++) queue.push(i);
    for (let i = 0; i < 100_000; i++) assertEqualsFast(queue.shift(), i);
  }
  assertEquals(queue.size, 0);
});

// The real one costs microseconds.
function assertEqualsFast(actual: unknown, expected: unknown): void {
  if (actual !== expected) assertEquals(actual, expected);
}
