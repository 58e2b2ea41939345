/**
 * Counts datagrams in a receive loop, and says how many when it is asked, by one of one byte. It prints its port.
 *
 * @module
 */

import * as bluelet from "../../../mod.ts";

await bluelet.run(function* () {
  using socket = yield* bluelet.datagramSocket("127.0.0.1", 0);
  console.log(socket.port);
  for (let count = 0;;) {
    const { data, addr } = yield* socket.receive();
    if (data.length !== 1) {
      count++;
      continue;
    }
    yield* socket.send(String(count), addr.hostname, addr.port);
    count = 0;
  }
}());
