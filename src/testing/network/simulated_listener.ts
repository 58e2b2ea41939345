/**
 * A simulated listener: connections wait in its backlog until the program accepts them.
 *
 * @module
 */

import type { Address, Transport, TransportListener } from "../../net/mod.ts";
import { type Completion, SocketClosedError } from "../../streams/mod.ts";
import type { HostView } from "./host_view.ts";
import type { StreamEnd } from "./stream_end.ts";

/** Accepts connections to one address of a host. */
export class SimulatedListener implements TransportListener {
  readonly addr: Address;
  readonly #view: HostView;
  readonly #backlogSize: number;
  readonly #onClose: () => void;
  /** Connections that wait to be accepted. */
  readonly #backlog: StreamEnd[] = [];
  /** Connections that found the backlog full: each is offered again when there is room, or the listener closes. */
  readonly #retries: (() => void)[] = [];
  #accepting: Completion<Transport> | null = null;
  #closed = false;

  constructor(view: HostView, addr: Address, backlogSize: number, onClose: () => void) {
    this.#view = view;
    this.addr = addr;
    this.#backlogSize = Math.max(1, backlogSize);
    this.#onClose = onClose;
  }

  accept(completion: Completion<Transport>): void {
    if (this.#closed) return this.#fail(completion);
    this.#accepting = completion;
    if (this.#backlog.length > 0) this.#view.loop.soon(this.#serve);
  }

  close(): void {
    if (this.#closed) return;
    this.abort();
    const accepting = this.#accepting;
    this.#accepting = null;
    if (accepting !== null) this.#fail(accepting);
    this.#onClose();
  }

  /** Closes without telling the program here; connections in the backlog are reset. */
  abort(): void {
    this.#closed = true;
    for (const end of this.#backlog.splice(0)) end.abort();
    for (const retry of this.#retries.splice(0)) retry();
  }

  /**
   * Offers a connection. `open` makes the end at this host, at once or when there is room in the backlog, and
   * returns `null` if the connecting host has gone. A closed listener calls `refuse`.
   */
  offer(open: () => StreamEnd | null, refuse: () => void): void {
    if (this.#closed) return refuse();
    if (this.#backlog.length >= this.#backlogSize) {
      this.#retries.push(() => this.offer(open, refuse));
      return;
    }
    const end = open();
    if (end === null) return;
    this.#backlog.push(end);
    this.#serve();
  }

  /** Gives the first connection of the backlog to an accept in flight. */
  readonly #serve = (): void => {
    const accepting = this.#accepting;
    if (accepting === null) return;
    const end = this.#backlog.shift();
    if (end === undefined) return;
    this.#accepting = null;
    this.#view.record("accept", `a connection from ${end.peer}`);
    accepting.done(end);
    this.#retries.shift()?.();
  };

  #fail(completion: Completion<never>): void {
    const error = new SocketClosedError("The listener was closed: make a new one.");
    this.#view.loop.soon(() => completion.failed(error));
  }
}
