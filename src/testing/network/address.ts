/**
 * Addresses in a simulated network: which host an address is on, and where on that host.
 *
 * @module
 */

import type { Address } from "../../net/mod.ts";

/** The names that every host has for itself. */
const LOOPBACK = new Set(["localhost", "127.0.0.1", "::1", "0.0.0.0", "::"]);

/** The name of the host that `address` is on, when the host called `self` uses it. */
export function hostOf(address: Address, self: string): string {
  return "path" in address || LOOPBACK.has(address.hostname) ? self : address.hostname;
}

/**
 * The address of the near end of a connection to `remote`, on the host called `self`. Over the loopback, both ends
 * have the name that the connect used.
 */
export function nearAddress(remote: Address, self: string, freePort: () => number): Address {
  if ("path" in remote) return { path: "" };
  const hostname = LOOPBACK.has(remote.hostname) ? remote.hostname : self;
  return { hostname, port: freePort() };
}

/** Where an address is on its host, in words: its port or its path. Listeners are found by it. */
export function placeOf(address: Address): string {
  return "path" in address ? `path ${address.path}` : `port ${address.port}`;
}
