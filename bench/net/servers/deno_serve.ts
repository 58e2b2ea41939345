/**
 * Deno's own HTTP server, saying hello. It prints its port.
 *
 * @module
 */

const options = { hostname: "127.0.0.1", port: 0, onListen: ({ port }: Deno.NetAddr) => console.log(port) };
Deno.serve(options, () => new Response("Hello, world!\n"));
