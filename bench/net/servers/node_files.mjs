/**
 * Node's own HTTP server with the files of a folder, which it reads for each request, as its documentation writes
 * one. It prints its port.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";

const root = join(import.meta.dirname, "../site");

const server = createServer(async (request, response) => {
  try {
    const file = await readFile(join(root, decodeURIComponent(new URL(request.url, "http://host").pathname)));
    response.writeHead(200, { "Content-Type": "text/plain" });
    response.end(file);
  } catch {
    response.writeHead(404);
    response.end();
  }
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
