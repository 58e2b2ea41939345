/**
 * Deno's errors in the library's words.
 *
 * @module
 */

import { SocketClosedError, SocketError } from "../streams/mod.ts";

/** The system's name for each error of the runtime that has no `code` of its own. */
const codes = (): readonly [new (...args: never[]) => Error, string][] => [
  [Deno.errors.ConnectionReset, "ECONNRESET"],
  [Deno.errors.BrokenPipe, "EPIPE"],
  [Deno.errors.ConnectionRefused, "ECONNREFUSED"],
  [Deno.errors.ConnectionAborted, "ECONNABORTED"],
  [Deno.errors.AddrInUse, "EADDRINUSE"],
  [Deno.errors.AddrNotAvailable, "EADDRNOTAVAIL"],
  [Deno.errors.NotConnected, "ENOTCONN"],
  [Deno.errors.TimedOut, "ETIMEDOUT"],
  [Deno.errors.NetworkUnreachable, "ENETUNREACH"],
  [Deno.errors.NotFound, "ENOENT"],
  [Deno.errors.PermissionDenied, "EACCES"],
  [URIError, "EINVAL"],
  [TypeError, "EINVAL"],
];

/** What to do about an error, by its code. */
const ADVICE: Record<string, string> = {
  EADDRINUSE: "another program listens there: stop it, or take another port (0 picks a free one)",
  ECONNREFUSED: "nothing listens there: check the address, and that the server runs",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "the system does not allow it: ports below 1024 and others' socket files need its administrator",
  EMFILE: "too many files are open: close connections, or raise the limit (ulimit -n)",
  EINVAL: "the address is not valid: check its spelling",
  ENOENT: "there is no such socket file, or folder to put one in: check its path",
  ENOTFOUND: "nobody knows that name: check its spelling, and that the machine's name service works",
};

/** How Deno says that a name could not be looked up: with a plain `Error`, and no code. Node's is `ENOTFOUND`. */
const LOOKUP = /^failed to lookup address/;

/** `error`, which `what` came to, as a `SocketError`; the library's own errors and a missing permission as they are. */
export function translate(error: unknown, what: string): unknown {
  if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) return error;
  if (error instanceof SocketError || error instanceof SocketClosedError) return error;
  // Closed by us while it was in flight, or before it began.
  if (error instanceof Deno.errors.Interrupted || error instanceof Deno.errors.BadResource) {
    return new SocketClosedError(`${what}: it was closed meanwhile.`);
  }
  const own = (error as { code?: unknown }).code;
  const code = typeof own === "string"
    ? own
    : LOOKUP.test(error.message)
    ? "ENOTFOUND"
    : codes().find(([type]) => error instanceof type)?.[1] ?? "EIO";
  const advice = ADVICE[code] === undefined ? "" : `; ${ADVICE[code]}`;
  return new SocketError(`${what}: ${error.message} (${code})${advice}.`, { code, cause: error });
}
