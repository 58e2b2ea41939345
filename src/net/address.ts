/**
 * Addresses: how they are checked when a program gives one, and how they are written in messages.
 *
 * @module
 */

import { describe } from "../core/mod.ts";
import type { InternetAddress } from "./datagrams.ts";
import type { Address } from "./transport.ts";

/** A unix socket, as `connect`, `Listener` and `server` take it in the place of a host and a port. */
export interface UnixPath {
  /** Where the socket's file is. */
  path: string;
}

/** The address that a program gave to `caller`; a `TypeError` or `RangeError` that says what is wrong with it. */
export function addressFrom(
  host: string | UnixPath,
  port: unknown,
  caller: string,
  defaults: { host: string; leastPort: number },
): Address {
  if (typeof host === "object" && host !== null) return { path: checkedPath(host.path, caller) };
  if (typeof host !== "string") {
    throw new TypeError(
      `${caller} takes a host as a string, or { path } for a unix socket; got ${describe(host)}.`,
    );
  }
  return internetAddressFrom(host, port, caller, defaults);
}

/** Like `addressFrom`, where a unix socket is not possible. */
export function internetAddressFrom(
  host: unknown,
  port: unknown,
  caller: string,
  defaults: { host: string; leastPort: number },
): InternetAddress {
  if (typeof host !== "string") {
    throw new TypeError(`${caller} takes a host as a string; got ${describe(host)}.`);
  }
  const { leastPort } = defaults;
  if (typeof port !== "number") {
    throw new TypeError(
      `${caller} takes a port as a number from ${leastPort} to 65535; got ${describe(port)}.`,
    );
  }
  if (!Number.isInteger(port) || port < leastPort || port > 65_535) {
    throw new RangeError(`${caller} takes a port from ${leastPort} to 65535, a whole number; got ${port}.`);
  }
  return { hostname: host === "" ? defaults.host : withoutBrackets(host), port };
}

/** `[::1]`, as URLs have it, is the address `::1`. */
function withoutBrackets(host: string): string {
  return host.startsWith("[") && host.endsWith("]") && host.includes(":") ? host.slice(1, -1) : host;
}

function checkedPath(path: unknown, caller: string): string {
  if (typeof path === "string" && path !== "") return path;
  throw new TypeError(`${caller} takes { path } with the path of a unix socket; got ${describe(path)}.`);
}

/** The version of the IP address `host`: 4 or 6; 0 if it is a name. */
export function ipVersionOf(host: string): 0 | 4 | 6 {
  if (host.includes(":")) return 6;
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(host) ? 4 : 0;
}

/** `address` in words: `127.0.0.1:4915`, `[::1]:4915`, or a path. */
export function placeOf(address: Address): string {
  if ("path" in address) return address.path || "an unnamed unix socket";
  return `${inBrackets(address.hostname)}:${address.port}`;
}

/** `hostname` as it stands in front of a port: IPv6 addresses in brackets. */
export function inBrackets(hostname: string): string {
  return hostname.includes(":") ? `[${hostname}]` : hostname;
}
