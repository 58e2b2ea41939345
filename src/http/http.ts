/**
 * What http needs of a host: a server that calls a function for each request, and the client's side. Both speak the
 * platform's own `Request`, `Response` and `WebSocket`.
 *
 * @module
 */

import type { Capability } from "../core/mod.ts";
import type { Address } from "../net/mod.ts";

/** Answers a request; `remoteAddr` is looked up when it is called. */
export type RequestListener = (request: Request, remoteAddr: () => Address) => Promise<Response>;

/** Where and how to serve. */
export interface HttpEndpoint {
  /** The address; `""` has become `0.0.0.0`. */
  hostname: string;
  /** The port; 0 for any that is free. */
  port: number;
  /** The certificate and its key, as PEM; without it, plain HTTP. */
  tls?: { cert: string; key: string };
}

/** A server that runs. */
export interface HttpServer {
  /** Where it listens, with the port that was picked. */
  readonly addr: Address;
  /** Accepts no more connections, frees the port, and closes connections that are idle; what runs goes on. */
  stop(): void;
  /** Ends it: cuts connections that are left if it can, and resolves when none is. */
  close(): Promise<void>;
}

/** A host's HTTP. */
export interface Http {
  /** Starts to serve, or throws a `SocketError` (or the host's own error where a permission is missing). */
  serve?(endpoint: HttpEndpoint, listener: RequestListener): HttpServer;
  /** Answers `request` by making it a WebSocket. */
  upgrade?(request: Request, options: { protocol?: string }): { socket: WebSocket; response: Response };
  /** Sends a request. */
  fetch(input: Request | URL | string, init: RequestInit): Promise<Response>;
  /** Starts to connect a WebSocket; throws if the URL is none. */
  connect(url: URL | string, options: { protocols?: string[]; headers?: HeadersInit }): WebSocket;
}

/** The capability of a host that has HTTP. */
export const HTTP: Capability<Http> = "http";
