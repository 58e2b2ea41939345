/**
 * co, as published on npm: promises that are waited for with `yield`, from before `await` was.
 *
 * @module
 */

// Named here and not in deno.json, so that no peer is ever in the library's own reach.
// deno-lint-ignore no-import-prefix
import untyped from "npm:co@4.6.0";

/** Runs a generator that yields promises, functions of callbacks, or generators. co ships no types. */
export const co = untyped as <T>(coroutine: Generator<unknown, T, unknown>) => Promise<T>;

/** What the tables call it. */
export const coName = "co 4.6";
