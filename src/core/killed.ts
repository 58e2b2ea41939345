/**
 * How code finds out whether it is being killed.
 *
 * @module
 */

import { current, running } from "./current.ts";

/**
 * Whether `error` is the error that cancels the thread which runs this code: its own kill, deadline or failed scope,
 * and not a `ThreadKilledError` that came out of joining another thread. Rethrow such an error.
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
 * Whether the thread that runs this code has been cancelled, and the error has not been thrown yet: a `shield`, a
 * clean-up, or a result that came first delays it. Throws outside any thread.
 */
export function killed(): boolean {
  return current().cancellation?.pending ?? false;
}
