/**
 * Which network a program is on: that of the host which runs the thread, or else the default host's.
 *
 * @module
 */

import { defaultHost, type Host } from "../core/mod.ts";
import { running } from "../core/current.ts";
import type { Network, NetworkHost } from "./transport.ts";

/** The network of `host`; an error if it has none. */
export function networkOf(host: Host): Network {
  if ("network" in host) return (host as NetworkHost).network;
  throw new TypeError(
    "This run's host has no network: run on Deno's host, the default one, or in simulate().",
  );
}

/** The network of the thread that is running; outside any, the default host's. */
export function networkHere(): Network {
  return networkOf(running === null ? defaultHost() : running.scheduler.host);
}
