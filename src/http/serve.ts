/**
 * An HTTP server: a thread for each request.
 *
 * @module
 */

import {
  capability,
  type Coroutine,
  current,
  describe,
  type Event,
  moveOnAfter,
  type Scope,
  scope,
  shield,
  suspend,
  type Thread,
} from "../core/mod.ts";
import type { Address } from "../net/mod.ts";
import { Flag } from "../sync/mod.ts";
import { Exchange } from "./exchange.ts";
import { HTTP, type HttpEndpoint, type HttpServer } from "./http.ts";
import { own, print } from "./owners.ts";

/** What a handler is told besides the request. */
export interface RequestInfo {
  /** Where the client is. */
  readonly addr: Address;
}

/** Seconds that a client which takes its answer slowly has when all is over: the platform may be unable to cut it off. */
const FAREWELL = 1;

/** Answers a request. */
export type RequestHandler = (request: Request, info: RequestInfo) => Coroutine<Response>;

/** How to serve. */
export interface ServeOptions {
  /** The certificate and its key, as PEM; without it, plain HTTP. */
  tls?: { cert: string; key: string };
  /** Seconds that a handler has; then it is killed, and the client is answered 504. Default: any. */
  timeout?: number;
  /** How many requests are answered at a time; more are answered 503 at once. Default: any number. */
  maxRequests?: number;
  /** Seconds that requests have to finish once the server is killed. Default 0. */
  drain?: number;
  /** Is told where the server listens, as soon as it does. */
  onListen?(addr: Address): void;
  /** Is told of a handler's error, and may give the answer; without it the error is printed, and the answer is 500. */
  onError?(error: unknown, request: Request): Response | void;
}

/**
 * Serves HTTP until it is killed: each request has a thread, named after its method and path, which runs `handler` and is
 * killed if the client goes before the answer is there. Threads that the handler spawned go on when it has
 * returned, and so do bodies that a `stream` makes and WebSockets; a client that goes ends its own.
 *
 * An error is told to `onError`, or printed, and answered 500; one in a body breaks the connection off. Killed, the server
 * accepts no more, gives what runs `drain` seconds, kills what is left, and has freed its port when the kill is done.
 *
 * The arguments are checked at the call; an address that cannot be listened on is thrown when it runs.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { fetch, serve, text } from "@x/bluelet/http";
 * import { assertEquals } from "@std/assert";
 *
 * await bluelet.run(function* () {
 *   const ports = new bluelet.Channel<number>(1);
 *   const server = yield* bluelet.spawn(
 *     serve("127.0.0.1", 0, function* (request) {
 *       yield* bluelet.sleep(0.001);
 *       return new Response(`${request.method} is heard`);
 *     }, { onListen: (addr) => "port" in addr && ports.trySend(addr.port) }),
 *   );
 *   const response = yield* fetch(`http://127.0.0.1:${yield* ports.receive()}/`);
 *   assertEquals(yield* text(response), "GET is heard");
 *   yield* bluelet.kill(server);
 * }());
 * ```
 */
export function serve(
  hostname: string,
  port: number,
  handler: RequestHandler,
  options: ServeOptions = {},
): Coroutine<void> {
  if (typeof hostname !== "string") {
    throw new TypeError(`serve takes a host as a string; got ${describe(hostname)}.`);
  }
  if (!(Number.isInteger(port) && port >= 0 && port <= 65_535)) {
    throw new RangeError(`serve takes a port from 0 to 65535; got ${describe(port)}.`);
  }
  if (typeof handler !== "function") {
    throw new TypeError(`serve takes a handler, function* (request) { ... }; got ${describe(handler)}.`);
  }
  const { timeout = Infinity, maxRequests = Infinity, drain = 0, tls } = options;
  for (const [name, seconds] of Object.entries({ timeout, drain })) {
    if (!(typeof seconds === "number" && seconds >= 0)) {
      throw new RangeError(
        `serve takes ${name} as a number of seconds, 0 or more; got ${describe(seconds)}.`,
      );
    }
  }
  if (maxRequests !== Infinity && !(Number.isSafeInteger(maxRequests) && maxRequests > 0)) {
    throw new RangeError(
      `serve takes maxRequests as a whole number, 1 or more; got ${describe(maxRequests)}.`,
    );
  }
  const endpoint: HttpEndpoint = { hostname: hostname === "" ? "0.0.0.0" : hostname, port };
  if (tls !== undefined) {
    if (typeof tls?.cert !== "string" || typeof tls.key !== "string") {
      throw new TypeError("serve takes tls as { cert, key }, both PEM texts.");
    }
    endpoint.tls = { cert: tls.cert, key: tls.key };
  }
  return serving(endpoint, new Service(handler, options));
}

