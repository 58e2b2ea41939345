/**
 * Connections, listeners and servers, datagrams and names, over the capabilities of a host.
 *
 * @module
 */

export { inBrackets, ipVersionOf, placeOf, type UnixPath } from "./address.ts";
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

export { type DatagramOptions, DatagramSocket, datagramSocket } from "./datagram_socket.ts";
export type { Datagram } from "./datagram_inbox.ts";
export {
  type DatagramEndpoint,
  type DatagramReceiver,
  DATAGRAMS,
  type Datagrams,
  type DatagramTransport,
  type InternetAddress,
} from "./datagrams.ts";

export {
  type DnsQuestion,
  type DnsRecords,
  lookup,
  type MxRecord,
  NAMES,
  type Names,
  resolve,
  type ResolveOptions,
  type SrvRecord,
} from "./names.ts";

export {
  startTls,
  TLS,
  type Tls,
  type TlsClientSettings,
  TlsError,
  type TlsOptions,
  type TlsServerOptions,
} from "./tls.ts";
export type { TlsLayer, TlsSession } from "./tls_layer.ts";
