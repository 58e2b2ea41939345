/**
 * Deno as a host: its clock, its timers, and its event loop's turns.
 *
 * @module
 */

import type { Alarm } from "../core/mod.ts";
import type { NetworkHost } from "../net/mod.ts";
import { denoNetwork } from "./network.ts";

declare const setImmediate: (task: () => void) => unknown;

/** Timers of more milliseconds than this would fire at once. */
const LONGEST = 2 ** 31 - 1;

/** The host that runs are on unless they name another: Deno's event loop and its network. */
export const denoHost: NetworkHost = {
  now: () => performance.now() / 1000,

  alarm(seconds: number, ring: () => void): Alarm {
    // Rounded up, since a fraction of a millisecond can make a timer of the host fire early.
    const id = setTimeout(ring, Math.min(Math.ceil(seconds * 1000), LONGEST));
    return { cancel: () => clearTimeout(id) };
  },

  soon: queueMicrotask,

  // The cheapest hop that lets timers and sockets make progress.
  turn(task: () => void): void {
    setImmediate(task);
  },

  network: denoNetwork,
};