function* serving(endpoint: HttpEndpoint, service: Service): Coroutine<void> {
  yield* scope(function* (scope) {
    scope.spawn(requests, service, endpoint);
    try {
      yield* service.stopped.wait(); // which is set below, when the server is killed
    } finally {
      service.stopped.set();
    }
  });
}

/** Shielded, since a kill of the server must not reach the requests before it has let them finish. */
function* requests(service: Service, endpoint: HttpEndpoint): Coroutine<void> {
  yield* shield(service.run(endpoint));
}

/** One server's requests. */
class Service {
  /** Set when the server was killed. */
  readonly stopped = new Flag({ name: "stopped" });
  readonly #handler: RequestHandler;
  readonly #options: ServeOptions;
  #active = 0;

  constructor(handler: RequestHandler, options: ServeOptions) {
    this.#handler = handler;
    this.#options = options;
  }

  *run(endpoint: HttpEndpoint): Coroutine<void> {
    const { host } = current().scheduler;
    const http = capability(host, HTTP);
    if (http.serve === undefined) throw new TypeError("This run's host can be no HTTP server.");
    let owner: Scope;
    const server = http.serve(
      endpoint,
      (request, remoteAddr) =>
        this.#answer(owner, request, {
          get addr() {
            return remoteAddr();
          },
        }),
    );
    // Requests come from outside: while the server runs, what waits for one is in no deadlock.
    const release = current().scheduler.hold();
    const report = (error: unknown, request: Request) => void this.#failed(error, request);
    try {
      yield* scope((scope) => {
        own(owner = scope, report);
        return this.#run(server, scope);
      }, { supervise: told });
    } finally {
      release();
      yield* moveOnAfter(FAREWELL, closed(server));
    }
  }

  /** Lets requests run until the server is stopped; then lets them finish, and kills the rest. */
  *#run(server: HttpServer, requests: Scope): Coroutine<void> {
    this.#options.onListen?.(server.addr);
    yield* this.stopped.wait();
    const { drain = 0 } = this.#options;
    if (drain > 0) {
      server.stop();
      yield* moveOnAfter(drain, idle(requests));
    } else {
      void server.close();
    }
    for (const thread of requests.threads) thread.kill("its server was stopped");
  }

  #answer(owner: Scope, request: Request, info: RequestInfo): Promise<Response> {
    const { timeout = Infinity, maxRequests = Infinity } = this.#options;
    if (this.stopped.isSet || this.#active >= maxRequests) return Promise.resolve(unavailable());
    this.#active++;
    const handler = this.#handler;
    return new Promise((resolve) => {
      const thread = new Exchange<Response>(
        request,
        timeout === Infinity ? () => handler(request, info) : () => within(timeout, handler(request, info)),
        resolve,
        (error) => this.#failed(error, request) ?? new Response("Internal Server Error\n", { status: 500 }),
      ).begin(owner);
      thread.onEnd(() => this.#active--);
    });
  }

  /** Tells of an error; the answer that `onError` gave, if it gave one. */
  #failed(error: unknown, request: Request): Response | void {
    const { onError } = this.#options;
    try {
      if (onError !== undefined) return onError.call(this.#options, error, request);
    } catch (thrown) {
      console.error("The server's onError failed itself:", thrown);
    }
    print(error, request);
  }
}

/** Gives `answer` so many seconds. */
function* within(seconds: number, answer: Coroutine<Response>): Coroutine<Response> {
  return (yield* moveOnAfter(seconds, answer)) ?? new Response("Gateway Timeout\n", { status: 504 });
}

/** Too many requests run, or the server is about to end. */
function unavailable(): Response {
  return new Response("Service Unavailable\n", { status: 503, headers: { "retry-after": "1" } });
}

function closed(server: HttpServer): Event<void> {
  return suspend<void>((resume) => void server.close().then(resume), { what: "a server to be closed" });
}

/** What belongs to the server tells of its errors itself. */
function told(): void {}

/** Waits until no thread is left in `scope`. */
function* idle(scope: Scope): Coroutine<void> {
  for (let threads: readonly Thread[]; (threads = scope.threads).length > 0;) {
    for (const thread of threads) {
      yield* suspend<void>((resume) => thread.onEnd(() => resume()), { what: "a request to end" });
    }
  }
}
