/**
 * An echo server with a log. Try `nc localhost 4915`, several at once. Ctrl-C closes every connection,
 * whatever its thread waits for, and frees the port.
 *
 *     deno run --allow-net=0.0.0.0:4915 examples/echo.ts
 *
 * @module
 */

import * as bluelet from "../mod.ts";

function* echoer(conn: bluelet.Connection) {
  const peer = placeOf(conn.addr);
  console.log(`Connected: ${peer}`);
  try {
    while (true) {
      const data = yield* conn.recv(1024);
      if (!data) break;
      console.log(`Read from ${peer}: ${JSON.stringify(new TextDecoder().decode(data))}`);
      yield* conn.sendall(data);
    }
  } finally {
    // Runs however it ended: the peer hung up, its cable was cut, or this program was told to stop.
    console.log(`Disconnected: ${peer}`);
  }
}

function* echoServer() {
  try {
    yield* bluelet.server("", 4915, echoer, {
      onListen: (address) => console.log(`Listening on ${placeOf(address)}`),
    });
  } catch (error) {
    if (!(error instanceof bluelet.InterruptError)) throw error;
    console.log("Exiting.");
  }
}

function placeOf(address: bluelet.Address) {
  return "path" in address ? address.path : `${address.hostname}:${address.port}`;
}

await bluelet.main(echoServer());
