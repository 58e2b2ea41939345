/**
 * What the Deno and the Node host both need of `node:` modules. Those are loaded when they are first needed: a program
 * that sends no datagrams does not wait for them.
 *
 * @module
 */

export { capture } from "./async_context.ts";
export { NodeDatagrams } from "./datagrams.ts";
export { nodeLookup } from "./lookup.ts";
export { nodeTls } from "./tls.ts";
export type { Permit } from "./permit.ts";
