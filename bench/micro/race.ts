/**
 * A race against a timer: a coroutine that lets others run once and returns, beside ten seconds' sleep.
 *
 * The timer loses, so its price is that of setting and clearing it.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { micro } from "../micro.ts";
import { Effect, effectName } from "../peers/effect.ts";
import {
  effectionName,
  type Operation,
  race as effectionRace,
  run,
  sleep,
  until,
} from "../peers/effection.ts";
import { go } from "../peers/processes.ts";
import { awaitNull } from "./switch.ts";

const RESOLVED = Promise.resolve();

function* quick(number: number): bluelet.Coroutine<number> {
  yield bluelet.null();
  return number;
}

function* racing(count: number): bluelet.Coroutine<number> {
  let total = 0;
  for (let number = 0; number < count; number++) {
    total += (yield* bluelet.race([quick(number), bluelet.sleep(10)])) ?? NaN;
  }
  return total;
}

async function asyncQuick(number: number): Promise<number> {
  await null;
  return number;
}

async function asyncRacing(count: number): Promise<number> {
  let total = 0;
  for (let number = 0; number < count; number++) {
    const { promise, resolve } = Promise.withResolvers<number>();
    const timer = setTimeout(resolve, 10_000, NaN);
    total += await Promise.race([asyncQuick(number), promise]);
    clearTimeout(timer);
  }
  return total;
}

const effectQuick = Effect.fnUntraced(function* (number: number) {
  yield* Effect.yieldNow;
  return number;
});

const effectRacing = Effect.fnUntraced(function* (count: number) {
  let total = 0;
  for (let number = 0; number < count; number++) {
    total += (yield* Effect.raceFirst(effectQuick(number), Effect.sleep("10 seconds"))) ?? NaN;
  }
  return total;
});

function* effectionQuick(number: number): Operation<number> {
  yield* until(RESOLVED);
  return number;
}

function* effectionRacing(count: number): Operation<number> {
  let total = 0;
  for (let number = 0; number < count; number++) {
    total += (yield* effectionRace([effectionQuick(number), sleep(10_000)])) ?? NaN;
  }
  return total;
}

export const race = micro({
  name: "race",
  title: "Race against a timer",
  per: "a coroutine raced against a sleep that loses",
  expected: (count) => count * (count - 1) / 2,
  contenders: {
    "Bluelet race()": (count) => bluelet.run(racing(count)),
    "Promise.race, setTimeout": asyncRacing,
    "await null (yardstick)": awaitNull,
    [`${effectName} raceFirst`]: (count) => Effect.runPromise(effectRacing(count)),
    [`${effectionName} race`]: (count) => Promise.resolve(run(() => effectionRacing(count))),
    "Go select, one core": go("race"),
  },
  reference: "await null (yardstick)",
});
