/**
 * A context switch: ten threads, each of which lets the others run, over and over.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { micro, type PreparedProgram } from "../micro.ts";
import { co, coName } from "../peers/co.ts";
import { Effect, effectName } from "../peers/effect.ts";
import { effectionName, run, spawn, type Task, until } from "../peers/effection.ts";
import { gevent, go, original } from "../peers/processes.ts";

const THREADS = 10;
const IDS = Array.from({ length: THREADS }, (_, id) => id);
const RESOLVED = Promise.resolve();

/** Counts the switches that really took place: visits that are not the last visitor's again. */
class Turns {
  count = 0;
  #last = -1;

  visit(id: number): void {
    if (id !== this.#last) this.count++;
    this.#last = id;
  }
}

function* yielding(id: number, steps: number, turns: Turns): bluelet.Coroutine {
  for (let step = 0; step < steps; step++) {
    turns.visit(id);
    yield bluelet.null();
  }
}

function* delegating(id: number, steps: number, turns: Turns): bluelet.Coroutine {
  for (let step = 0; step < steps; step++) {
    turns.visit(id);
    yield* bluelet.null();
  }
}

function* spawning(thread: typeof yielding, steps: number, turns: Turns): bluelet.Coroutine {
  for (const id of IDS) yield* bluelet.spawn(thread(id, steps, turns));
}

async function withBluelet(thread: typeof yielding, count: number): Promise<number> {
  const turns = new Turns();
  await bluelet.run(spawning(thread, count / THREADS, turns));
  return turns.count;
}

async function awaiting(id: number, steps: number, turns: Turns): Promise<void> {
  for (let step = 0; step < steps; step++) {
    turns.visit(id);
    await null;
  }
}

async function withAwait(count: number): Promise<number> {
  const turns = new Turns();
  await Promise.all(IDS.map((id) => awaiting(id, count / THREADS, turns)));
  return turns.count;
}

/** The yardstick of other measures: what `await null` costs in the same rounds. */
export const awaitNull: PreparedProgram = { run: withAwait, expected: (count) => count };

const effectThread = Effect.fnUntraced(function* (id: number, steps: number, turns: Turns) {
  for (let step = 0; step < steps; step++) {
    turns.visit(id);
    yield* Effect.yieldNow;
  }
});

async function withEffect(count: number): Promise<number> {
  const turns = new Turns();
  const fibers = IDS.map((id) => effectThread(id, count / THREADS, turns));
  await Effect.runPromise(Effect.all(fibers, { concurrency: "unbounded", discard: true }));
  return turns.count;
}

// Effection has no operation that only yields; to wait for what is already there comes closest.
function* effectionThread(id: number, steps: number, turns: Turns) {
  for (let step = 0; step < steps; step++) {
    turns.visit(id);
    yield* until(RESOLVED);
  }
}

function* effectionParent(steps: number, turns: Turns) {
  const tasks: Task<void>[] = [];
  for (const id of IDS) tasks.push(yield* spawn(() => effectionThread(id, steps, turns)));
  for (const task of tasks) yield* task;
}

async function withEffection(count: number): Promise<number> {
  const turns = new Turns();
  await run(() => effectionParent(count / THREADS, turns));
  return turns.count;
}

function* coThread(id: number, steps: number, turns: Turns): Generator<unknown, void, unknown> {
  for (let step = 0; step < steps; step++) {
    turns.visit(id);
    yield RESOLVED;
  }
}

async function withCo(count: number): Promise<number> {
  const turns = new Turns();
  await Promise.all(IDS.map((id) => co(coThread(id, count / THREADS, turns))));
  return turns.count;
}

export const contextSwitch = micro({
  name: "switch",
  title: "Context switch",
  per: `one of ${THREADS} threads letting the next one run`,
  expected: (count) => count,
  contenders: {
    "Bluelet, yield": (count) => withBluelet(yielding, count),
    "Bluelet, yield*": (count) => withBluelet(delegating, count),
    "await null": withAwait,
    [`${effectName} yieldNow`]: withEffect,
    [`${effectionName} until`]: withEffection,
    [`${coName}`]: withCo,
    "Go Gosched, one core": go("switch"),
    "gevent sleep(0)": gevent("switch"),
    "Python's Bluelet": original("switch"),
  },
  reference: "await null",
  goals: [
    { ours: "Bluelet, yield", than: "await null", atMost: 1.3 },
    { ours: "Bluelet, yield*", than: "await null", atMost: 2 },
    { ours: "Bluelet, yield", than: `${effectName} yieldNow`, atMost: 1 / 25 },
    { ours: "Bluelet, yield", than: `${effectionName} until`, atMost: 1 / 25 },
  ],
});
