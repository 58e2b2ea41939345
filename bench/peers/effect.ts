/**
 * Effect, as published on npm: fibers that are described by values, and by generators through `Effect.gen`.
 *
 * @module
 */

// Named here and not in deno.json, so that no peer is ever in the library's own reach.
// deno-lint-ignore no-import-prefix
export { Effect, Fiber, Queue, Scope } from "npm:effect@4.1.0";

/** What the tables call it. */
export const effectName = "Effect 4.1";
