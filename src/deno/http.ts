/**
 * HTTP on Deno: its own server, and its own `fetch` and `WebSocket`.
 *
 * @module
 */

import type { Http, HttpEndpoint, HttpServer, RequestListener } from "../http/mod.ts";
import { type Address, placeOf } from "../net/mod.ts";
import { translate } from "./errors.ts";
import { addressOf } from "./transport.ts";

/** Milliseconds before a server that ended by itself is started again: the first time, and at most. */
const FIRST_PAUSE = 5, LONGEST_PAUSE = 1_000;

/** `Deno.serve`, which ends when accepting fails once, as where too many files are open; then it is started again. */
class DenoServer implements HttpServer {
  readonly addr: Address;
  readonly #listener: RequestListener;
  /** With the port that was picked. */
  readonly #options: Deno.ServeTcpOptions & Partial<Deno.TlsCertifiedKeyPem>;
  #server: Deno.HttpServer<Deno.NetAddr>;
  #controller = new AbortController();
  #stopped = false;
  #pause = FIRST_PAUSE;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ hostname, port, tls }: HttpEndpoint, listener: RequestListener) {
    this.#listener = listener;
    this.#options = { hostname, port, onListen() {}, ...tls };
    this.#server = this.#start();
    this.addr = addressOf(this.#server.addr);
    this.#options.port = this.#server.addr.port;
  }

  #start(): Deno.HttpServer<Deno.NetAddr> {
    this.#controller = new AbortController();
    const server = Deno.serve(
      { ...this.#options, signal: this.#controller.signal },
      (request, info) => this.#listener(request, () => addressOf(info.remoteAddr)),
    );
    server.finished.catch((error) => this.#failed(error));
    return server;
  }

  #failed(error: unknown): void {
    if (this.#stopped) return;
    if (this.#pause === FIRST_PAUSE) {
      console.error(`Accepting on ${placeOf(this.addr)} failed, and is tried again. ${error}`);
    }
    this.#timer = setTimeout(() => {
      try {
        this.#server = this.#start();
      } catch (error) {
        this.#failed(error);
      }
    }, this.#pause);
    this.#pause = Math.min(2 * this.#pause, LONGEST_PAUSE);
  }

  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    clearTimeout(this.#timer);
    this.#server.shutdown().catch(() => {});
  }

  close(): Promise<void> {
    // Deno cannot cut the connections of a server that it is shutting down.
    if (!this.#stopped) this.#controller.abort();
    this.#stopped = true;
    clearTimeout(this.#timer);
    return this.#server.finished.catch(() => {});
  }
}

/** The HTTP of Deno. */
export const denoHttp: Http = {
  serve(endpoint: HttpEndpoint, listener: RequestListener): HttpServer {
    try {
      return new DenoServer(endpoint, listener);
    } catch (error) {
      throw translate(error, `Listening on ${placeOf(endpoint)}`);
    }
  },
  upgrade: (request, options) => Deno.upgradeWebSocket(request, options),
  fetch: (input, init) => fetch(input, init),
  connect: (url, options) => new WebSocket(url, options as unknown as string[]),
};
