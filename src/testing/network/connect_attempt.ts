/**
 * One attempt to connect: its handshake, its clock, and the faults that may hit it.
 *
 * @module
 */

import type { Address, Transport } from "../../net/mod.ts";
import { type Completion, SocketError } from "../../streams/mod.ts";
import { placeOf } from "./address.ts";
import type { HostView } from "./host_view.ts";
import type { Packet } from "./link.ts";
import type { StreamEnd } from "./stream_end.ts";

/** A packet of the handshake: the request to connect, or the answer to it. */
class Handshake implements Packet {
  readonly bytes = 0;
  readonly arrive: () => void;

  constructor(arrive: () => void) {
    this.arrive = arrive;
  }

  /** Nothing to do: the attempt has a clock of its own. */
  giveUp(): void {}
}

/** One attempt to connect, at the host that makes it. */
export class ConnectAttempt {
  /** The name of the host to connect to. */
  readonly to: string;
  /** The address to connect to. */
  readonly address: Address;
  readonly #view: HostView;
  readonly #completion: Completion<Transport>;
  /** Whether the programs of this host are gone: then nobody hears how the attempt ended. */
  readonly #isDown: () => boolean;
  #over = false;
  #stopClock = () => {};

  constructor(
    view: HostView,
    to: string,
    address: Address,
    completion: Completion<Transport>,
    isDown: () => boolean,
  ) {
    this.#view = view;
    this.to = to;
    this.address = address;
    this.#completion = completion;
    this.#isDown = isDown;
  }

  /** Sends the request to connect; calls `reach` when it has arrived at the other host. */
  start(reach: () => void): void {
    const view = this.#view;
    const link = view.linkTo(this.to);
    view.record("connect", `to ${this.to} ${placeOf(this.address)}`);
    const expire = () => this.#fail("ETIMEDOUT", "Nobody answered for too long");
    this.#stopClock = view.loop.in(view.connectTimeout, expire);
    if (link.timeouts > 0) {
      link.timeouts--;
      view.felt.timeOut++;
      return;
    }
    const arrive = () => {
      if (link.refusals === 0) return reach();
      link.refusals--;
      view.felt.refuse++;
      this.refuse();
    };
    link.carry(new Handshake(arrive));
  }

  /** Fails without asking the other host. */
  failSoon(code: string, why: string): void {
    this.#view.loop.soon(() => this.#fail(code, why));
  }

  /** The other host sends back that it refuses. */
  refuse(): void {
    this.#answer(() => this.#fail("ECONNREFUSED", `Nothing listens on ${placeOf(this.address)}`));
  }

  /** The other host sends back that it accepts; `near` is the end of the connection at this host. */
  accept(near: StreamEnd): void {
    this.#answer(() => this.#succeed(near));
  }

  /** Ends the attempt without an answer. */
  giveUp(): void {
    this.#over = true;
    this.#stopClock();
  }

  #answer(hear: () => void): void {
    const arrive = () => {
      if (!this.#isDown()) hear();
    };
    this.#view.linkFrom(this.to).carry(new Handshake(arrive));
  }

  #succeed(end: StreamEnd): void {
    if (this.#over) return end.close();
    this.giveUp();
    this.#view.record("connect", `done, with ${this.to}`);
    this.#completion.done(end);
  }

  #fail(code: string, why: string): void {
    if (this.#over || this.#isDown()) return;
    this.giveUp();
    this.#view.record("connect", `failed, with ${this.to}: ${code}`);
    const at = `${this.to} ${placeOf(this.address)}`;
    this.#completion.failed(new SocketError(`Cannot connect to ${at}: ${why}.`, { code }));
  }
}
