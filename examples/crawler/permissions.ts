/**
 * What this program may connect to, told before it tries.
 *
 * @module
 */

/** The host and the port of an address, as permissions name them. */
export function hostOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
}

/** Whether a host may be connected to. The user is not asked: what a server says is no reason to. */
export function mayConnectTo(host: string): boolean {
  return Deno.permissions.querySync({ name: "net", host }).state === "granted";
}

/** Throws, as `fetch` would, if a host may not be connected to, and the user does not permit it now. */
export function requireNet(host: string): void {
  if (Deno.permissions.requestSync({ name: "net", host }).state !== "granted") {
    throw new Deno.errors.NotCapable(`Requires net access to "${host}", run again with the --allow-net flag`);
  }
}
