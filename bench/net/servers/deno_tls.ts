/**
 * The echo server over TLS as a loop around `Deno.listenTls`. It prints its port.
 *
 * @module
 */

import { cert, key } from "./certificate.mjs";
const listener = Deno.listenTls({ hostname: "127.0.0.1", port: 0, cert, key });
console.log(listener.addr.port);

async function echo(conn: Deno.TlsConn): Promise<void> {
  const bytes = new Uint8Array(1024);
  try {
    for (let count; (count = await conn.read(bytes)) !== null;) {
      for (let sent = 0; sent < count;) sent += await conn.write(bytes.subarray(sent, count));
    }
  } catch {
    // The client has gone.
  }
  conn.close();
}
for await (const conn of listener) void echo(conn);
