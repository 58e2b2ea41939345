/**
 * Who is connected. Clients that hold on to what all need are shown out when that runs short, the worst first:
 * so however many connections one program opens, the next one is still served.
 *
 * @module
 */

import { current, type Thread } from "../../mod.ts";
import { CLIENTS, LISTS } from "./limits.ts";

/** All clients, the one that was heard of last at the end. */
export class Clients {
  readonly #all = new Set<Client>();
  #held = 0;

  /** The client that the current thread serves. Dispose of it when it has gone. */
  enter(): Client {
    const [first] = this.#all;
    if (this.#all.size >= CLIENTS) this.#showOut(first!);
    const client = new Client(this, current());
    this.#all.add(client);
    return client;
  }

  /** Notes that a client has said something. */
  heard(client: Client): void {
    if (this.#all.delete(client)) this.#all.add(client);
  }

  /** Notes how many bytes a client holds. When all hold too much together, the one that holds most has to go. */
  hold(client: Client, bytes: number): void {
    if (!this.#all.has(client)) return;
    this.#held += bytes - client.held;
    client.held = bytes;
    if (this.#held <= LISTS) return;
    this.#showOut([...this.#all].reduce((most, each) => each.held > most.held ? each : most));
  }

  /** Forgets a client. */
  leave(client: Client): void {
    this.hold(client, 0);
    this.#all.delete(client);
  }

  #showOut(client: Client): void {
    this.leave(client);
    client.thread.kill("others need its place");
  }
}

/** One of them. */
export class Client {
  /** How many bytes of a command list it has begun and not ended. */
  held = 0;

  constructor(readonly clients: Clients, readonly thread: Thread) {}

  /** It has said something. */
  heard(): void {
    this.clients.heard(this);
  }

  /** It holds so many bytes. */
  hold(bytes: number): void {
    this.clients.hold(this, bytes);
  }

  [Symbol.dispose](): void {
    this.clients.leave(this);
  }
}
