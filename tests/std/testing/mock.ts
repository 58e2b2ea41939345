/**
 * Stands in for `jsr:@std/testing/mock` where only npm answers: the same functions, from the npm package that
 * republishes them without types. `mock.d.ts` declares those that the tests use.
 *
 * @module
 */

// @ts-types="./mock.d.ts"
export * from "npm:deno-std@1.3.1/testing/mock.js";
