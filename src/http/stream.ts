/**
 * Bodies that a thread makes while they are sent.
 *
 * @module
 */

import {
  type Coroutine,
  describe,
  Event,
  type Scope,
  scope,
  SUSPENDED,
  type Thread,
  type Wait,
  type Waiter,
  WaitList,
} from "../core/mod.ts";
import { background, ownerHere } from "./owners.ts";

/** A piece of a body; text goes out as UTF-8. */
export type Chunk = Uint8Array | string;

/** Makes a body: `yield* send(chunk)` ends when the reader wants the next one. */
export type Producer = (send: (chunk: Chunk) => Event<void>) => Coroutine<unknown>;

/** A body, between the thread that makes it and the stream that it is read from. */
class Production implements UnderlyingDefaultSource<Uint8Array> {
  readonly #producer: Producer;
  readonly #owner: Scope;
  /** Whether it is whole wherever it ends, so that a kill ends it in order. */
  readonly #mayEnd: boolean;
  readonly #senders = new WaitList<Uint8Array>();
  #controller: ReadableStreamDefaultController<Uint8Array> | null = null;
  #thread: Thread | null = null;
  /** Called when something was sent, while the reader waits for that. */
  #pulled: (() => void) | null = null;

  constructor(producer: Producer, owner: Scope, mayEnd: boolean) {
    this.#producer = producer;
    this.#owner = owner;
    this.#mayEnd = mayEnd;
  }

  /** The reader wants more. The first time, the thread starts: a body that nobody reads is not made. */
  pull(controller: ReadableStreamDefaultController<Uint8Array>): void | Promise<void> {
    this.#controller = controller;
    if (this.#thread === null) this.#start();
    const sender = this.#senders.shift();
    if (sender === undefined) return new Promise((resolve) => this.#pulled = resolve);
    controller.enqueue(sender.value);
    sender.wait.resume();
  }

  /** The reader has gone. Resolves when the thread has cleaned up. */
  cancel(): void | Promise<void> {
    const thread = this.#thread;
    this.#controller = null;
    if (thread === null) return;
    thread.kill("the reader of its body has gone");
    return new Promise((resolve) => thread.onEnd(() => resolve()));
  }

  #start(): void {
    const owner = this.#owner.ended ? background() : this.#owner;
    let failure: { error: unknown } | null = null;
    const producer = this.#producer;
    const send = (chunk: Chunk) => new SendChunkEvent(this, chunk);
    const run = function* (): Coroutine<void> {
      try {
        yield scope(() => producer(send));
      } catch (error) {
        failure = { error }; // the reader's, and so nobody else's
      }
    };
    const thread = owner.start(run(), producer.name || "body") as Thread;
    this.#thread = thread;
    thread.onEnd(() => {
      const controller = this.#controller;
      if (controller === null) return;
      if (failure !== null) controller.error(failure.error);
      else if (thread.state === "killed" && !this.#mayEnd) controller.error(thread.failure);
      else controller.close();
      this.#pulled?.();
    });
  }

  /** @ignore A thread has a chunk. */
  send(wait: Wait, chunk: Uint8Array): undefined | typeof SUSPENDED {
    const pulled = this.#pulled;
    if (pulled !== null && this.#controller !== null) {
      this.#pulled = null;
      this.#controller.enqueue(chunk);
      pulled();
      return undefined;
    }
    wait.slot = this.#senders.add(wait, chunk);
    return SUSPENDED;
  }

  /** @ignore */
  withdraw(wait: Wait): void {
    this.#senders.remove(wait.slot as Waiter<Uint8Array>);
  }
}

const encoder = new TextEncoder();

class SendChunkEvent extends Event<void> {
  readonly #production: Production;
  readonly #chunk: Uint8Array;

  constructor(production: Production, chunk: Chunk) {
    super();
    if (typeof chunk !== "string" && !(chunk instanceof Uint8Array)) {
      throw new TypeError(`send() takes a string or a Uint8Array; got ${describe(chunk)}.`);
    }
    this.#production = production;
    this.#chunk = typeof chunk === "string" ? encoder.encode(chunk) : chunk;
  }

  override perform(wait: Wait): undefined | typeof SUSPENDED {
    return this.#chunk.length === 0 ? undefined : this.#production.send(wait, this.#chunk);
  }

  override withdraw(wait: Wait): void {
    this.#production.withdraw(wait);
  }

  override describe(): string {
    return "the reader of a body to want more";
  }

  override get outside(): boolean {
    return true;
  }
}

/**
 * The body of an answer, made by a thread while it is sent. The thread starts when the body is first read, and waits at
 * each `send` until the reader wants more. If the reader goes, it is killed; what it throws breaks the body off, so that
 * the reader sees that it is not whole.
 *
 * The thread belongs to what the calling thread's request belongs to: it outlives the handler.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { stream } from "@x/bluelet/http";
 * import { assertEquals } from "@std/assert";
 *
 * const body = stream(function* (send) {
 *   for (let i = 3; i > 0; i--) {
 *     yield* send(`${i}, `);
 *     yield* bluelet.sleep(0.001);
 *   }
 *   yield* send("go");
 * });
 * assertEquals(await new Response(body).text(), "3, 2, 1, go");
 * ```
 */
export function stream(producer: Producer): ReadableStream<Uint8Array> {
  if (typeof producer !== "function") {
    throw new TypeError(
      `stream() takes a generator function, function* (send) { ... }; got ${describe(producer)}.`,
    );
  }
  return produced(producer);
}

/** The body that `producer` makes; one that may end anywhere ends in order when it is killed. */
export function produced(producer: Producer, mayEnd = false): ReadableStream<Uint8Array> {
  return new ReadableStream(new Production(producer, ownerHere(), mayEnd), { highWaterMark: 0 });
}
