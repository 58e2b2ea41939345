/**
 * Stands in for `jsr:@std/streams` where only npm answers: the same functions, from the npm package that
 * republishes them without types. `streams.d.ts` declares those that the tests and the examples use.
 *
 * @module
 */

// @ts-types="./streams.d.ts"
export * from "npm:deno-std@1.3.1/streams/mod.js";
