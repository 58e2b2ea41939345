/**
 * Running a program of threads.
 *
 * @module
 */

import type { Coroutine } from "./coroutine.ts";
import { Scheduler } from "./scheduler.ts";
import type { SchedulerOptions } from "./scheduler_options.ts";

/** Options for {@linkcode run}. */
export interface RunOptions extends SchedulerOptions {
  /** Aborting it kills every thread; the run is then rejected with its reason. */
  signal?: AbortSignal;
  /** The name of the root thread. */
  name?: string;
}

/**
 * Runs a coroutine, and every thread that it spawns, on a scheduler of their own. Resolves with the
 * coroutine's value once all of them have ended. An error that ends a thread ends them all, and the promise
 * is rejected with it.
 *
 * Rejects with `DeadlockError` if threads are left that nothing can ever wake.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * function* hello() {
 *   yield* bluelet.sleep(0.001);
 *   return "hello";
 * }
 * assertEquals(await bluelet.run(hello()), "hello");
 * ```
 */
// deno-lint-ignore require-await -- so that a bad argument rejects the promise
export async function run<T>(root: Coroutine<T>, options: RunOptions = {}): Promise<T> {
  return new Scheduler(options).run(root, options);
}
