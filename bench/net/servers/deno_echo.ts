/**
 * An echo server on Deno's own connections, one asynchronous function a connection. It prints its port.
 *
 * @module
 */

async function echo(conn: Deno.TcpConn): Promise<void> {
  conn.setNoDelay();
  const buffer = new Uint8Array(1024);
  try {
    for (let size = await conn.read(buffer); size !== null; size = await conn.read(buffer)) {
      for (let sent = 0; sent < size;) sent += await conn.write(buffer.subarray(sent, size));
    }
  } catch {
    // The peer has gone, and with it whoever could be told.
  } finally {
    conn.close();
  }
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(listener.addr.port);
for await (const conn of listener) echo(conn);
