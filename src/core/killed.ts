/**
 * What code may ask of its own kill.
 *
 * @module
 */

import { current, running } from "./current.ts";

/**
 * Whether `error` is what the thread that runs this very code is being cancelled with: a kill, a deadline or a failed
 * scope of its own, and not a `ThreadKilledError` that came out of joining another thread. Rethrow such an error.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * function* careful() {
 *   try {
 *     yield* bluelet.sleep(60);
 *   } catch (error) {
 *     log.push(bluelet.isKill(error) ? "killed" : "failed");
 *     throw error;
 *   }
 * }
 * await bluelet.run(function* () {
 *   yield* bluelet.moveOnAfter(0.001, careful());
 * }());
 * assertEquals(log, ["killed"]);
 * ```
 */
export function isKill(error: unknown): boolean {
  return running !== null && running.isCancelledBy(error);
}

/**
 * Whether the thread that runs this very code has been cancelled and not been thrown that yet, since a `shield`, a
 * clean-up, or a result that came first is in the way. Throws outside any thread.
 */
export function killed(): boolean {
  return current().cancellation?.pending ?? false;
}
