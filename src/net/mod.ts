/**
 * Connections, listeners and servers, over the network that a host gives.
 *
 * @module
 */

export { placeOf, type UnixPath } from "./address.ts";
export { Connection } from "./connection.ts";
export { connect, ConnectEvent, type ConnectOptions } from "./connect.ts";
export { AcceptEvent } from "./acceptor.ts";
export { Listener, type ListenOptions } from "./listener.ts";
export { type Handler, server, type ServerOptions } from "./server.ts";
export {
  type Address,
  type Endpoint,
  NETWORK,
  type Network,
  type NetworkHost,
  type Transport,
  type TransportListener,
} from "./transport.ts";
