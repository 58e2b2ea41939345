/**
 * Deno's errors in the library's words.
 *
 * @module
 */

import type { Address } from "../net/mod.ts";
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
  [Deno.errors.InvalidData, "EPROTO"],
  [URIError, "EINVAL"],
  [TypeError, "EINVAL"],
];

/** What to do about an error, by its code. */
const ADVICE: Record<string, string> = {
  EADDRINUSE: "another program listens there: stop it, or take another port (0 picks a free one)",
  ECONNREFUSED: "nothing listens there: check the address, and that the server runs",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "the system does not allow it: ports below 1024 need its administrator",
  EMFILE: "too many files are open: close connections, or raise the limit (ulimit -n)",
  EINVAL: "the address is not valid: check its spelling",
  ENOTFOUND: "nobody knows that name: check its spelling, and that the machine's name service works",
};

const NOT_ALLOWED = "the system does not allow it: see who may write to the file, and to its folder";

/** The same, where the address is the path of a unix socket. */
const PATH_ADVICE: Record<string, string> = {
  EADDRINUSE: "there is a file already: if the program that made it has ended, remove the file; " +
    "if not, stop that or take another path",
  ECONNREFUSED: "nothing listens there: the program that made the file has ended; start it again",
  EACCES: NOT_ALLOWED,
  EPERM: NOT_ALLOWED,
  EMFILE: ADVICE.EMFILE!,
  EINVAL: "such a path cannot be: a socket's has at most 107 bytes, none of which is 0",
  ENOENT: "there is no such socket file, or folder to put one in: check its path",
  ENOTDIR: "part of the path is a file and no folder: check its path",
};

/** How Deno says that a name could not be looked up: with a plain `Error`, and no code. Node's is `ENOTFOUND`. */
const LOOKUP = /^failed to lookup address/;

/**
 * `error`, which `what` came to, as a `SocketError`; the library's own errors and a missing permission as they are.
 * `address` says of what the advice is to speak: of a port, or of a path.
 */
export function translate(error: unknown, what: string, address?: Address): unknown {
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
  const todo = (address !== undefined && "path" in address ? PATH_ADVICE : ADVICE)[code];
  const advice = todo === undefined ? "" : `; ${todo}`;
  return new SocketError(`${what}: ${error.message} (${code})${advice}.`, { code, cause: error });
}
