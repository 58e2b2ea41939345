/**
 * Which connection an error came from, so that a server can tell its own client's reset from that of another, which
 * the handler made elsewhere.
 *
 * @module
 */

import { SocketError } from "../streams/mod.ts";

const sources = new WeakMap<object, object>();

/** Notes that `error` came from `connection`. */
export function noteSource(error: unknown, connection: object): void {
  if (typeof error === "object" && error !== null) sources.set(error, connection);
}

/** Whether `error` says that the peer of `connection` has gone, and nothing else. */
export function isPeerReset(error: unknown, connection: object): boolean {
  if (error instanceof AggregateError) return error.errors.every((each) => isPeerReset(each, connection));
  return error instanceof SocketError && (error.code === "ECONNRESET" || error.code === "EPIPE") &&
    sources.get(error) === connection;
}
