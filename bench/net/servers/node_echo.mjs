/**
 * An echo server on node:net, as its documentation writes one; runs under Node and under Deno. It prints its port.
 *
 * @module
 */

import { createServer } from "node:net";

const server = createServer((socket) => {
  socket.setNoDelay();
  socket.on("error", () => socket.destroy());
  socket.pipe(socket);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
