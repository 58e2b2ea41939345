/**
 * The name that is asked of the DNS for the names of an IP address.
 *
 * @module
 */

import { ipVersionOf } from "./address.ts";

/** That name: `4.3.2.1.in-addr.arpa` for `1.2.3.4`. A `name` that is no IP address is returned as it is. */
export function reverseName(name: string): string {
  const version = ipVersionOf(name);
  if (version === 4) return `${name.split(".").reverse().join(".")}.in-addr.arpa`;
  if (version === 0 || !URL.canParse(`http://[${name}]`)) return name;
  // A URL has the address in its shortest form, all in hexadecimal: eight groups, and "::" in place of groups of zeros.
  const { hostname } = new URL(`http://[${name}]`);
  const [head, tail = []] = hostname.slice(1, -1).split("::").map((part) => part.split(":").filter(Boolean));
  const zeros = new Array<string>(8 - head!.length - tail.length).fill("");
  const digits = [...head!, ...zeros, ...tail].map((group) => group.padStart(4, "0")).join("");
  return `${[...digits].reverse().join(".")}.ip6.arpa`;
}
