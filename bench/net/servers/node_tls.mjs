// The echo server over TLS on bare node:tls, for Node and for Deno. It prints its port.
import { createServer } from "node:tls";
import { cert, key } from "./certificate.mjs";

const server = createServer({ cert, key }, (socket) => {
  socket.on("error", () => socket.destroy());
  socket.on("data", (data) => socket.write(data));
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
