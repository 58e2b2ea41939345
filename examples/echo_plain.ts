/**
 * For contrast: the same loop on Deno alone. It serves one client at a time, the others wait until that one
 * hangs up, and a client that is cut off ends the server.
 *
 *     deno run --allow-net=0.0.0.0:4915 examples/echo_plain.ts
 *
 * @module
 */

async function serve() {
  using listener = Deno.listen({ port: 4915 });
  const buffer = new Uint8Array(1024);
  while (true) {
    using conn = await listener.accept();
    while (true) {
      const count = await conn.read(buffer);
      if (count === null) break;
      for (let sent = 0; sent < count;) sent += await conn.write(buffer.subarray(sent, count));
    }
  }
}

serve().catch((error) => {
  console.error(error.message);
  Deno.exit(1);
});
