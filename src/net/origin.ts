/**
 * Which stream an error came from, so that a server can tell its own client's reset from that of a connection
 * which the handler made elsewhere.
 *
 * @module
 */

import { SocketError } from "../core/mod.ts";

const origins = new WeakMap<object, object>();

/** Notes that `error` came from `stream`. */
export function noteOrigin(error: unknown, stream: object): void {
  if (typeof error === "object" && error !== null) origins.set(error, stream);
}

/** Whether `error` says that the peer of `stream` has gone, and nothing else. */
export function isReset(error: unknown, stream: object): boolean {
  if (error instanceof AggregateError) return error.errors.every((each) => isReset(each, stream));
  return error instanceof SocketError && (error.code === "ECONNRESET" || error.code === "EPIPE") &&
    origins.get(error) === stream;
}
