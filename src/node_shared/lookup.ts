/**
 * The system's resolver.
 *
 * @module
 */

import { ipVersionOf } from "../net/mod.ts";
import { socketError, translate } from "./errors.ts";
import type { Permit } from "./permit.ts";

/** The addresses of `host`, in the system's order; of an IP address, itself. `SocketError` `ENOTFOUND` if there are none. */
export async function nodeLookup(host: string, permit: Permit): Promise<string[]> {
  if (ipVersionOf(host) !== 0) return [host];
  permit(host);
  const what = `Looking up ${host}`;
  const dns = await import("node:dns");
  const found = await dns.promises.lookup(host, { all: true }).catch((error) => {
    throw translate(error, what);
  });
  if (found.length === 0) throw socketError("ENOTFOUND", what);
  return [...new Set(found.map(({ address }) => address))];
}
