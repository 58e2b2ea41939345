/**
 * Stands in for `jsr:@std/assert` where only npm answers: the same functions, from the npm package that
 * republishes them without types. `assert.d.ts` declares those that the tests and the examples use.
 *
 * @module
 */

// @ts-types="./assert.d.ts"
export * from "npm:deno-std@1.3.1/assert/mod.js";
