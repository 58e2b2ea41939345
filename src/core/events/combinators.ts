/**
 * Promise's combinators, over tasks: each task is a thread, and what is no longer wanted is killed and
 * waited for before the combinator ends.
 *
 * @module
 */

import { checkTask, type Coroutine, coroutineOf, describe, type Task } from "../coroutine.ts";
import type { Event } from "../event.ts";
import type { Scope } from "../scope.ts";
import type { Thread } from "../thread.ts";
import { Contest } from "./contest.ts";
import { join } from "./join.ts";
import { scope } from "./scope.ts";
import { suspend } from "./suspend.ts";

/** What a {@linkcode Task} results in. */
// deno-lint-ignore no-explicit-any -- the type of what goes in at a yield does not matter
export type TaskResult<K> = K extends Generator<any, infer T, any> ? T : K extends Event<infer T> ? T : never;

/** What the tasks of an array result in, in order. */
export type TaskResults<K extends readonly unknown[]> = { -readonly [I in keyof K]: TaskResult<K[I]> };

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

/**
 * Runs the tasks at once; results in how each ended, in order, as `Promise.allSettled` does. If the thread is cancelled
 * meanwhile, the tasks are killed, and what their clean-up throws is thrown.
 */
export function allSettled<const K extends readonly Task<unknown>[]>(
  tasks: K,
): Event<{ -readonly [I in keyof K]: PromiseSettledResult<TaskResult<K[I]>> }> {
  check(tasks, "allSettled");
  type Results = { -readonly [I in keyof K]: PromiseSettledResult<TaskResult<K[I]>> };
  return scope((scope) => {
    const threads = start(tasks, scope, "allSettled");
    scope.supervise = (error, thread) => {
      if (!threads.includes(thread) || scope.cancelled && thread.isUnwinding) throw error;
    };
    return settling(threads);
  }) as Event<unknown> as Event<Results>;
}

function* settling(threads: readonly Thread[]): Coroutine<PromiseSettledResult<unknown>[]> {
  if (threads.length > 0) yield allEnded(threads);
  return threads.map(settled);
}

/** Happens when the last of `threads` has ended. */
function allEnded(threads: readonly Thread[]): Event<void> {
  return suspend((resume) => {
    let left = threads.length;
    for (const thread of threads) {
      thread.onEnd(() => {
        if (--left === 0) resume();
      });
    }
  }, { what: `the last of ${threads.length} tasks`, outside: false });
}

function settled(thread: Thread): PromiseSettledResult<unknown> {
  return thread.state === "done"
    ? { status: "fulfilled", value: thread.outcome() }
    : { status: "rejected", reason: thread.failure };
}

/**
 * Runs the tasks at once; results in the value, or throws the error, of the first to end. The others are killed at that
 * moment, and an error of their clean-up is thrown too. Without tasks it never ends.
 *
 * Events that are given as they are, and not in a coroutine, are waited for as `select` waits: exactly one of them
 * happens, and the others are left as if nobody had waited for them. One that is ready at once is first.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const words = new bluelet.Channel<string>(1);
 * const stop = new bluelet.Flag();
 * const first = await bluelet.run(function* () {
 *   words.trySend("kept");
 *   return yield* bluelet.race([stop.wait(), words.receive(), bluelet.sleep(5)]);
 * }());
 * assertEquals(first, "kept");
 * ```
 */
export function race<const K extends readonly Task<unknown>[]>(tasks: K): Event<TaskResult<K[number]>> {
  check(tasks, "race");
  return contest(tasks, "race") as Event<TaskResult<K[number]>>;
}

/**
 * Runs the tasks at once; results in the first value. Only if all fail does it throw, an `AggregateError` of their
 * errors, in the order of the tasks. The others are killed at the moment at which the first value is there. Events that
 * are given as they are, and not in a coroutine, are waited for as `race` does.
 */
export function any<const K extends readonly Task<unknown>[]>(tasks: K): Event<TaskResult<K[number]>> {
  check(tasks, "any");
  return contest(tasks, "any") as Event<TaskResult<K[number]>>;
}

function contest(tasks: readonly Task<unknown>[], kind: "race" | "any"): Event<unknown> {
  return scope((scope) => contending(new Contest(scope, tasks, kind)));
}

function* contending(contest: Contest): Coroutine<unknown> {
  return yield contest;
}

function start(tasks: readonly Task<unknown>[], scope: Scope, caller: string): Thread[] {
  return tasks.map((task) => scope.start(coroutineOf(task), caller) as Thread);
}
