/**
 * Call: a coroutine that returns a number at once, called and waited for in the same thread.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { micro } from "../micro.ts";
import { co, coName } from "../peers/co.ts";
import { Effect, effectName } from "../peers/effect.ts";
import { effectionName, type Operation, run } from "../peers/effection.ts";
import { original } from "../peers/processes.ts";
import { awaitNull } from "./switch.ts";

function* callee(number: number): bluelet.Coroutine<number> {
  return number;
}

function* yielding(count: number): bluelet.Coroutine<number> {
  let total = 0;
  for (let number = 0; number < count; number++) total += yield callee(number);
  return total;
}

function* calling(count: number): bluelet.Coroutine<number> {
  let total = 0;
  for (let number = 0; number < count; number++) total += yield* bluelet.call(callee(number));
  return total;
}

function* delegating(count: number): bluelet.Coroutine<number> {
  let total = 0;
  for (let number = 0; number < count; number++) total += yield* callee(number);
  return total;
}

// deno-lint-ignore require-await
async function asyncCallee(number: number): Promise<number> {
  return number;
}

async function awaiting(count: number): Promise<number> {
  let total = 0;
  for (let number = 0; number < count; number++) total += await asyncCallee(number);
  return total;
}

const effectCallee = Effect.fnUntraced(function* (number: number) {
  return number;
});

const effectCaller = Effect.fnUntraced(function* (count: number) {
  let total = 0;
  for (let number = 0; number < count; number++) total += yield* effectCallee(number);
  return total;
});

function* effectionCallee(number: number): Operation<number> {
  return number;
}

function* effectionCaller(count: number): Operation<number> {
  let total = 0;
  for (let number = 0; number < count; number++) total += yield* effectionCallee(number);
  return total;
}

function* coCallee(number: number): Generator<unknown, number, unknown> {
  return number;
}

function* coCaller(count: number): Generator<unknown, number, unknown> {
  let total = 0;
  for (let number = 0; number < count; number++) total += (yield coCallee(number)) as number;
  return total;
}

export const call = micro({
  name: "call",
  title: "Call",
  per: "a coroutine called, returning a number at once",
  expected: (count) => count * (count - 1) / 2,
  contenders: {
    "Bluelet, yield": (count) => bluelet.run(yielding(count)),
    "Bluelet, yield* call()": (count) => bluelet.run(calling(count)),
    "Bluelet, native yield*": (count) => bluelet.run(delegating(count)),
    "await asyncFn()": awaiting,
    "await null (yardstick)": awaitNull,
    [effectName]: (count) => Effect.runPromise(effectCaller(count)),
    [`${effectionName} (native yield*)`]: (count) => Promise.resolve(run(() => effectionCaller(count))),
    [coName]: (count) => co(coCaller(count)),
    "Python's Bluelet": original("call"),
  },
  reference: "await null (yardstick)",
  goals: [{ ours: "Bluelet, yield", than: "await null (yardstick)", atMost: 60 / 22 }],
});
