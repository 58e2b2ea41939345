/**
 * HTTP on Deno: its own server, and its own `fetch` and `WebSocket`.
 *
 * @module
 */

import type { Http, HttpEndpoint, HttpServer, RequestListener } from "../http/mod.ts";
import { placeOf } from "../net/mod.ts";
import { translate } from "./errors.ts";
import { addressOf } from "./transport.ts";

function serve({ hostname, port, tls }: HttpEndpoint, listener: RequestListener): HttpServer {
  const controller = new AbortController();
  const options = { hostname, port, signal: controller.signal, onListen() {}, ...tls };
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve(options, (request, info) => listener(request, () => addressOf(info.remoteAddr)));
  } catch (error) {
    throw translate(error, `Listening on ${placeOf({ hostname, port })}`);
  }
  let stopped = false;
  return {
    addr: addressOf(server.addr),
    stop() {
      stopped = true;
      void server.shutdown();
    },
    close() {
      // Deno cannot cut the connections of a server that it is shutting down.
      if (!stopped) controller.abort();
      stopped = true;
      return server.finished;
    },
  };
}

/** The HTTP of Deno. */
export const denoHttp: Http = {
  serve,
  upgrade: (request, options) => Deno.upgradeWebSocket(request, options),
  fetch: (input, init) => fetch(input, init),
  connect: (url, options) => new WebSocket(url, options as unknown as string[]),
};
