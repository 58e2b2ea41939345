/**
 * HTTP on Deno: its own server, and its own `fetch` and `WebSocket`.
 *
 * @module
 */

import type { Http, HttpEndpoint, HttpServer, RequestListener } from "../http/mod.ts";
import { placeOf } from "../net/mod.ts";
import { translate } from "./errors.ts";
import { addressOf } from "./transport.ts";

let warned = false;

/**
 * A request's signal. At the first one Deno warns that it is aborted also when the answer has gone out; nothing here
 * listens for that long, so that warning is not for users of this library.
 */
function gone(request: Request): AbortSignal {
  if (warned) return request.signal;
  warned = true;
  const { warn } = console;
  console.warn = () => {};
  try {
    return request.signal;
  } finally {
    console.warn = warn;
  }
}

function serve({ hostname, port, tls }: HttpEndpoint, listener: RequestListener): HttpServer {
  const controller = new AbortController();
  const options = { hostname, port, signal: controller.signal, onListen() {}, ...tls };
  let server: Deno.HttpServer<Deno.NetAddr>;
  try {
    server = Deno.serve(options, (request, info) => listener(request, () => addressOf(info.remoteAddr)));
  } catch (error) {
    throw translate(error, `Listening on ${placeOf({ hostname, port })}`);
  }
  return {
    addr: addressOf(server.addr),
    stop: () => void server.shutdown(),
    close() {
      controller.abort();
      return server.finished;
    },
  };
}

/** The HTTP of Deno. */
export const denoHttp: Http = {
  serve,
  gone,
  upgrade: (request, options) => Deno.upgradeWebSocket(request, options),
  fetch: (input, init) => fetch(input, init),
  connect: (url, options) => new WebSocket(url, options as unknown as string[]),
};
