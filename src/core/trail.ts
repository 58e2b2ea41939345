/**
 * Which coroutines an error came through. JavaScript's own stack knows the coroutine that threw, but not
 * the callers, since those are on the scheduler's stack. Nothing is kept until an error leaves a coroutine.
 *
 * @module
 */

import { type Coroutine, nameOf } from "./coroutine.ts";
import { ThreadKilledError } from "./errors.ts";

/** Errors that were thrown through a million levels of recursion need not name them all. */
const LONGEST = 32;

const trails = new WeakMap<object, string[]>();

/** @ignore Notes that `error` left a coroutine, or a thread (by name). Kills do not leave trails: they go everywhere. */
export function leaveTrail(error: unknown, left: Coroutine<unknown> | string): void {
  if (typeof error !== "object" || error === null || error instanceof ThreadKilledError) return;
  let trail = trails.get(error);
  if (trail === undefined) trails.set(error, trail = []);
  if (typeof left === "string") trail.push(left);
  else if (trail.length < LONGEST) trail.push(nameOf(left));
  else if (trail.length === LONGEST) trail.push("...");
}

/**
 * The names of the coroutines that `error` came through, innermost first, and of the threads that it ended.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * function* inner() {
 *   throw new Error("no");
 * }
 * function* outer() {
 *   yield* bluelet.call(inner);
 * }
 * try {
 *   await bluelet.run(outer());
 * } catch (error) {
 *   assertEquals(bluelet.trailOf(error)[0], "inner");
 * }
 * ```
 */
export function trailOf(error: unknown): readonly string[] {
  return typeof error === "object" && error !== null ? trails.get(error) ?? [] : [];
}
