/**
 * The name under which the DNS has the names of an IP address.
 *
 * @module
 */

import { ipVersionOf } from "./address.ts";

/** That name, of `1.2.3.4` for example `4.3.2.1.in-addr.arpa`; of what is no IP address, itself. */
export function reverseName(name: string): string {
  const version = ipVersionOf(name);
  if (version === 4) return `${name.split(".").reverse().join(".")}.in-addr.arpa`;
  if (version === 0 || !URL.canParse(`http://[${name}]`)) return name;
  // A URL has the address in its shortest form, in hexadecimal throughout: eight groups, of which "::" stands for some.
  const { hostname } = new URL(`http://[${name}]`);
  const [head, tail = []] = hostname.slice(1, -1).split("::").map((part) => part.split(":").filter(Boolean));
  const zeros = new Array<string>(8 - head!.length - tail.length).fill("");
  const digits = [...head!, ...zeros, ...tail].map((group) => group.padStart(4, "0")).join("");
  return `${[...digits].reverse().join(".")}.ip6.arpa`;
}
