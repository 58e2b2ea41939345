/**
 * TLS: what net needs of a host, how programs ask for it, and STARTTLS.
 *
 * @module
 */

import { type Capability, capability, describe, type Event, type Host, type Wait } from "../core/mod.ts";
import { type Completion, OperationEvent, SocketError } from "../streams/mod.ts";
import { placeOf } from "./address.ts";
import { Connection } from "./connection.ts";
import type { Transport } from "./transport.ts";

/** Options for the client's side of TLS. */
export interface TlsOptions {
  /** The name that the server's certificate must be for. Default: the host that was connected to. */
  serverName?: string;
  /** Certificates of authorities to trust, as PEM, besides those that are trusted anyway. */
  caCerts?: string[];
  /** A certificate of the client's own, as PEM, for servers that ask for one. */
  cert?: string;
  /** The key of `cert`, as PEM. */
  key?: string;
  /** Application protocols to offer (ALPN), the preferred one first. */
  alpnProtocols?: string[];
}

/** Options for the server's side of TLS. */
export interface TlsServerOptions {
  /** The server's certificate, and those that lead to its authority, as PEM. */
  cert: string;
  /** The certificate's key, as PEM. */
  key: string;
  /** Application protocols to accept (ALPN), the preferred one first. */
  alpnProtocols?: string[];
}

/** What a host is told of a client's side: the options, with the server's name. */
export interface TlsClientSettings extends TlsOptions {
  /** The name, or the IP address, that the certificate must be for. */
  serverName: string;
}

/** A host's TLS, over any transport. Closing the transport that it makes closes the other. */
export interface Tls {
  /** Begins the client's side over `transport`. Throws `TlsError` for settings that cannot be used. */
  client(transport: Transport, settings: TlsClientSettings): Transport;
  /** Takes a server's settings, once; results in what begins the server's side over a transport. */
  server?(settings: TlsServerOptions): (transport: Transport) => Transport;
}

/** The capability of a host that has TLS. */
export const TLS: Capability<Tls> = "tls";

/**
 * A handshake failed, or what came was no TLS. The `code` is `"ECERT"` if the certificate is not trusted, or is another
 * name's, and `"EPROTO"` for anything else.
 */
export class TlsError extends SocketError {
  /** The name of the class. */
  override readonly name = "TlsError" as "SocketError";
}

/** Checks what a program gave to `caller` as the options of a client; `true` stands for none. */
export function checkedTls(tls: unknown, caller: string): TlsOptions | null {
  if (tls === undefined || tls === false) return null;
  if (tls === true) return {};
  const options = checkedObject<TlsOptions>(tls, caller, "true, or { serverName?, caCerts?, ... }");
  checkText(options.serverName, caller, "serverName");
  checkTexts(options.caCerts, caller, "caCerts");
  checkTexts(options.alpnProtocols, caller, "alpnProtocols");
  checkText(options.cert, caller, "cert");
  checkText(options.key, caller, "key");
  if ((options.cert === undefined) !== (options.key === undefined)) {
    throw new TypeError(`${caller} takes a client's cert and its key together, both as PEM.`);
  }
  return options;
}

/** The same, of a server. */
export function checkedServerTls(tls: unknown, caller: string): TlsServerOptions | null {
  if (tls === undefined) return null;
  const options = checkedObject<TlsServerOptions>(tls, caller, "{ cert, key, alpnProtocols? }");
  if (typeof options.cert !== "string" || typeof options.key !== "string") {
    throw new TypeError(`${caller} takes tls as { cert, key }, both as PEM.`);
  }
  checkTexts(options.alpnProtocols, caller, "alpnProtocols");
  return options;
}

function checkedObject<T>(tls: unknown, caller: string, form: string): T {
  if (typeof tls === "object" && tls !== null && !Array.isArray(tls)) return tls as T;
  throw new TypeError(`${caller} takes tls as ${form}; got ${describe(tls)}.`);
}

function checkText(value: unknown, caller: string, name: string): void {
  if (value !== undefined && (typeof value !== "string" || value === "")) {
    throw new TypeError(`${caller} takes ${name} as text; got ${describe(value)}.`);
  }
}

function checkTexts(value: unknown, caller: string, name: string): void {
  if (value === undefined) return;
  if (!Array.isArray(value)) {
    throw new TypeError(`${caller} takes ${name} as an array of texts; got ${describe(value)}.`);
  }
  for (const each of value) checkText(each, caller, name);
}

/**
 * Begins the client's side over `transport` on `host`, and says with a connection when it is done. Calling what it returns
 * gives up: the completion is then never called. Throws, and closes the transport, for settings that cannot be used.
 */
export function beginClient(
  host: Host,
  transport: Transport,
  settings: TlsClientSettings,
  completion: Completion<Connection>,
): () => void {
  let secured: Transport;
  try {
    secured = capability(host, TLS).client(transport, settings);
  } catch (error) {
    transport.close();
    throw error;
  }
  let wanted = true;
  secured.tls!.handshake({
    done: () => wanted && completion.done(new Connection(secured, settings.serverName)),
    failed(error) {
      secured.close();
      if (wanted) completion.failed(error);
    },
  });
  return () => {
    wanted = false;
    secured.close();
  };
}

/** What begins the server's side over a transport, on `host`. */
export function serverSide(host: Host, settings: TlsServerOptions): (transport: Transport) => Transport {
  const tls = capability(host, TLS);
  if (tls.server !== undefined) return tls.server(settings);
  throw new TypeError("This run's host can be no server of TLS: run on a host that can.");
}

class StartTlsEvent extends OperationEvent<Connection> {
  readonly #connection: Connection;
  readonly #options: TlsOptions;

  constructor(connection: Connection, options: TlsOptions) {
    super();
    this.#connection = connection;
    this.#options = options;
  }

  protected override begin(wait: Wait, completion: Completion<Connection>): () => void {
    const connection = this.#connection;
    const serverName = this.#options.serverName ?? connection.peerName;
    if (serverName === null) {
      throw new TypeError("startTls needs { serverName }: the connection was not made by a host's name.");
    }
    const unread = connection.unread;
    if (unread > 0) {
      const { place } = connection;
      connection.close();
      throw new TlsError(
        `${place} sent ${unread} bytes in the clear that were not read before startTls: they may have been injected ` +
          "(EPROTO). Read its answer, and then begin.",
        { code: "EPROTO" },
      );
    }
    const settings = { ...this.#options, serverName };
    return beginClient(wait.scheduler.host, connection.detach(), settings, completion);
  }

  override describe(): string {
    return `a TLS handshake with ${placeOf(this.#connection.addr)}`;
  }
}

/**
 * Begins TLS on a connection that was made without it, as the client, when both sides have agreed on that (STARTTLS, as
 * in SMTP). Results in the new connection when the handshake is done; `conn` cannot be used any more.
 *
 * Throws `TlsError`: `ECERT` if the certificate is not trusted or for another name, `EPROTO` if the handshake fails, or if
 * bytes have come that nobody has read; `SocketBusyError` if a thread is reading or writing. Killed, it closes the
 * connection.
 *
 * @example
 * ```ts ignore
 * const plain = yield* bluelet.connect("mail.example", 587);
 * // ... read the greeting, send EHLO and STARTTLS, read the answer ...
 * const conn = yield* bluelet.startTls(plain);
 * ```
 */
export function startTls(conn: Connection, options: TlsOptions = {}): Event<Connection> {
  if (!(conn instanceof Connection)) {
    throw new TypeError(`startTls takes a Connection; got ${describe(conn)}.`);
  }
  return new StartTlsEvent(conn, checkedTls(options, "startTls") ?? {});
}
