/**
 * `simulate` runs a program in a simulated world.
 *
 * @module
 */

import { isCoroutine } from "../core/mod.ts";
import type { SimulateOptions } from "./options.ts";
import { Simulation } from "./simulation.ts";
import type { Program } from "./world.ts";

/**
 * Runs a program in a world of its own: its clock is virtual, so that `sleep(3600)` takes no time, its network is in
 * memory, and everything random is drawn from the seed. When the program and its threads have ended, the threads of
 * the other hosts are killed, and the promise is resolved with the program's value.
 *
 * Rejects with the error that ended the program or another host, with `InvariantError` if a check of the world
 * failed, with `DeadlockError` if nothing can ever happen again, and with `NondeterminismError` if the program used
 * the real world.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { simulate } from "@x/bluelet/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const hours = await simulate(function* (world) {
 *   yield* bluelet.sleep(7200);
 *   return world.now / 3600;
 * });
 * assertEquals(hours, 2);
 * ```
 */
export async function simulate<T>(program: Program<T>, options: SimulateOptions = {}): Promise<T> {
  if (typeof program !== "function" && !isCoroutine(program)) {
    throw new TypeError(
      "simulate() takes a coroutine, or a function that is given the world and returns one.",
    );
  }
  return await new Simulation(program, options).run();
}
