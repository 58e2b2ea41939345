/**
 * Asynchronous contexts by `node:async_hooks`.
 *
 * @module
 */

import type * as AsyncHooks from "node:async_hooks";
import type { InContext } from "../core/mod.ts";

declare const process: { getBuiltinModule(name: "node:async_hooks"): typeof AsyncHooks };

/** Keeps the context that is current now. */
export function capture(): InContext {
  return process.getBuiltinModule("node:async_hooks").AsyncLocalStorage.snapshot() as InContext;
}
