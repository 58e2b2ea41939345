/**
 * An echo server that tells its port, for a process that may open few files only.
 *
 * @module
 */

import { type Coroutine, run } from "../../../src/core/mod.ts";
import { denoHost } from "../../../src/deno/host.ts";
import { type Connection, server } from "../../../src/net/mod.ts";

// Deno itself panics when it runs out of file descriptors in the first half second of a process.
await new Promise((resolve) => setTimeout(resolve, 1_000));

function* echoer(conn: Connection): Coroutine<void> {
  for (let data; (data = yield* conn.recv(1024));) yield* conn.sendall(data);
}

const onListen = (addr: unknown) => console.log((addr as Deno.NetAddr).port);
await run(server("127.0.0.1", 0, echoer, { onListen }), { host: denoHost });
