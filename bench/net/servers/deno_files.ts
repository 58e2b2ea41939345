/**
 * Deno's own HTTP server with the files of a folder, which it opens for each request and streams, as its
 * documentation writes one. It prints its port.
 *
 * @module
 */

const root = new URL("../site/", import.meta.url);

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(port),
}, async (request) => {
  try {
    const file = await Deno.open(new URL(`.${new URL(request.url).pathname}`, root));
    return new Response(file.readable, { headers: { "content-type": "text/plain" } });
  } catch {
    return new Response("Not found", { status: 404 });
  }
});
