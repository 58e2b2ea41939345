/**
 * Node's own HTTP server, saying hello, as its documentation writes one. It prints its port.
 *
 * @module
 */

import { createServer } from "node:http";

const server = createServer((_request, response) => {
  response.writeHead(200, { "Content-Type": "text/plain" });
  response.end("Hello, world!\n");
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
