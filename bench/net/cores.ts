/**
 * Where the processes of one measure run: the server has a core to itself, and so has the load.
 *
 * The kernel would move them about, and every move shows in the figures. Where one connection is served, server
 * and load take turns anyway: on one core, what is measured is their work, and not how long it takes to wake a
 * core that sleeps, which on a virtual machine is ten times as long.
 *
 * @module
 */

import { installed } from "../programs.ts";

/** The core of the server, and of everything that a runtime does for it in the background. */
export const SERVER_CORE = 0;
/** The core of the load. */
export const LOAD_CORE = 1;

let pinnable: Promise<boolean> | undefined;

/** The command that runs `command` on `core`, where there are two cores and `taskset`; otherwise anywhere. */
export async function onCore(
  core: number,
  command: string,
  args: readonly string[],
): Promise<[string, ...string[]]> {
  pinnable ??= navigator.hardwareConcurrency > 1 ? installed("taskset", "--version") : Promise.resolve(false);
  return await pinnable ? ["taskset", "-c", String(core), command, ...args] : [command, ...args];
}
