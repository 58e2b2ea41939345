/**
 * Connections, listeners, servers and files, over the streams that a host gives.
 *
 * @module
 */

export { type UnixPath } from "./address.ts";
export { Connection } from "./connection.ts";
export { connect, ConnectEvent, type ConnectOptions } from "./connect.ts";
export { AcceptEvent } from "./acceptor.ts";
export { Listener, type ListenOptions } from "./listener.ts";
export { type Handler, server, type ServerOptions } from "./server.ts";
export { read, type Reader, ReadEvent, write, WriteEvent, type Writer } from "./file.ts";
export {
  type LineOptions,
  ReadExactlyEvent,
  ReadLineEvent,
  ReadUntilEvent,
  ReceiveEvent,
} from "./receiving.ts";
export { IncomingEvent } from "./incoming.ts";
export { type StreamPair, type StreamSource, toStreams } from "./streams.ts";
export { SendEvent } from "./outgoing.ts";
export type {
  Address,
  Completion,
  Endpoint,
  Network,
  NetworkHost,
  Transport,
  TransportListener,
} from "./transport.ts";
