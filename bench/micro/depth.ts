/**
 * Depth: what it costs to resume a thread that waits at the bottom of a deep recursion.
 *
 * A native `yield*` walks down every level each time; a stack that the scheduler keeps does not.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { micro, type Program } from "../micro.ts";
import type { Stopwatch } from "../stopwatch.ts";

function* called(depth: number, steps: number, clock: Stopwatch): bluelet.Coroutine<number> {
  if (depth > 1) return yield called(depth - 1, steps, clock);
  clock.restart();
  for (let step = 0; step < steps; step++) yield bluelet.null();
  clock.stop();
  return steps;
}

function* delegated(depth: number, steps: number, clock: Stopwatch): bluelet.Coroutine<number> {
  if (depth > 1) return yield* delegated(depth - 1, steps, clock);
  clock.restart();
  for (let step = 0; step < steps; step++) yield bluelet.null();
  clock.stop();
  return steps;
}

async function awaited(depth: number, steps: number, clock: Stopwatch): Promise<number> {
  if (depth > 1) return await awaited(depth - 1, steps, clock);
  clock.restart();
  for (let step = 0; step < steps; step++) await null;
  clock.stop();
  return steps;
}

function atDepth(depth: number): Program {
  return (count, clock) => bluelet.run(called(depth, count, clock));
}

export const depth = micro({
  name: "depth",
  title: "Resume at depth",
  per: "a switch at the bottom of a recursion",
  expected: (count) => count,
  size: { full: 200_000, quick: 1_000 },
  contenders: {
    "Bluelet, depth 1": atDepth(1),
    "Bluelet, depth 100": atDepth(100),
    "Bluelet, depth 1,000": atDepth(1_000),
    "Bluelet, depth 10,000": atDepth(10_000),
    "Bluelet, depth 100,000": atDepth(100_000),
    "native yield*, depth 100": (count, clock) => bluelet.run(delegated(100, count, clock)),
    "native yield*, depth 1,000": {
      run: (count, clock) => bluelet.run(delegated(1_000, count, clock)),
      size: { full: 10_000, quick: 1_000 },
    },
    "await null, depth 1": (count, clock) => awaited(1, count, clock),
    "await null, depth 1,000": (count, clock) => awaited(1_000, count, clock),
  },
  reference: "await null, depth 1",
  goals: [
    { ours: "Bluelet, depth 1,000", than: "Bluelet, depth 1", atMost: 1.2 },
    { ours: "Bluelet, depth 10,000", than: "Bluelet, depth 1", atMost: 1.2 },
  ],
});
