/**
 * The lines of a byte stream, as a channel.
 *
 * A line stays in the stream's buffer until somebody receives it. So nothing has to go back when the channel is closed, and
 * nobody reads ahead of those who receive.
 *
 * @module
 */

import { describe, Event, SUSPENDED, type Thread, type Wait } from "../core/mod.ts";
import { belongs, Channel } from "../sync/mod.ts";
import type { ByteReader } from "./byte_streams.ts";
import { checkedLimit, lineLength, type LineOptions, NEWLINE, ReadLineEvent } from "./read_events.ts";
import { type ReadHalf, ReadHalfEvent } from "./read_half.ts";

/** A channel that takes its values from a stream, when they are asked for. */
class LineChannel extends Channel<string> {
  readonly #half: ReadHalf;
  readonly #limit: number;
  readonly #feeder: Feeder;

  constructor(half: ReadHalf, limit: number, thread: Thread, onClose: () => void) {
    super(0, {
      name: `the lines of ${half.owner.place}`,
      onClose: () => {
        this.#feeder.stop();
        onClose();
      },
    });
    this.#half = half;
    this.#limit = limit;
    this.#feeder = new Feeder(new FeedEvent(half, () => this.#feed()), thread, (error) => this.fail(error));
  }

  protected override supply(): string | undefined {
    if (this.closed) return undefined;
    try {
      const line = this.#next();
      if (line !== undefined || this.closed || this.#half.failure === null) return line;
      throw this.#half.failure.error;
    } catch (error) {
      this.fail(error);
      return undefined;
    }
  }

  protected override wanted(): void {
    this.#feeder.start();
  }

  /** More has come: hands over lines, until nobody waits for one or more has to come. */
  #feed(): undefined | typeof SUSPENDED {
    if (this.#feeder.begins) return SUSPENDED; // `supply` has just seen that nothing is there
    while (this.awaited) {
      const line = this.#next();
      if (line === undefined) return this.closed ? undefined : SUSPENDED;
      this.trySend(line);
    }
    return undefined;
  }

  /** Takes a line out of the stream, if a whole one is there; at the stream's end closes the channel. */
  #next(): string | undefined {
    const length = lineLength(this.#half, NEWLINE, this.#limit);
    if (length > 0) return withoutEnd(this.#half.buffer.takeText(length));
    if (length === 0) this.close();
    return undefined;
  }
}

function withoutEnd(line: string): string {
  return line.endsWith("\n") ? line.slice(0, line.endsWith("\r\n") ? -2 : -1) : line;
}

/** Waits until nobody wants more of what comes. */
class FeedEvent extends ReadHalfEvent<undefined> {
  readonly #feed: () => undefined | typeof SUSPENDED;

  constructor(half: ReadHalf, feed: () => undefined | typeof SUSPENDED) {
    super(half);
    this.#feed = feed;
  }

  protected override takeFrom(): undefined | typeof SUSPENDED {
    return this.#feed();
  }
}

/** Waits for a stream in place of a thread: for all that receive from its channel. */
class Feeder implements Wait {
  readonly thread: Thread;
  slot: unknown = undefined;
  readonly #event: FeedEvent;
  readonly #failed: (error: unknown) => void;
  #waits = false;
  /** Whether it is beginning to wait. */
  begins = false;

  constructor(event: FeedEvent, thread: Thread, failed: (error: unknown) => void) {
    this.#event = event;
    this.thread = thread;
    this.#failed = failed;
  }

  get scheduler(): Thread["scheduler"] {
    return this.thread.scheduler;
  }

  start(): void {
    if (this.#waits) return;
    this.#waits = this.begins = true;
    try {
      this.#event.perform(this);
    } catch (error) {
      this.raise(error);
    } finally {
      this.begins = false;
    }
  }

  stop(): void {
    if (!this.#waits) return;
    this.#waits = false;
    this.#event.withdraw(this);
  }

  resume(): void {
    this.#waits = false;
  }

  raise(error: unknown): void {
    this.#waits = false;
    this.#failed(error);
  }

  enter(): never {
    throw new TypeError("A stream's bytes are waited for by no coroutine.");
  }

  return(): never {
    return this.enter();
  }
}

class LinesEvent extends Event<Channel<string>> {
  readonly #half: ReadHalf;
  readonly #limit: number;

  constructor(half: ReadHalf, limit: number) {
    super();
    this.#half = half;
    this.#limit = limit;
  }

  override perform(wait: Wait): Channel<string> {
    const release = wait.scheduler.hold(); // a line may come at any time
    const keep = belongs(wait, () => channel.close());
    const channel = new LineChannel(this.#half, this.#limit, wait.thread, () => {
      release();
      keep();
    });
    return channel;
  }

  override describe(): string {
    return `the lines of ${this.#half.owner.place}`;
  }
}

/**
 * A channel of the lines of `source`, each without its end (LF or CRLF). It ends with the source; what the source fails
 * with is thrown at those who receive. It is closed when the current coroutine ends, or when you close it; then `source` can
 * be read on from where it is: a line that nobody received is still there.
 *
 * Nothing is read ahead of those who receive, so a sender that is faster than they are has to wait. While somebody waits
 * for a line, nobody else may read the source. A line of more than `limit` bytes (65,536) ends the channel with
 * `LineTooLongError`.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const got: string[] = [];
 * await bluelet.run(function* () {
 *   const lines = yield* bluelet.lines(bluelet.reader(new Response("one\r\ntwo\nthree").body!));
 *   for (let line; (line = yield* lines.receive(null)) !== null;) got.push(line);
 * }());
 * assertEquals(got, ["one", "two", "three"]);
 * ```
 */
export function lines(source: ByteReader, options?: LineOptions): Event<Channel<string>> {
  const event: unknown = typeof source?.readline === "function" ? source.readline("\n", options) : null;
  if (!(event instanceof ReadLineEvent)) {
    throw new TypeError(
      `lines takes a connection, a file, a pipe, or what reader() gives; got ${describe(source)}.`,
    );
  }
  return new LinesEvent(event.inbox, checkedLimit(options, "lines"));
}
