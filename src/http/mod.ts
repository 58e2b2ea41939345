/**
 * HTTP as threads: servers, requests to others, event streams and WebSockets. A thread runs each request; when its client
 * goes it is killed, and cleans up. HTTP itself is the platform's: `Deno.serve`, `fetch`, `WebSocket`.
 *
 * @example
 * ```ts ignore
 * import * as bluelet from "@x/bluelet";
 * import { serve } from "@x/bluelet/http";
 *
 * await bluelet.main(serve("127.0.0.1", 8080, function* (request) {
 *   yield* bluelet.sleep(0.1); // a client that goes while this waits ends the thread
 *   return new Response("hello\\n");
 * }, { drain: 5 }));
 * ```
 *
 * @module
 */

// Serving.
export { type RequestHandler, type RequestInfo, serve, type ServeOptions } from "./serve.ts";
export { handle } from "./handle.ts";
export { type Chunk, type Producer, stream } from "./stream.ts";
export { eventStream, type EventStreamInit, type ServerEvent } from "./event_stream.ts";
export { type UpgradeOptions, upgradeWebSocket } from "./web_sockets.ts";

// Asking others.
export { body, bytes, fetch, json, text } from "./fetch.ts";
export { connectWebSocket, type ConnectWebSocketOptions } from "./web_sockets.ts";
export { WebSocketConnection } from "./web_socket.ts";
export type { Message } from "./message_inbox.ts";

// For hosts.
export { HTTP, type Http, type HttpEndpoint, type HttpServer, type RequestListener } from "./http.ts";
