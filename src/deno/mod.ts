/**
 * The Deno adapter: the host, and a program's entry.
 *
 * @module
 */

export { denoHost } from "./host.ts";
export { main, type MainOptions } from "./main.ts";
