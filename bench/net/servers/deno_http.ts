/**
 * Answers every HTTP request with the same hello, on Deno's own connections, one asynchronous function each. A
 * request that came in one piece ends with an empty line; others are put together first. It prints its port.
 *
 * @module
 */

const RESPONSE = new TextEncoder().encode(
  "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 14\r\n\r\nHello, world!\n",
);
const [CR, LF] = [13, 10];

function endsHead(buffer: Uint8Array, size: number): boolean {
  return buffer[size - 4] === CR && buffer[size - 3] === LF && buffer[size - 2] === CR &&
    buffer[size - 1] === LF;
}

async function hello(conn: Deno.TcpConn): Promise<void> {
  conn.setNoDelay();
  const buffer = new Uint8Array(4096);
  try {
    for (let filled = 0; filled < buffer.length;) {
      const size = await conn.read(buffer.subarray(filled));
      if (size === null) break;
      filled += size;
      if (!endsHead(buffer, filled)) continue;
      filled = 0;
      for (let sent = 0; sent < RESPONSE.length;) sent += await conn.write(RESPONSE.subarray(sent));
    }
  } catch {
    // The peer has gone, and with it whoever could be told.
  } finally {
    conn.close();
  }
}

const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
console.log(listener.addr.port);
for await (const conn of listener) hello(conn);
