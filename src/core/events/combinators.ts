/**
 * Promise's combinators, over tasks: each task is a thread, and what is no longer wanted is killed and
 * waited for before the combinator ends.
 *
 * @module
 */

import { checkTask, type Coroutine, coroutineOf, describe, type Task } from "../coroutine.ts";
import { sharedKill } from "../errors.ts";
import type { Event } from "../event.ts";
import { join } from "./join.ts";
import { scope } from "./scope.ts";
import type { Scope } from "../scope.ts";
import { suspend } from "./suspend.ts";
import type { Thread } from "../thread.ts";
import { call } from "./call.ts";

/** What a {@linkcode Task} results in. */
// deno-lint-ignore no-explicit-any -- the type of what goes in at a yield does not matter
export type TaskResult<K> = K extends Generator<any, infer T, any> ? T : K extends Event<infer T> ? T : never;

/** What the tasks of an array result in, in order. */
export type TaskResults<K extends readonly unknown[]> = { -readonly [I in keyof K]: TaskResult<K[I]> };

const LOST = sharedKill("another task was first");

function check(tasks: readonly Task<unknown>[], caller: string): void {
  if (!Array.isArray(tasks)) {
    throw new TypeError(`${caller}() takes an array of tasks; got ${describe(tasks)}.`);
  }
  for (const task of tasks) checkTask(task, caller);
}

/**
 * Runs the tasks at once; results in their values, in order. The first error kills the others and is thrown.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * function* later<T>(seconds: number, value: T) {
 *   yield* bluelet.sleep(seconds);
 *   return value;
 * }
 * const values = await bluelet.run(function* () {
 *   return yield* bluelet.all([later(0.002, "a"), later(0.001, 2)]);
 * }());
 * assertEquals(values, ["a", 2]);
 * ```
 */
export function all<const K extends readonly Task<unknown>[]>(tasks: K): Event<TaskResults<K>> {
  check(tasks, "all");
  return scope((scope) => joining(start(tasks, scope, "all"))) as Event<TaskResults<K>>;
}

// The bodies are not written where they are used: a `function*` that is made anew costs a microsecond.

function* joining(threads: readonly Thread[]): Coroutine<unknown[]> {
  const values: unknown[] = [];
  for (const thread of threads) values.push(yield join(thread));
  return values;
}

/** Runs the tasks at once; results in how each ended, in order, as `Promise.allSettled` does. */
export function allSettled<const K extends readonly Task<unknown>[]>(
  tasks: K,
): Event<{ -readonly [I in keyof K]: PromiseSettledResult<TaskResult<K[I]>> }> {
  check(tasks, "allSettled");
  type Results = { -readonly [I in keyof K]: PromiseSettledResult<TaskResult<K[I]>> };
  const body = (scope: Scope) => settling(start(tasks, scope, "allSettled"));
  return scope(body, { supervise() {} }) as Event<unknown> as Event<Results>;
}

function* settling(threads: readonly Thread[]): Coroutine<PromiseSettledResult<unknown>[]> {
  if (threads.length > 0) yield firstToEnd(threads, () => false);
  return threads.map(settled);
}

/**
 * Runs the tasks at once; results in the value, or throws the error, of the first to end. The others are
 * killed, and an error of their clean-up is thrown too. Without tasks it never ends.
 */
export function race<const K extends readonly Task<unknown>[]>(tasks: K): Event<TaskResult<K[number]>> {
  check(tasks, "race");
  return scope((scope) => racing(start(tasks, scope, "race"))) as Event<TaskResult<K[number]>>;
}

function* racing(threads: readonly Thread[]): Coroutine<unknown> {
  const winner: Thread = yield firstToEnd(threads, () => true);
  killLosers(threads);
  return winner.outcome();
}

/**
 * Runs the tasks at once; results in the first value. Only if all fail does it throw, an `AggregateError` of
 * their errors, in the order of the tasks. The others are killed when the first value is there.
 */
export function any<const K extends readonly Task<unknown>[]>(tasks: K): Event<TaskResult<K[number]>> {
  check(tasks, "any");
  // Each yield has a winner of its own.
  return call(trying, tasks) as Event<TaskResult<K[number]>>;
}

function* trying(tasks: readonly Task<unknown>[]): Coroutine<unknown> {
  const found: { winner?: Thread } = {};
  return yield scope((scope) => finding(start(tasks, scope, "any"), found), {
    // What fails before there is a winner takes part; what fails after it failed to clean up.
    supervise(error) {
      if (found.winner !== undefined) throw error;
    },
  });
}

function* finding(threads: readonly Thread[], found: { winner?: Thread }): Coroutine<unknown> {
  if (threads.length > 0) found.winner = yield firstToEnd(threads, (thread) => thread.state === "done");
  if (found.winner === undefined) {
    const errors = threads.map((thread) => thread.failure);
    throw new AggregateError(errors, `All ${threads.length} tasks of any() failed.`);
  }
  killLosers(threads);
  return found.winner.outcome();
}

function killLosers(threads: readonly Thread[]): void {
  for (const thread of threads) thread.cancel(null, LOST);
}

function start(tasks: readonly Task<unknown>[], scope: Scope, caller: string): Thread[] {
  return tasks.map((task) => scope.start(coroutineOf(task), caller) as Thread);
}

/** Waits for the first thread whose end counts; `undefined` if all have ended and none did. */
function firstToEnd(
  threads: readonly Thread[],
  counts: (thread: Thread) => boolean,
): Event<Thread | undefined> {
  return suspend((resume) => {
    let left = threads.length;
    const ended = (thread: Thread) => {
      left--;
      if (counts(thread)) resume(thread);
      else if (left === 0) resume(undefined);
    };
    for (const thread of threads) thread.onEnd(ended);
  }, { what: `the first of ${threads.length} tasks`, outside: false });
}

function settled(thread: Thread): PromiseSettledResult<unknown> {
  return thread.state === "done"
    ? { status: "fulfilled", value: thread.outcome() }
    : { status: "rejected", reason: thread.failure };
}
