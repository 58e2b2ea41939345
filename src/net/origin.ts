/**
 * Which connection an error came from, so that a server can tell its own client's reset from that of another, which
 * the handler made elsewhere.
 *
 * @module
 */

import { SocketError } from "../core/mod.ts";

const origins = new WeakMap<object, object>();

/** Notes that `error` came from `owner`. */
export function noteOrigin(error: unknown, owner: object): void {
  if (typeof error === "object" && error !== null) origins.set(error, owner);
}

/** Whether `error` says that the peer of `owner` has gone, and nothing else. */
export function isReset(error: unknown, owner: object): boolean {
  if (error instanceof AggregateError) return error.errors.every((each) => isReset(each, owner));
  return error instanceof SocketError && (error.code === "ECONNRESET" || error.code === "EPIPE") &&
    origins.get(error) === owner;
}
