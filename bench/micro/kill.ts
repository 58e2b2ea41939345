/**
 * Kill: 100,000 sleeping threads killed at once, each with a `finally` to run.
 *
 * What is clocked is from the first kill to the end of the last thread.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { micro } from "../micro.ts";
import { Effect, effectName, Fiber } from "../peers/effect.ts";
import { effectionName, type Operation, run, sleep, spawn, until } from "../peers/effection.ts";
import { gevent, go } from "../peers/processes.ts";
import type { Stopwatch } from "../stopwatch.ts";

/** Who fell asleep, and whose clean-up ran. */
class Tally {
  asleep = 0;
  cleaned = 0;
}

function* sleeper(tally: Tally): bluelet.Coroutine {
  tally.asleep++;
  try {
    yield bluelet.sleep(3_600);
  } finally {
    tally.cleaned++;
  }
}

function* killingOneByOne(count: number, clock: Stopwatch): bluelet.Coroutine<number> {
  const tally = new Tally();
  const threads: bluelet.Thread[] = [];
  for (let index = 0; index < count; index++) threads.push(yield bluelet.spawn(sleeper(tally)));
  while (tally.asleep < count) yield bluelet.null();
  clock.restart();
  for (const thread of threads) yield bluelet.kill(thread);
  clock.stop();
  return tally.cleaned;
}

function* killingScope(count: number, clock: Stopwatch): bluelet.Coroutine<number> {
  const tally = new Tally();
  yield* bluelet.scope(function* (scope) {
    for (let index = 0; index < count; index++) scope.spawn(sleeper(tally));
    while (tally.asleep < count) yield bluelet.null();
    clock.restart();
    scope.kill();
  });
  clock.stop();
  return tally.cleaned;
}

/** A sleep that can be aborted, as the standard library's `delay` is written. */
function abortable(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    signal.addEventListener("abort", abort, { once: true });
  });
}

async function asyncSleeper(tally: Tally, signal: AbortSignal): Promise<void> {
  tally.asleep++;
  try {
    await abortable(3_600_000, signal);
  } finally {
    tally.cleaned++;
  }
}

// A controller each: one signal with 100,000 listeners looks through all of them for every one added.
async function aborting(count: number, clock: Stopwatch): Promise<number> {
  const tally = new Tally();
  const controllers = Array.from({ length: count }, () => new AbortController());
  const sleepers = Promise.allSettled(controllers.map(({ signal }) => asyncSleeper(tally, signal)));
  clock.restart();
  for (const controller of controllers) controller.abort();
  await sleepers;
  clock.stop();
  return tally.cleaned;
}

const effectSleeper = (tally: Tally) =>
  Effect.ensuring(
    Effect.suspend(() => {
      tally.asleep++;
      return Effect.sleep("1 hour");
    }),
    Effect.sync(() => tally.cleaned++),
  );

const interrupting = Effect.fnUntraced(function* (count: number, clock: Stopwatch) {
  const tally = new Tally();
  const fibers: Fiber.Fiber<unknown>[] = [];
  for (let index = 0; index < count; index++) fibers.push(yield* Effect.forkDetach(effectSleeper(tally)));
  while (tally.asleep < count) yield* Effect.yieldNow;
  clock.restart();
  yield* Fiber.interruptAll(fibers);
  clock.stop();
  return tally.cleaned;
});

function* effectionSleeper(tally: Tally): Operation<void> {
  tally.asleep++;
  try {
    yield* sleep(3_600_000);
  } finally {
    tally.cleaned++;
  }
}

function* effectionParent(count: number, tally: Tally): Operation<void> {
  for (let index = 0; index < count; index++) yield* spawn(() => effectionSleeper(tally));
  yield* sleep(3_600_000);
}

function* halting(count: number, clock: Stopwatch): Operation<number> {
  const tally = new Tally();
  const parent = yield* spawn(() => effectionParent(count, tally));
  while (tally.asleep < count) yield* until(Promise.resolve());
  clock.restart();
  yield* parent.halt();
  clock.stop();
  return tally.cleaned;
}

const fewer = { full: 10_000, quick: 100 };

export const kill = micro({
  name: "kill",
  title: "100,000 sleepers killed",
  per: "a sleeping thread killed, its finally run",
  expected: (count) => count,
  size: { full: 100_000, quick: 100 },
  rounds: 5,
  contenders: {
    "Bluelet, scope.kill()": (count, clock) => bluelet.run(killingScope(count, clock)),
    "Bluelet, kill() each (10,000)": {
      run: (count, clock) => bluelet.run(killingOneByOne(count, clock)),
      size: fewer,
    },
    "AbortController each": aborting,
    [`${effectName} interruptAll`]: (count, clock) => Effect.runPromise(interrupting(count, clock)),
    [`${effectionName} halt (10,000)`]: {
      run: (count, clock) => Promise.resolve(run(() => halting(count, clock))),
      size: fewer,
    },
    "Go cancel, one core": go("kill"),
    "gevent killall (10,000)": { ...gevent("kill"), size: fewer },
  },
  reference: "AbortController each",
  goals: [
    { ours: "Bluelet, scope.kill()", atMost: 3_000 },
    { ours: "Bluelet, kill() each (10,000)", atMost: 3_000 },
  ],
});
