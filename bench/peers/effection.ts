/**
 * Effection, as published on npm: structured concurrency written with generators and `yield*`.
 *
 * @module
 */

// Named here and not in deno.json, so that no peer is ever in the library's own reach.
// deno-lint-ignore no-import-prefix
export {
  createQueue,
  createScope,
  type Operation,
  race,
  run,
  sleep,
  spawn,
  type Task,
  until,
} from "npm:effection@4.1.1";

/** What the tables call it. */
export const effectionName = "Effection 4.1";
