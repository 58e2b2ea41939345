/**
 * Opening WebSockets: as a server, by an answer to a request, and as a client.
 *
 * @module
 */

import {
  call,
  capability,
  type Coroutine,
  describe,
  type Event,
  isKill,
  moveOnAfter,
  scope,
  shield,
  suspend,
  type Wait,
} from "../core/mod.ts";
import { currentHost } from "../core/internal.ts";
import { belongs, type Completion, OperationEvent, SocketError } from "../streams/mod.ts";
import { HTTP } from "./http.ts";
import { ownerHere, reportOf } from "./owners.ts";
import { WebSocketConnection } from "./web_socket.ts";

/** Seconds that the peer has to answer that the socket is closed. */
const FAREWELL = 5;

/** Options for {@linkcode upgradeWebSocket}. */
export interface UpgradeOptions {
  /** The subprotocol to choose of those that the client asks for. */
  protocol?: string;
}

/** Options for {@linkcode connectWebSocket}. */
export interface ConnectWebSocketOptions {
  /** The subprotocols to ask for. */
  protocols?: string[];
  /** Headers of the request, where the platform can send any. */
  headers?: HeadersInit;
}

/**
 * Answers `request` by making it a WebSocket, and runs `handler` with it in a thread of its own. The socket is closed when
 * the handler has ended: with code 1000, with 1011 if it failed, with 1001 if it was killed. A request that does
 * not ask for a WebSocket is answered with 426.
 *
 * @example
 * ```ts
 * import { connectWebSocket, serve, upgradeWebSocket } from "@x/bluelet/http";
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * await bluelet.run(function* () {
 *   const ports = new bluelet.Channel<number>(1);
 *   const server = yield* bluelet.spawn(serve("127.0.0.1", 0, function* (request) {
 *     return upgradeWebSocket(request, function* (socket) {
 *       for (let text; (text = yield* socket.receive()) !== null;) yield* socket.send(`${text}!`);
 *     });
 *   }, { onListen: (addr) => "port" in addr && ports.trySend(addr.port) }));
 *
 *   using socket = yield* connectWebSocket(`ws://127.0.0.1:${yield* ports.receive()}/`);
 *   yield* socket.send("hello");
 *   assertEquals(yield* socket.receive(), "hello!");
 *   yield* bluelet.kill(server);
 * }());
 * ```
 */
export function upgradeWebSocket(
  request: Request,
  handler: (socket: WebSocketConnection) => Coroutine<unknown>,
  options: UpgradeOptions = {},
): Response {
  if (!(request instanceof Request)) {
    throw new TypeError(`upgradeWebSocket() takes a Request; got ${describe(request)}.`);
  }
  if (typeof handler !== "function") {
    throw new TypeError(
      `upgradeWebSocket() takes a handler, function* (socket) { ... }; got ${describe(handler)}.`,
    );
  }
  if (request.headers.get("upgrade")?.toLowerCase() !== "websocket") {
    const headers = { connection: "upgrade", upgrade: "websocket" };
    return new Response("A WebSocket is to be opened here.\n", { status: 426, headers });
  }
  const owner = ownerHere();
  const http = capability(currentHost(), HTTP);
  if (http.upgrade === undefined) throw new TypeError("This run's host can be no server of WebSockets.");
  const { socket, response } = http.upgrade(request, options);
  const connection = new WebSocketConnection(socket, response.headers.get("sec-websocket-protocol") ?? "");
  const run = function* (): Coroutine<void> {
    let code = 1001;
    try {
      yield opened(socket);
      yield scope(() => serving(connection, handler));
      code = 1000;
    } catch (error) {
      if (isKill(error)) throw error;
      code = 1011;
      reportOf(owner)(error, request);
    } finally {
      connection.close(code);
      yield shield(moveOnAfter(FAREWELL, connection.untilClosed()));
    }
  };
  const thread = owner.start(run(), handler.name || "webSocket");
  thread.onEnd(() => connection.close(1001)); // one that was killed before it started has closed nothing
  return response;
}

function* serving(
  connection: WebSocketConnection,
  handler: (socket: WebSocketConnection) => Coroutine<unknown>,
): Coroutine<void> {
  yield call(handler, connection);
}

/** Waits until `socket` is open, or will never be. */
function opened(socket: WebSocket): Event<void> {
  return suspend<void>((resume) => {
    if (socket.readyState !== WebSocket.CONNECTING) return resume();
    const done = () => resume();
    socket.addEventListener("open", done);
    socket.addEventListener("close", done);
    return () => {
      socket.removeEventListener("open", done);
      socket.removeEventListener("close", done);
    };
  }, { what: "a WebSocket to open" });
}

class ConnectWebSocketEvent extends OperationEvent<WebSocketConnection> {
  readonly #url: URL | string;
  readonly #options: ConnectWebSocketOptions;

  constructor(url: URL | string, options: ConnectWebSocketOptions) {
    super();
    if (typeof url !== "string" && !(url instanceof URL)) {
      throw new TypeError(`connectWebSocket() takes a URL; got ${describe(url)}.`);
    }
    this.#url = url;
    this.#options = options;
  }

  protected override begin(wait: Wait, completion: Completion<WebSocketConnection>): () => void {
    const socket = capability(wait.scheduler.host, HTTP).connect(this.#url, this.#options);
    const connection = new WebSocketConnection(socket);
    let waits = true;
    socket.addEventListener("open", () => {
      if (!waits) return;
      waits = false;
      belongs(wait, () => connection.close());
      completion.done(connection);
    });
    socket.addEventListener("error", (event) => {
      if (!waits) return;
      waits = false;
      const why = (event as ErrorEvent).message || "the server did not open it";
      completion.failed(
        new SocketError(`Connecting to ${this.#url}: ${why}.`, {
          code: "ECONNREFUSED",
          cause: (event as ErrorEvent).error,
        }),
      );
    });
    return () => {
      waits = false;
      socket.close();
    };
  }

  override describe(): string {
    return `a WebSocket to ${this.#url}`;
  }
}

/**
 * Connects a WebSocket to a server. It is closed when the current coroutine ends, by `using`, or by `close`. Killed, it
 * gives up.
 *
 * Throws `SocketError` (`ECONNREFUSED`) if the server does not open it, `SyntaxError` for what is no such URL.
 */
export function connectWebSocket(
  url: URL | string,
  options: ConnectWebSocketOptions = {},
): Event<WebSocketConnection> {
  return new ConnectWebSocketEvent(url, options);
}
