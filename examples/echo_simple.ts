/**
 * The echo server in ten lines: sequential to read, and it serves everyone at once.
 *
 *     deno run --allow-net=0.0.0.0:4915 examples/echo_simple.ts
 *
 * @module
 */

import * as bluelet from "../mod.ts";

function* echoer(conn: bluelet.Connection) {
  while (true) {
    const data = yield* conn.recv(1024);
    if (!data) break;
    yield* conn.sendall(data);
  }
}

await bluelet.main(bluelet.server("", 4915, echoer));
