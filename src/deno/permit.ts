/**
 * Asking Deno for a permission before a `node:` module needs it.
 *
 * @module
 */

import { inBrackets } from "../net/mod.ts";

/** Throws Deno's `NotCapable` unless the program may talk to `hostname`, at `port` or, without one, look it up. */
export function permitNet(hostname: string, port?: number): void {
  const host = inBrackets(hostname);
  const place = port === undefined ? host : `${host}:${port}`;
  const permission = { name: "net", host: place } as const;
  let { state } = query(permission);
  // As Deno itself does: asks the user, if there is a terminal.
  if (state === "prompt") ({ state } = Deno.permissions.requestSync(permission));
  if (state === "granted") return;
  throw new Deno.errors.NotCapable(`Requires net access to "${place}", run again with the --allow-net flag`);
}

function query(permission: Deno.NetPermissionDescriptor): { state: Deno.PermissionState } {
  try {
    return Deno.permissions.querySync(permission);
  } catch {
    return { state: "granted" }; // no such host can be: looking it up will tell
  }
}
