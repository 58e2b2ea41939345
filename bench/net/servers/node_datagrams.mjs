/**
 * The same by node:dgram, as its documentation writes one; runs under Node and under Deno. It prints its port.
 *
 * @module
 */

import { createSocket } from "node:dgram";

const socket = createSocket("udp4");
let count = 0;
socket.on("message", (data, { address, port }) => {
  if (data.length !== 1) return void count++;
  socket.send(String(count), port, address);
  count = 0;
});
socket.bind(0, "127.0.0.1", () => console.log(socket.address().port));
