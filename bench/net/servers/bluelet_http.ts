/**
 * Answers every HTTP request with the same hello: what Bluelet's connections allow before any parsing of headers.
 * It prints its port.
 *
 * @module
 */

import * as bluelet from "../../../mod.ts";

const END_OF_HEAD = new TextEncoder().encode("\r\n\r\n");
const RESPONSE = new TextEncoder().encode(
  "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nHello, world!\n",
);

function* hello(conn: bluelet.Connection): bluelet.Coroutine {
  while (yield* conn.readuntil(END_OF_HEAD)) yield* conn.sendall(RESPONSE);
}

const onListen = (addr: bluelet.Address) => console.log("port" in addr ? addr.port : addr.path);
await bluelet.run(bluelet.server("127.0.0.1", 0, hello, { onListen }));
