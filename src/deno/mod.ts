/**
 * The Deno adapter: the host, and a program's entry.
 *
 * @module
 */

export { type DenoHost, denoHost } from "./host.ts";
export { main, type MainOptions } from "./main.ts";
