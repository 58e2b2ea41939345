/**
 * The echo server over TLS. It prints its port.
 *
 * @module
 */

import * as bluelet from "../../../mod.ts";
import { cert, key } from "./certificate.mjs";

function* echoer(conn: bluelet.Connection): bluelet.Coroutine {
  for (let data; (data = yield* conn.recv(1024));) yield* conn.sendall(data);
}

const onListen = (addr: bluelet.Address) => console.log("port" in addr ? addr.port : addr.path);
await bluelet.run(bluelet.server("127.0.0.1", 0, echoer, { tls: { cert, key }, onListen }));
