/**
 * A simulated listener: connections that came wait in line until they are accepted.
 *
 * @module
 */

import { SocketClosedError } from "../../core/mod.ts";
import type { Address, Completion, Transport, TransportListener } from "../../net/mod.ts";
import type { Site } from "./host_view.ts";
import type { End } from "./stream_end.ts";

/** Accepts what connects to one address of a host. */
export class SimulatedListener implements TransportListener {
  readonly addr: Address;
  readonly #site: Site;
  readonly #backlog: number;
  readonly #onClose: () => void;
  readonly #arrived: End[] = [];
  /** Those that find the line full wait until it is not. */
  readonly #outside: (() => void)[] = [];
  #accepting: Completion<Transport> | null = null;
  #closed = false;

  constructor(site: Site, addr: Address, backlog: number, onClose: () => void) {
    this.#site = site;
    this.addr = addr;
    this.#backlog = Math.max(1, backlog);
    this.#onClose = onClose;
  }

  accept(completion: Completion<Transport>): void {
    if (this.#closed) return this.#fail(completion);
    this.#accepting = completion;
    if (this.#arrived.length > 0) this.#site.loop.soon(this.#serve);
  }

  close(): void {
    if (this.#closed) return;
    this.vanish();
    const accepting = this.#accepting;
    this.#accepting = null;
    if (accepting !== null) this.#fail(accepting);
    this.#onClose();
  }

  /** Goes without telling anybody here: who waited in line is reset. */
  vanish(): void {
    this.#closed = true;
    for (const end of this.#arrived.splice(0)) end.vanish();
    for (const knock of this.#outside.splice(0)) knock();
  }

  /** Whether it takes no more. */
  get closed(): boolean {
    return this.#closed;
  }

  /** A connection wants in: `enter` makes its end, now or when there is room; not at all once this is closed. */
  knock(enter: () => End | null, refuse: () => void): void {
    if (this.#closed) return refuse();
    if (this.#arrived.length >= this.#backlog) {
      this.#outside.push(() => this.knock(enter, refuse));
      return;
    }
    const end = enter();
    if (end === null) return;
    this.#arrived.push(end);
    this.#serve();
  }

  readonly #serve = (): void => {
    const accepting = this.#accepting;
    if (accepting === null) return;
    const end = this.#arrived.shift();
    if (end === undefined) return;
    this.#accepting = null;
    this.#site.record("accept", `a connection from ${end.peer}`);
    accepting.done(end);
    this.#outside.shift()?.();
  };

  #fail(completion: Completion<never>): void {
    const error = new SocketClosedError("The listener was closed: make a new one.");
    this.#site.loop.soon(() => completion.failed(error));
  }
}
