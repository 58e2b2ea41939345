/**
 * The echo server of the README, on a port of the system's choosing, which it prints.
 *
 * @module
 */

import * as bluelet from "../../../mod.ts";

function* echoer(conn: bluelet.Connection): bluelet.Coroutine {
  while (true) {
    const data = yield* conn.recv(1024);
    if (!data) break;
    yield* conn.sendall(data);
  }
}

const onListen = (addr: bluelet.Address) => console.log("port" in addr ? addr.port : addr.path);
await bluelet.run(bluelet.server("127.0.0.1", 0, echoer, { onListen }));
