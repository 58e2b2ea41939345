/**
 * Deno's network: listening and connecting, over TCP and unix sockets.
 *
 * @module
 */

import {
  type Address,
  type Endpoint,
  type Network,
  placeOf,
  type Transport,
  type TransportListener,
} from "../net/mod.ts";
import { type Completion, SocketClosedError } from "../streams/mod.ts";
import { translate } from "./errors.ts";
import { addressOf, DenoTransport } from "./transport.ts";

declare const setImmediate: (task: () => void) => unknown;

/**
 * A connection as a transport. Of TCP ones Nagle's algorithm is off, or two small writes take 44 ms; and keep-alive is on,
 * or a peer that vanished without a word would be waited for without end.
 */
function transportOf(conn: Deno.Conn): Transport {
  if ("setNoDelay" in conn) {
    try {
      (conn as Deno.TcpConn).setNoDelay();
      (conn as Deno.TcpConn).setKeepAlive();
    } catch {
      // The peer was quicker to reset it: the first read will say so.
    }
  }
  return new DenoTransport(conn);
}

class DenoListener implements TransportListener {
  readonly addr: Address;
  readonly #listener: Deno.Listener;
  #closed = false;

  constructor(listener: Deno.Listener) {
    this.#listener = listener;
    this.addr = addressOf(listener.addr);
  }

  accept(completion: Completion<Transport>): void {
    this.#listener.accept().then((conn) => completion.done(transportOf(conn)), (error) => {
      completion.failed(
        this.#closed ? new SocketClosedError("The listener was closed.") : translate(error, "Accepting"),
      );
    });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#listener.close();
  }
}

/** The network of the machine that Deno runs on. */
export const denoNetwork: Network = {
  listen({ address, reusePort, backlog }: Endpoint): TransportListener {
    try {
      if ("path" in address) return new DenoListener(Deno.listen({ transport: "unix", path: address.path }));
      const options: Deno.TcpListenOptions = { ...address };
      // Even naming an unstable option without its flag would end the process.
      if (reusePort) options.reusePort = true;
      if (backlog !== undefined) options.tcpBacklog = backlog;
      return new DenoListener(Deno.listen(options));
    } catch (error) {
      throw translate(error, `Listening on ${placeOf(address)}`, address);
    }
  },

  connect({ address }: Endpoint, completion: Completion<Transport>): () => void {
    const controller = new AbortController();
    let wanted = true;
    let settled = false;
    const connecting: Promise<Deno.Conn> = "path" in address
      ? Deno.connect({ transport: "unix", path: address.path })
      : Deno.connect({ ...address, signal: controller.signal });
    connecting.then((conn) => {
      settled = true;
      if (wanted) completion.done(transportOf(conn));
      else conn.close();
    }, (error) => {
      settled = true;
      if (wanted) completion.failed(translate(error, `Connecting to ${placeOf(address)}`, address));
    });
    return () => {
      wanted = false;
      // Not at once: aborted between the system's answer and its own next step, Deno.connect rejects and
      // leaks the connection that it has. By the next turn it has taken that step, if the answer was there.
      setImmediate(() => settled || controller.abort());
    };
  },
};
