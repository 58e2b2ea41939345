/**
 * A timeout that is set and cancelled: what it guards lets others run once and is done.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { micro } from "../micro.ts";
import { Effect, effectName } from "../peers/effect.ts";
import { gevent, go } from "../peers/processes.ts";
import { awaitNull } from "./switch.ts";

function* guarding(count: number): bluelet.Coroutine<number> {
  let done = 0;
  for (let number = 0; number < count; number++) {
    yield bluelet.timeout(10, bluelet.null());
    done++;
  }
  return done;
}

function* quick(): bluelet.Coroutine<number> {
  yield bluelet.null();
  return 1;
}

function* guardingCoroutines(count: number): bluelet.Coroutine<number> {
  let done = 0;
  for (let number = 0; number < count; number++) done += yield bluelet.timeout(10, quick());
  return done;
}

async function asyncQuick(): Promise<number> {
  await null;
  return 1;
}

/** As libraries of promises write it. */
function withTimeout<T>(milliseconds: number, promise: Promise<T>): Promise<T> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error("too late")), milliseconds);
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function asyncGuarding(count: number): Promise<number> {
  let done = 0;
  for (let number = 0; number < count; number++) done += await withTimeout(10_000, asyncQuick());
  return done;
}

const effectQuick = Effect.fnUntraced(function* () {
  yield* Effect.yieldNow;
  return 1;
});

const effectGuarding = Effect.fnUntraced(function* (count: number) {
  let done = 0;
  for (let number = 0; number < count; number++) done += yield* Effect.timeout(effectQuick(), "10 seconds");
  return done;
});

export const timeout = micro({
  name: "timeout",
  title: "Timeout set and cancelled",
  per: "ten seconds' timeout around one switch",
  expected: (count) => count,
  contenders: {
    "Bluelet, an event": (count) => bluelet.run(guarding(count)),
    "Bluelet, a coroutine": (count) => bluelet.run(guardingCoroutines(count)),
    "Promise.race, setTimeout": asyncGuarding,
    "await null (yardstick)": awaitNull,
    [`${effectName} timeout`]: (count) => Effect.runPromise(effectGuarding(count)),
    "Go WithTimeout, one core": go("timeout"),
    "gevent.Timeout": gevent("timeout"),
  },
  reference: "await null (yardstick)",
  goals: [{ ours: "Bluelet, an event", than: "await null (yardstick)", atMost: 400 / 22 }],
});
