/**
 * A server: accepts connections and runs a handler for each, in a thread of its own.
 *
 * @module
 */

import {
  call,
  type Coroutine,
  type Event,
  moveOnAfter,
  type Scope,
  scope,
  shield,
  sleep,
  SocketError,
  suspend,
  type Thread,
} from "../core/mod.ts";
import { describe } from "../core/coroutine.ts";
import { placeOf, type UnixPath } from "./address.ts";
import type { Connection } from "./connection.ts";
import { listenEndpoint, Listener, type ListenOptions } from "./listener.ts";
import type { Address } from "./transport.ts";

/** What a server does with a connection. The connection is closed when the coroutine ends. */
export type Handler = (conn: Connection) => Coroutine<unknown>;

/** How to serve. */
export interface ServerOptions extends ListenOptions {
  /** Is told where the server listens, as soon as it does. */
  onListen?(addr: Address): void;
  /** Is told of a handler's error; without it the error is printed. A peer's reset is no error. */
  onError?(error: unknown, conn: Connection): void;
  /** How many connections are served at a time; others wait to be accepted. Default: any number. */
  maxConnections?: number;
  /** Seconds that handlers have to finish once the server is killed. Default 0. */
  drain?: number;
}

/** Seconds before `accept` is tried again when there are no file descriptors: the first time, and at most. */
const FIRST_PAUSE = 0.005, LONGEST_PAUSE = 1;

/** Codes of an accept that failed for lack of something that others will give back. */
const EXHAUSTED = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"]);

/**
 * Accepts connections and runs `handler` for each in a thread of its own, until it is killed.
 *
 * A handler's threads belong to it: if one fails, so does the handler, and nothing but its connection ends.
 * The connection is closed when the handler's coroutine has ended, whichever way. The server goes on when a
 * handler throws, when a peer resets its connection, and when there are no file descriptors left. Killed, it
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
  const { maxConnections = Infinity, drain = 0 } = options;
  if (maxConnections !== Infinity && !(Number.isSafeInteger(maxConnections) && maxConnections > 0)) {
    throw new RangeError(
      `server takes maxConnections as a whole number, 1 or more; got ${describe(maxConnections)}.`,
    );
  }
  if (typeof drain !== "number" || !(drain >= 0)) {
    throw new RangeError(`server takes drain as a number of seconds, 0 or more; got ${describe(drain)}.`);
  }
  const listen = () => unix ? new Listener(host, options) : new Listener(host, port, options);
  return serve(listen, new Service(handler, options));
}

function* serve(listen: () => Listener, service: Service): Coroutine<void> {
  const listener = listen();
  try {
    service.onListen(listener.addr);
    yield* scope(function* (scope) {
      scope.spawn(handlers, service);
      yield* service.accept(listener);
    });
  } finally {
    listener.close();
    yield* shield(listener.settled());
  }
}

/** Shielded, since a kill of the server must not reach the handlers before it has let them finish. */
function* handlers(service: Service): Coroutine<void> {
  yield* shield(scope((scope) => service.keep(scope), { supervise: service.supervise }));
}

/** One server's handlers: who accepts and who keeps them are two threads. */
class Service {
  readonly #handler: Handler;
  readonly #options: ServerOptions;
  readonly #connections = new WeakMap<Thread, Connection>();
  /** The scope of the handlers, as soon as it is open. */
  #scope: Scope | null = null;
  #active = 0;
  #accepting = true;
  /** What looks again when one of these changes. */
  readonly #watchers = new Set<() => void>();

  constructor(handler: Handler, options: ServerOptions) {
    this.#handler = handler;
    this.#options = options;
  }

  onListen(addr: Address): void {
    this.#options.onListen?.(addr);
  }

  /** Accepts connections until it is killed. */
  *accept(listener: Listener): Coroutine<void> {
    const { maxConnections = Infinity } = this.#options;
    try {
      yield* this.#until("its server to start", () => this.#scope !== null);
      for (let pause = FIRST_PAUSE;;) {
        if (this.#active >= maxConnections) {
          yield* this.#until("a connection to end", () => this.#active < maxConnections);
        }
        let conn: Connection;
        try {
          conn = yield* listener.accept();
        } catch (error) {
          if (!(error instanceof SocketError && EXHAUSTED.has(error.code))) throw error;
          yield* sleep(pause);
          pause = Math.min(2 * pause, LONGEST_PAUSE);
          continue;
        }
        pause = FIRST_PAUSE;
        this.#start(conn, this.#scope!);
      }
    } finally {
      listener.close();
      this.#accepting = false;
      this.#changed();
    }
  }

  /** The body of the handlers' scope: waits for the end of accepting, lets them finish, and kills those that do not. */
  *keep(scope: Scope): Coroutine<void> {
    const { drain = 0 } = this.#options;
    this.#scope = scope;
    this.#changed();
    yield* this.#until("its server to stop", () => !this.#accepting);
    if (drain > 0) yield* moveOnAfter(drain, this.#until("its connections to end", () => this.#active === 0));
    for (const thread of scope.threads) thread.kill("its server was stopped");
  }

  /** Is told of the error that ended a handler. */
  readonly supervise = (error: unknown, thread: Thread): void => {
    const conn = this.#connections.get(thread)!;
    if (conn.isReset(error)) return;
    if (this.#options.onError !== undefined) this.#options.onError(error, conn);
    else console.error(`The handler of the connection with ${placeOf(conn.addr)} failed:`, error);
  };

  #start(conn: Connection, scope: Scope): void {
    const thread = scope.start(handling(conn, this.#handler), this.#handler.name);
    this.#connections.set(thread, conn);
    this.#active++;
    thread.onEnd(() => {
      // A handler that was killed before it started has closed nothing.
      conn.close();
      this.#active--;
      this.#changed();
    });
  }

  #changed(): void {
    for (const look of this.#watchers) look();
  }

  /** Waits until `holds`, which only the server's own threads can bring about. */
  #until(what: string, holds: () => boolean): Event<void> {
    return suspend<void>((resume) => {
      const look = () => {
        if (!holds()) return;
        this.#watchers.delete(look);
        resume();
      };
      this.#watchers.add(look);
      look();
      return () => this.#watchers.delete(look);
    }, { what, outside: false });
  }
}

/** One handler's thread: a scope, so that the handler's threads are its own. */
function* handling(conn: Connection, handler: Handler): Coroutine<void> {
  yield* scope(() => closing(conn, handler));
}

/** Called, not delegated to, so that what the handler deferred still finds the connection open. */
function* closing(conn: Connection, handler: Handler): Coroutine<void> {
  try {
    yield* call(handler, conn);
  } finally {
    conn.close();
  }
}
