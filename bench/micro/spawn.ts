/**
 * Spawn and join: a child that returns a number at once, waited for, over and over.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { micro } from "../micro.ts";
import { Effect, effectName, Fiber } from "../peers/effect.ts";
import { effectionName, type Operation, run, spawn } from "../peers/effection.ts";
import { gevent, go, original } from "../peers/processes.ts";
import { awaitNull } from "./switch.ts";
import { co, coName } from "../peers/co.ts";

function* child(number: number): bluelet.Coroutine<number> {
  return number;
}

function* yieldingParent(count: number): bluelet.Coroutine<number> {
  let total = 0;
  for (let number = 0; number < count; number++) {
    const thread = yield bluelet.spawn(child(number));
    total += yield bluelet.join(thread);
  }
  return total;
}

function* delegatingParent(count: number): bluelet.Coroutine<number> {
  let total = 0;
  for (let number = 0; number < count; number++) {
    const thread = yield* bluelet.spawn(child(number));
    total += yield* bluelet.join(thread);
  }
  return total;
}

// deno-lint-ignore require-await
async function asyncChild(number: number): Promise<number> {
  return number;
}

async function asyncParent(count: number): Promise<number> {
  let total = 0;
  for (let number = 0; number < count; number++) {
    const promise = asyncChild(number);
    total += await promise;
  }
  return total;
}

const effectChild = Effect.fnUntraced(function* (number: number) {
  return number;
});

const effectParent = Effect.fnUntraced(function* (count: number) {
  let total = 0;
  for (let number = 0; number < count; number++) {
    const fiber = yield* Effect.forkChild(effectChild(number));
    total += yield* Fiber.join(fiber);
  }
  return total;
});

function* effectionChild(number: number): Operation<number> {
  return number;
}

function* effectionParent(count: number) {
  let total = 0;
  for (let number = 0; number < count; number++) {
    const task = yield* spawn(() => effectionChild(number));
    total += yield* task;
  }
  return total;
}

function* coChild(number: number): Generator<unknown, number, unknown> {
  return number;
}

function* coParent(count: number): Generator<unknown, number, unknown> {
  let total = 0;
  for (let number = 0; number < count; number++) {
    const promise = co(coChild(number));
    total += (yield promise) as number;
  }
  return total;
}

export const spawnAndJoin = micro({
  name: "spawn",
  title: "Spawn and join",
  per: "a thread that is spawned, returns a number and is joined",
  expected: (count) => count * (count - 1) / 2,
  contenders: {
    "Bluelet, yield": (count) => bluelet.run(yieldingParent(count)),
    "Bluelet, yield*": (count) => bluelet.run(delegatingParent(count)),
    "async function": asyncParent,
    "await null (yardstick)": awaitNull,
    [`${effectName} forkChild, join`]: (count) => Effect.runPromise(effectParent(count)),
    [`${effectionName} spawn`]: (count) => Promise.resolve(run(() => effectionParent(count))),
    [coName]: (count) => co(coParent(count)),
    "Go go, receive, one core": go("spawn"),
    "gevent spawn, get": gevent("spawn"),
    "Python's Bluelet": original("spawn"),
  },
  reference: "await null (yardstick)",
  goals: [
    { ours: "Bluelet, yield", than: "await null (yardstick)", atMost: 9 },
    { ours: "Bluelet, yield", than: `${effectName} forkChild, join`, atMost: 1 / 20 },
    { ours: "Bluelet, yield", than: `${effectionName} spawn`, atMost: 1 / 100 },
    { ours: "Bluelet, yield", than: "Go go, receive, one core", atMost: 1 },
  ],
});
