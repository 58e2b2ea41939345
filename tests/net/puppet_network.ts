/**
 * A network in which a test says what becomes of each accept and each connect, and a clock that jumps.
 *
 * @module
 */

import { SocketClosedError, SocketError } from "../../src/streams/mod.ts";
import type { Endpoint, Network, NetworkHost, Transport, TransportListener } from "../../src/net/mod.ts";
import type { Completion } from "../../src/streams/mod.ts";
import { VirtualHost } from "../virtual_host.ts";

/** A transport that is open until it is closed, and silent. */
export class Silent implements Transport {
  readonly localAddr = { hostname: "127.0.0.1", port: 1 };
  readonly remoteAddr = { hostname: "127.0.0.1", port: 2 };
  closed = false;
  #reading: Completion<number | null> | null = null;

  read(_into: Uint8Array, completion: Completion<number | null>): void {
    this.#reading = completion;
  }
  write(data: Uint8Array, completion: Completion<number>): void {
    queueMicrotask(() => completion.done(data.length));
  }
  closeWrite(completion: Completion<void>): void {
    queueMicrotask(() => completion.done());
  }
  close(): void {
    if (this.closed) return;
    this.closed = true;
    queueMicrotask(() => this.#reading?.failed(new SocketClosedError("closed")));
  }
}

/** A listener whose accepts the test answers. */
export class PuppetListener implements TransportListener {
  readonly addr = { hostname: "127.0.0.1", port: 4915 };
  closed = false;
  accepts = 0;
  #accepting: Completion<Transport> | null = null;

  accept(completion: Completion<Transport>): void {
    if (this.#accepting !== null) throw new Error("a second accept is in flight");
    this.accepts++;
    this.#accepting = completion;
  }
  close(): void {
    if (this.closed) return;
    this.closed = true;
    queueMicrotask(() => this.#take()?.failed(new SocketClosedError("closed")));
  }

  /** Whether somebody accepts. */
  get accepting(): boolean {
    return this.#accepting !== null;
  }

  /** A connection comes. */
  comes(): Silent {
    const transport = new Silent();
    this.#take()!.done(transport);
    return transport;
  }
  /** The accept fails as the system says. */
  fails(code: string): void {
    this.#take()!.failed(new SocketError(`accept: ${code}`, { code }));
  }

  #take(): Completion<Transport> | null {
    const accepting = this.#accepting;
    this.#accepting = null;
    return accepting;
  }
}

/** A host with that network. */
export class PuppetHost extends VirtualHost implements NetworkHost {
  readonly listeners: PuppetListener[] = [];
  readonly attempts: { endpoint: Endpoint; completion: Completion<Transport>; given: boolean }[] = [];
  readonly endpoints: Endpoint[] = [];

  readonly network: Network = {
    listen: (endpoint) => {
      this.endpoints.push(endpoint);
      const listener = new PuppetListener();
      this.listeners.push(listener);
      return listener;
    },
    connect: (endpoint, completion) => {
      const attempt = { endpoint, completion, given: false };
      this.attempts.push(attempt);
      return () => void (attempt.given = true);
    },
  };
}
