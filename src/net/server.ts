/**
 * A server: accepts connections and runs a handler for each, in a thread of its own.
 *
 * @module
 */

import {
  call,
  type Coroutine,
  current,
  describe,
  isKill,
  moveOnAfter,
  type Scope,
  scope,
  select,
  shield,
  sleep,
  type Thread,
  timeout,
} from "../core/mod.ts";
import { SocketClosedError, SocketError } from "../streams/mod.ts";
import { Flag, Pool } from "../sync/mod.ts";
import { placeOf, type UnixPath } from "./address.ts";
import type { Connection } from "./connection.ts";
import { listenEndpoint, Listener, type ListenOptions } from "./listener.ts";
import type { Address } from "./transport.ts";

/** A server's function for each connection. The connection is closed when the coroutine ends. */
export type Handler = (conn: Connection) => Coroutine<unknown>;

/** Options for {@linkcode server}. */
export interface ServerOptions extends ListenOptions {
  /** Is called with the address as soon as the server listens. */
  onListen?(addr: Address): void;
  /** Is told of a handler's error; without it the error is printed. A peer's reset is no error, nor is idleness. */
  onError?(error: unknown, conn: Connection): void;
  /** How many connections are served at a time; others wait to be accepted. Default: any number. */
  maxConnections?: number;
  /** Seconds that a client has for the TLS handshake; then its connection is closed. Default 10. */
  handshakeTimeout?: number;
  /** Seconds that handlers have to finish once the server is killed. Default 0. */
  drain?: number;
}

/** Seconds before `accept` is tried again when it failed: the first time, and at most. */
const FIRST_PAUSE = 0.005, LONGEST_PAUSE = 1;
/** The same when only the connection that came was at fault (see accept(2)): a client may send many of those. */
const SHORT_PAUSE = 0.001;
const ONE_AT_FAULT = new Set([
  "EHOSTDOWN",
  "EHOSTUNREACH",
  "ENETDOWN",
  "ENETUNREACH",
  "ENONET",
  "ENOPROTOOPT",
  "EOPNOTSUPP",
  "EPROTO",
]);
/** Seconds without such a failure after which the next one is printed again. */
const QUIET = 60;

/**
 * Accepts connections and runs `handler` for each in a thread of its own, until it is killed.
 *
 * A handler's threads belong to it: if one fails, so does the handler, and nothing but its connection ends.
 * The connection is closed when the handler's coroutine has ended, whichever way. The server goes on when a
 * handler throws, when a peer resets its connection, and when it cannot accept, as without file descriptors. Killed, it
 * stops accepting, gives handlers `drain` seconds, kills those that are left, and has freed its port when
 * the kill is done.
 *
 * The arguments are checked at the call; an address that cannot be listened on is thrown when it runs.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { simulate } from "@x/bluelet/testing";
 * import { assertEquals } from "@std/assert";
 *
 * function* echoer(conn: bluelet.Connection) {
 *   for (let data; (data = yield* conn.recv(1024));) {
 *     yield* conn.sendall(data);
 *   }
 * }
 *
 * await simulate(function* () {
 *   const thread = yield* bluelet.spawn(bluelet.server("", 4915, echoer));
 *   yield* bluelet.null();
 *   using conn = yield* bluelet.connect("127.0.0.1", 4915);
 *   yield* conn.sendall("hi");
 *   assertEquals(yield* conn.recv(1024), new TextEncoder().encode("hi"));
 *   yield* bluelet.kill(thread);
 * });
 * ```
 */
export function server(
  host: string,
  port: number,
  handler: Handler,
  options?: ServerOptions,
): Coroutine<void>;
/** Serves at the path of a unix socket. */
export function server(where: UnixPath, handler: Handler, options?: ServerOptions): Coroutine<void>;
export function server(
  host: string | UnixPath,
  portOrHandler: number | Handler,
  handlerOrOptions?: Handler | ServerOptions,
  lastOptions?: ServerOptions,
): Coroutine<void> {
  const unix = typeof host === "object" && host !== null;
  const port = portOrHandler as number;
  const handler = (unix ? portOrHandler : handlerOrOptions) as Handler;
  const options = ((unix ? handlerOrOptions : lastOptions) ?? {}) as ServerOptions;
  listenEndpoint("server", host, port, options);
  if (typeof handler !== "function") {
    throw new TypeError(`server takes a handler, function* (conn) { ... }; got ${describe(handler)}.`);
  }
  const { maxConnections = Infinity, drain = 0, handshakeTimeout = 10 } = options;
  if (maxConnections !== Infinity && !(Number.isSafeInteger(maxConnections) && maxConnections > 0)) {
    throw new RangeError(
      `server takes maxConnections as a whole number, 1 or more; got ${describe(maxConnections)}.`,
    );
  }
  for (const [name, seconds] of Object.entries({ drain, handshakeTimeout })) {
    if (typeof seconds !== "number" || !(seconds >= 0)) {
      throw new RangeError(
        `server takes ${name} as a number of seconds, 0 or more; got ${describe(seconds)}.`,
      );
    }
  }
  const listen = () => unix ? new Listener(host, options) : new Listener(host, port, options);
  return serve(listen, new Service(handler, options));
}

