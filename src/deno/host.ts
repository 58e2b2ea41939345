/**
 * Deno as a host: its clock, its timers, and its event loop's turns.
 *
 * @module
 */

import type { Alarm } from "../core/mod.ts";
import type { Files } from "../files/mod.ts";
import type { Http } from "../http/mod.ts";
import type { Datagrams, Names, NetworkHost, Tls } from "../net/mod.ts";
import { NodeDatagrams, nodeTls } from "../node_shared/mod.ts";
import { capture } from "./async_context.ts";
import type { Processes, Signals } from "../process/mod.ts";
import { denoFiles } from "./files.ts";
import { denoHttp } from "./http.ts";
import { denoNames } from "./names.ts";
import { denoNetwork } from "./network.ts";
import { permitNet } from "./permit.ts";
import { denoProcesses } from "./processes.ts";
import { denoSignals } from "./signals.ts";

declare const setImmediate: (task: () => void) => unknown;

/** Timers of more milliseconds than this would fire at once. */
const LONGEST = 2 ** 31 - 1;

/**
 * How many immediates make a turn: while they keep coming, the event loop polls its sockets only about every
 * 61st time. All of them together take less than 0.1 ms.
 */
const HOPS = 64;

/** Deno as a host, with all that it has. */
export interface DenoHost extends NetworkHost {
  /** Its datagrams. */
  readonly datagrams: Datagrams;
  /** Its name service. */
  readonly names: Names;
  /** Its HTTP. */
  readonly http: Http;
  /** Its TLS. */
  readonly tls: Tls;
  /** Its files. */
  readonly files: Files;
  /** Its processes. */
  readonly processes: Processes;
  /** Its signals. */
  readonly signals: Signals;
}

/** The host that runs are on unless they name another: Deno's event loop and what the machine has. */
export const denoHost: DenoHost = {
  now: () => performance.now() / 1000,

  alarm(seconds: number, ring: () => void): Alarm {
    // Rounded up, since a fraction of a millisecond can make a timer of the host fire early.
    const id = setTimeout(ring, Math.min(Math.ceil(seconds * 1000), LONGEST));
    return { cancel: () => clearTimeout(id) };
  },

  soon: queueMicrotask,

  turn(task: () => void): void {
    let hops = HOPS;
    const hop = () => void (hops-- > 0 ? setImmediate(hop) : task());
    hop();
  },

  network: denoNetwork,
  datagrams: new NodeDatagrams(permitNet),
  names: denoNames,
  files: denoFiles,
  processes: denoProcesses,
  signals: denoSignals,
  tls: nodeTls,
  http: denoHttp,

  capture,
};
