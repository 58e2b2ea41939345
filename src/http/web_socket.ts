/**
 * A WebSocket as threads use it: they wait for messages, and for room to send.
 *
 * @module
 */

import { describe, Event, SUSPENDED, Timer, type Wait, type Waiter, WaitList } from "../core/mod.ts";
import { SocketClosedError } from "../streams/mod.ts";
import { type Message, MessageInbox, ReceiveMessageEvent } from "./message_inbox.ts";

/** How many bytes may be on their way out before `send` waits. */
const HIGH_WATER = 1 << 20;

/** The code of a connection that broke; some platforms say 0. */
const BROKEN = 1006;

/** Seconds between looks at how much is out: the platform does not tell. */
const LOOK = 0.005;

/** A WebSocket that is open, or was. */
export class WebSocketConnection {
  readonly #socket: WebSocket;
  readonly #inbox: MessageInbox;
  readonly #receive: ReceiveMessageEvent;
  readonly #outbox: Outbox;
  readonly #closing = new WaitList<void>();
  #closed: { code: number; reason: string } | null = null;

  readonly #chosen: string;

  /** @ignore Takes over a socket that will be open. A server knows which subprotocol it has `chosen`; its socket does not. */
  constructor(socket: WebSocket, chosen = "") {
    this.#chosen = chosen;
    socket.binaryType = "arraybuffer";
    this.#socket = socket;
    this.#inbox = new MessageInbox(() => this.close(1009, "too many messages wait to be received"));
    this.#receive = new ReceiveMessageEvent(this.#inbox, socket.url);
    this.#outbox = new Outbox(socket);
    socket.addEventListener("message", ({ data }) => {
      this.#inbox.received(typeof data === "string" ? data : new Uint8Array(data));
    });
    socket.addEventListener("error", (event) => event.preventDefault());
    socket.addEventListener("close", ({ code, reason }) => {
      this.#closed = { code: code === 0 ? BROKEN : code, reason };
      this.#inbox.end();
      this.#outbox.close();
      for (let waiter; (waiter = this.#closing.shift()) !== undefined;) waiter.wait.resume();
    });
  }

  /** The subprotocol that was agreed on, or `""`. */
  get protocol(): string {
    return this.#socket.protocol || this.#chosen;
  }

  /** Whether it is closed, by either side. */
  get closed(): boolean {
    return this.#closed !== null;
  }

  /** The code that it was closed with, 1006 if the connection broke; `null` while it is open. */
  get closeCode(): number | null {
    return this.#closed?.code ?? null;
  }

  /** The reason that it was closed for; `null` while it is open. */
  get closeReason(): string | null {
    return this.#closed?.reason ?? null;
  }

  /**
   * Waits for a message: text as a string, anything else as bytes. Results in `null` when the socket is closed and all that
   * came before was received. Killed, it leaves the message for the next.
   *
   * What nobody receives is kept, up to 1,024 messages and 16 MiB; then the socket is closed with code 1009.
   */
  receive(): Event<Message | null> {
    return this.#receive;
  }

  /**
   * Sends a message; waits while more than 1 MiB is not out yet. Killed while it waits, it has not been sent.
   *
   * Throws `SocketClosedError` when the socket is closed.
   */
  send(data: string | Uint8Array): Event<void> {
    return new SendMessageEvent(this.#outbox, data);
  }

  /** Begins to close it. Closing twice is fine. */
  close(code = 1000, reason = ""): void {
    if (!(code === 1000 || Number.isInteger(code) && code >= 3000 && code <= 4999) && !OURS.has(code)) {
      throw new RangeError(`close() takes code 1000, or 3000 to 4999; got ${describe(code)}.`);
    }
    if (this.#socket.readyState < WebSocket.CLOSING) this.#socket.close(code, reason);
  }

  /** Closes it at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** @ignore Waits until it is closed. */
  untilClosed(): Event<void> {
    return new ClosedEvent(this, this.#closing);
  }
}

/** Codes that a server closes with by itself. */
const OURS = new Set([1001, 1009, 1011]);

class ClosedEvent extends Event<void> {
  readonly #connection: WebSocketConnection;
  readonly #waiters: WaitList<void>;

  constructor(connection: WebSocketConnection, waiters: WaitList<void>) {
    super();
    this.#connection = connection;
    this.#waiters = waiters;
  }

  override perform(wait: Wait): undefined | typeof SUSPENDED {
    if (this.#connection.closed) return undefined;
    wait.slot = this.#waiters.add(wait, undefined);
    return SUSPENDED;
  }

  override withdraw(wait: Wait): void {
    this.#waiters.remove(wait.slot as Waiter<void>);
  }

  override describe(): string {
    return "a WebSocket to be closed";
  }

  override get outside(): boolean {
    return true;
  }
}

/** What waits for room to send, first come, first served. */
class Outbox {
  readonly #socket: WebSocket;
  readonly #waiters = new WaitList<Message>();
  #timer: RoomTimer | null = null;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  get #hasRoom(): boolean {
    return this.#socket.bufferedAmount <= HIGH_WATER;
  }

  send(wait: Wait, data: Message): undefined | typeof SUSPENDED {
    if (this.#socket.readyState !== WebSocket.OPEN) throw closedError();
    if (this.#waiters.size === 0 && this.#hasRoom) {
      this.#socket.send(data as string);
      return undefined;
    }
    wait.slot = this.#waiters.add(wait, data);
    this.#timer ??= new RoomTimer(this, wait);
    this.#timer.set();
    return SUSPENDED;
  }

  withdraw(wait: Wait): void {
    this.#waiters.remove(wait.slot as Waiter<Message>);
  }

  /** There may be room now. */
  look(): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return this.close();
    while (this.#hasRoom) {
      const waiter = this.#waiters.shift();
      if (waiter === undefined) return;
      this.#socket.send(waiter.value as string);
      waiter.wait.resume();
    }
    if (this.#waiters.size > 0) this.#timer!.set();
  }

  /** Nothing can be sent any more. */
  close(): void {
    for (let waiter; (waiter = this.#waiters.shift()) !== undefined;) waiter.wait.raise(closedError());
  }
}

function closedError(): SocketClosedError {
  return new SocketClosedError("The WebSocket is closed: nothing can be sent over it any more.");
}

/** Looks, soon, whether there is room. */
class RoomTimer extends Timer {
  readonly #outbox: Outbox;
  readonly #wait: Wait;

  constructor(outbox: Outbox, wait: Wait) {
    super();
    this.#outbox = outbox;
    this.#wait = wait;
  }

  set(): void {
    if (!this.isSet) this.#wait.scheduler.setTimer(this, LOOK);
  }

  override fire(): void {
    this.#outbox.look();
  }
}

class SendMessageEvent extends Event<void> {
  readonly #outbox: Outbox;
  readonly #data: Message;

  constructor(outbox: Outbox, data: unknown) {
    super();
    if (typeof data !== "string" && !(data instanceof Uint8Array)) {
      throw new TypeError(`send() takes a string or a Uint8Array; got ${describe(data)}.`);
    }
    this.#outbox = outbox;
    this.#data = data as Message;
  }

  override perform(wait: Wait): undefined | typeof SUSPENDED {
    return this.#outbox.send(wait, this.#data);
  }

  override withdraw(wait: Wait): void {
    this.#outbox.withdraw(wait);
  }

  override describe(): string {
    return "room to send a message over a WebSocket";
  }

  override get outside(): boolean {
    return true;
  }
}