function* serve(listen: () => Listener, service: Service): Coroutine<void> {
  const listener = listen();
  try {
    service.onListen(listener.addr);
    yield* scope(function* (scope) {
      scope.spawn(handlers, service, listener);
      try {
        yield* service.stopped.wait(); // which is set below, when the server is killed
      } finally {
        listener.close();
        service.stopped.set();
      }
    });
  } finally {
    listener.close();
    yield* shield(listener.settled());
  }
}

/** Shielded, since a kill of the server must not reach the handlers before it has let them finish. */
function* handlers(service: Service, listener: Listener): Coroutine<void> {
  yield* shield(scope((scope) => service.run(scope, listener), { supervise: service.supervise }));
}

/** One server's handlers. */
class Service {
  /** Set when the server was killed. */
  readonly stopped = new Flag({ name: "stopped" });
  readonly #options: ServerOptions;
  readonly #handle: (conn: Connection) => Coroutine<void>;
  readonly #pool: Pool;
  readonly #connections = new WeakMap<Thread, Connection>();

  constructor(handler: Handler, options: ServerOptions) {
    this.#options = options;
    const handle = (conn: Connection) => scope(() => closing(conn, handler));
    const { tls, handshakeTimeout = 10 } = options,
      shaken = (error: unknown, conn: Connection) => {
        if (options.onError !== undefined) this.#tell(error, conn);
      };
    // A scope, so that the handler's threads are its own. The thread is named after the handler.
    this.#handle = tls === undefined
      ? function* (conn) {
        yield* handle(conn);
      }
      : function* (conn) {
        if (yield* isSecure(conn, handshakeTimeout, shaken)) yield* handle(conn);
        else conn.close();
      };
    Object.defineProperty(this.#handle, "name", { value: handler.name });
    this.#pool = new Pool(options.maxConnections ?? Infinity);
  }

  onListen(addr: Address): void {
    this.#options.onListen?.(addr);
  }

  /** The body of the handlers' scope: accepts until the server is stopped, then lets handlers finish, and kills the rest. */
  *run(scope: Scope, listener: Listener): Coroutine<void> {
    yield* this.#accept(listener);
    const { drain = 0 } = this.#options;
    if (drain > 0) yield* moveOnAfter(drain, this.#pool.join());
    for (const thread of scope.threads) thread.kill("its server was stopped");
  }

  *#accept(listener: Listener): Coroutine<void> {
    let quietUntil = 0;
    for (let pause = FIRST_PAUSE; !this.stopped.isSet;) {
      // Connections that are not accepted wait in the system.
      if (this.#pool.active >= this.#pool.size) {
        yield* select({ stopped: this.stopped.wait(), place: this.#pool.available() });
        continue;
      }
      let conn: Connection;
      try {
        conn = yield* listener.accept();
      } catch (error) {
        if (error instanceof SocketClosedError) return;
        const now = current().scheduler.host.now();
        // Without the stack: to print it can take a file, and there may be no descriptor left to open one.
        if (now >= quietUntil) {
          console.error(`Accepting on ${placeOf(listener.addr)} failed, and is tried again. ${error}`);
        }
        quietUntil = now + QUIET;
        const oneAtFault = error instanceof SocketError && ONE_AT_FAULT.has(error.code);
        yield* select({ stopped: this.stopped.wait(), later: sleep(oneAtFault ? SHORT_PAUSE : pause) });
        if (!oneAtFault) pause = Math.min(2 * pause, LONGEST_PAUSE);
        continue;
      }
      pause = FIRST_PAUSE;
      yield* this.#start(conn);
    }
  }

  *#start(conn: Connection): Coroutine<void> {
    const thread = yield* this.#pool.spawn(this.#handle, conn);
    this.#connections.set(thread, conn);
    // A handler that was killed before it started has closed nothing.
    thread.onEnd(() => conn.close());
  }

  /** Handles the error that ended a handler. */
  readonly supervise = (error: unknown, thread: Thread): void => {
    const conn = this.#connections.get(thread)!;
    if (conn.isOver(error)) return;
    this.#tell(error, conn);
  };

  #tell(error: unknown, conn: Connection): void {
    const { onError } = this.#options;
    if (onError === undefined) return print(error, conn);
    const failed = (thrown: unknown) => {
      print(error, conn);
      console.error("The server's onError failed itself:", thrown);
    };
    try {
      const result: unknown = onError.call(this.#options, error, conn);
      if (result instanceof Promise) result.catch(failed); // an async function fails by a promise
    } catch (thrown) {
      failed(thrown);
    }
  }
}

/** Waits for the TLS handshake, in the connection's own thread; whether it was done. `failed` is told if it was not. */
function* isSecure(
  conn: Connection,
  seconds: number,
  failed: (error: unknown, conn: Connection) => void,
): Coroutine<boolean> {
  try {
    yield* timeout(seconds, conn.handshake());
    return true;
  } catch (error) {
    if (isKill(error)) throw error;
    failed(error, conn);
    return false;
  }
}

function print(error: unknown, conn: Connection): void {
  console.error(`The handler of the connection with ${placeOf(conn.addr)} failed:`, error);
}

/** Called, not delegated to, so that what the handler deferred still finds the connection open. */
function* closing(conn: Connection, handler: Handler): Coroutine<void> {
  try {
    yield* call(handler, conn);
  } finally {
    conn.close();
  }
}
