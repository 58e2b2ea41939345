/**
 * Receiving the messages of a WebSocket: an inbox of those that nobody has claimed yet.
 *
 * @module
 */

import { SUSPENDED } from "../core/mod.ts";
import { Inbox, InboxEvent } from "../streams/mod.ts";
import { Fifo } from "../sync/mod.ts";

/** A message: text, or bytes. */
export type Message = string | Uint8Array<ArrayBuffer>;

/** How many messages, and how many bytes (UTF-16 units of text), are kept for who receives them. */
const MOST = 1_024, MOST_BYTES = 16 << 20;

/** Keeps what came, as far as there is room. */
export class MessageInbox extends Inbox<ReceiveMessageEvent> {
  readonly #unclaimed = new Fifo<Message>();
  readonly #overflow: () => void;
  #bytes = 0;
  #full = false;
  #ended = false;

  /** Calls `overflow` once, when a message comes that there is no room for. */
  constructor(overflow: () => void) {
    super();
    this.#overflow = overflow;
  }

  /** Takes the message that has waited longest; `null` after the last. */
  take(): Message | null | typeof SUSPENDED {
    if (this.#unclaimed.size === 0) return this.#ended ? null : SUSPENDED;
    const message = this.#unclaimed.shift()!;
    this.#bytes -= message.length;
    return message;
  }

  /** An open socket receives all the time. */
  protected override begin(): void {}

  /** A message came. */
  received(message: Message): void {
    if (this.#full) return;
    if (this.#unclaimed.size >= MOST || this.#bytes + message.length > MOST_BYTES) {
      this.#full = true;
      return this.#overflow();
    }
    this.#bytes += message.length;
    this.#unclaimed.push(message);
    this.arrived();
  }

  /** Nothing comes any more. */
  end(): void {
    this.#ended = true;
    this.arrived();
  }

  /** It is never closed: what was received before the end can be taken after it. */
  protected override closedError(): unknown {
    return new Error("unreachable");
  }
}

/** Waits for a message. */
export class ReceiveMessageEvent extends InboxEvent<Message | null> {
  /** @ignore */
  override readonly inbox: MessageInbox;
  readonly #url: string;

  constructor(inbox: MessageInbox, url: string) {
    super();
    this.inbox = inbox;
    this.#url = url;
  }

  /** @ignore */
  override take(): Message | null | typeof SUSPENDED {
    return this.inbox.take();
  }

  /** @ignore */
  override describe(): string {
    return `a message over the WebSocket ${this.#url}`.trimEnd();
  }
}
