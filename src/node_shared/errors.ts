/**
 * The errors of `node:` modules in the library's words.
 *
 * @module
 */

import { SocketClosedError, SocketError } from "../streams/mod.ts";

/** What to do about an error, by its code. */
const ADVICE: Record<string, string> = {
  EACCES:
    "the system does not allow it: ports below 1024 need its administrator, a broadcast address { broadcast: true }",
  EADDRINUSE:
    "another program uses the port: stop it, take another (0 picks a free one), or { reuseAddress: true }",
  EADDRNOTAVAIL: "this machine has no such address",
  EAFNOSUPPORT: "a socket on an IPv4 address cannot send to an IPv6 one: bind it to an IPv6 address",
  EINVAL: "an address or an option is not valid here",
  EMSGSIZE: "it is longer than a datagram can be: send at most 65,507 bytes over IPv4",
  ENOTFOUND: "nobody knows that name: check its spelling, and that the machine's name service works",
  UNKNOWN:
    "the runtime does not say why: no way may lead there, or it is a broadcast address without { broadcast: true }",
};

/** `error`, which `what` came to, as a `SocketError`; the library's own errors and those without a code as they are. */
export function translate(error: unknown, what: string): unknown {
  if (error instanceof SocketError || error instanceof SocketClosedError) return error;
  const code = (error as { code?: unknown })?.code;
  if (typeof code !== "string") return error;
  return socketError(code, what, error);
}

/** What `what` came to, for the system's reason `code`. */
export function socketError(code: string, what: string, cause?: unknown): SocketError {
  const advice = ADVICE[code] === undefined ? "" : `: ${ADVICE[code]}`;
  return new SocketError(`${what} failed (${code})${advice}.`, { code, cause });
}
