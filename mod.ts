/**
 * Green threads for Deno, written as generators.
 *
 * A thread yields events; the scheduler performs them and resumes the thread with the result. Programs read
 * like sequential code, run concurrently in one thread of the operating system, and can be killed and timed
 * out without leaking anything.
 *
 * @example An echo server
 * ```ts ignore
 * import * as bluelet from "@x/bluelet";
 *
 * function* echoer(conn: bluelet.Connection) {
 *   while (true) {
 *     const data = yield* conn.recv(1024);
 *     if (!data) break;
 *     yield* conn.sendall(data);
 *   }
 * }
 * await bluelet.run(bluelet.server("", 4915, echoer));
 * ```
 *
 * @module
 */

import { setDefaultHost } from "./src/core/mod.ts";
import { denoHost } from "./src/deno/mod.ts";

setDefaultHost(denoHost);

// Threads, structure, events, errors.
export * from "./src/core/mod.ts";
// Channels, locks, pools, locals.
export * from "./src/sync/mod.ts";
// Connections, listeners, servers, files.
export * from "./src/net/mod.ts";
// Deno: the host, and a program's entry.
export * from "./src/deno/mod.ts";
