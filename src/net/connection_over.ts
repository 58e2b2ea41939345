/**
 * Which connection an error came from, so that a server can tell that its own client's connection is over, which is nothing
 * to report, from the end of another that the handler made elsewhere.
 *
 * @module
 */

import { SocketClosedError, SocketError } from "../streams/mod.ts";

const sources = new WeakMap<object, object>();

/** Notes that `error` came from `connection`. */
export function noteSource(error: unknown, connection: object): void {
  if (typeof error === "object" && error !== null) sources.set(error, connection);
}

/** Whether `error` says that the peer of `connection` has gone, or that it was idle for too long, and nothing else. */
export function isOver(error: unknown, connection: object): boolean {
  if (error instanceof AggregateError) return error.errors.every((each) => isOver(each, connection));
  return saysOver(error) && sources.get(error) === connection;
}

/** (What a handler throws that uses a connection after closing it has no source.) */
function saysOver(error: unknown): error is SocketError | SocketClosedError {
  if (error instanceof SocketClosedError) return true;
  return error instanceof SocketError && (error.code === "ECONNRESET" || error.code === "EPIPE");
}
