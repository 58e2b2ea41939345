/**
 * The values of the platform's streams and asynchronous iterables, as a channel.
 *
 * @module
 */

import {
  type Coroutine,
  defer,
  describe,
  Event,
  promise,
  spawn,
  type Thread,
  ThreadKilledError,
  type Wait,
} from "../core/mod.ts";
import { Channel, type ChannelOptions } from "./channel.ts";
import { OPENS_CHANNEL } from "./channel_events.ts";

/** A source for {@linkcode fromAsyncIterable}. */
export type AsyncSource<T> = ReadableStream<T> | AsyncIterable<T>;

/** Asks a source for its values; both may be called while a `next` is not answered. */
interface Tap<T> {
  next(): Promise<IteratorResult<T, unknown>>;
  /** Stops the source: no more values are wanted. */
  stop(): Promise<unknown> | undefined;
}

function tapOf<T>(source: AsyncSource<T>): Tap<T> {
  if (source instanceof ReadableStream) {
    // Not its iterator: that would wait for the answer to `next` before it told the stream to stop.
    const reader = source.getReader();
    return {
      next: () => reader.read() as Promise<IteratorResult<T, unknown>>,
      stop: () => reader.cancel(),
    };
  }
  const iterator = source[Symbol.asyncIterator]();
  let asking = false;
  return {
    async next() {
      asking = true;
      try {
        return await iterator.next();
      } finally {
        asking = false;
      }
    },
    stop() {
      const stopped = iterator.return?.();
      // A generator that is running stops only when it yields next. That may never happen, so nothing waits for it.
      if (!asking) return stopped;
      stopped?.catch(() => {});
      return undefined;
    },
  };
}

class FromEvent<T> extends Event<Channel<T>> {
  readonly #source: AsyncSource<T>;
  readonly #capacity: number;
  readonly #options: ChannelOptions;

  constructor(source: AsyncSource<T>, capacity: number, options: ChannelOptions) {
    super();
    const fits = source instanceof ReadableStream ||
      typeof (source as AsyncIterable<T> | null | undefined)?.[Symbol.asyncIterator] === "function";
    if (!fits) {
      throw new TypeError(
        `fromAsyncIterable() takes a ReadableStream or an async iterable; got ${describe(source)}.`,
      );
    }
    this.#source = source;
    this.#capacity = capacity;
    this.#options = options;
  }

  override perform(wait: Wait): Channel<T> {
    const channel = new Channel<T>(this.#capacity, {
      ...this.#options,
      onClose: () => {
        pumping.kill("its channel was closed");
        this.#options.onClose?.();
      },
    });
    const pumping = spawn(pump<T>, this.#source, channel).perform(wait) as Thread<void>;
    pumping.onEnd(() => {
      // It was killed, perhaps before it started: a receiver must not take that for the end of the source.
      if (!channel.closed) {
        channel.fail(new ThreadKilledError("The thread that read the channel's source was killed."));
      }
    });
    defer(() => channel.close()).perform(wait);
    return channel;
  }

  override get unselectable(): string {
    return OPENS_CHANNEL;
  }
}

function* pump<T>(source: AsyncSource<T>, channel: Channel<T>): Coroutine<void> {
  const tap = tapOf(source);
  let ended = false;
  // Deferred, since a kill may take the place of a yield in `finally`.
  yield* defer(() => ended ? undefined : stopped(tap));
  while (true) {
    // An error of the source is passed as a value. So an error that is thrown here is a kill.
    const answer = yield* promise(
      tap.next().then(({ done, value }) => ({ done, value }), (error) => ({ error })),
    );
    if ("error" in answer) {
      ended = true;
      return channel.fail(answer.error);
    }
    if (answer.done) {
      ended = true;
      return channel.close();
    }
    try {
      yield* channel.send(answer.value as T);
    } catch {
      return; // the channel was closed from inside, or this thread is killed
    }
  }
}

function* stopped(tap: Tap<unknown>): Coroutine<void> {
  const stopping = tap.stop();
  if (stopping !== undefined) yield stopping;
}

/**
 * A channel of the values of `source`, a `ReadableStream` or anything that `for await` takes. A thread that reads the
 * source is spawned into the scope that is open here; it asks for a value when the one before was sent. The
 * channel ends with the source; if that fails, receivers are thrown its error.
 *
 * When the current coroutine ends, or you close the channel, the source is told to stop (a stream is cancelled).
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const got = await bluelet.run(function* () {
 *   const words = yield* bluelet.fromAsyncIterable(ReadableStream.from(["a", "b"]));
 *   const got: string[] = [];
 *   for (let word; (word = yield* words.receive(null)) !== null;) got.push(word);
 *   return got;
 * }());
 * assertEquals(got, ["a", "b"]);
 * ```
 */
export function fromAsyncIterable<T>(
  source: AsyncSource<T>,
  capacity = 0,
  options: ChannelOptions = {},
): Event<Channel<T>> {
  return new FromEvent(source, capacity, options);
}
