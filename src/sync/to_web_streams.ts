/**
 * Channels as the platform's own streams, for code outside the run.
 *
 * @module
 */

import { type Channel, checkChannel } from "./channel.ts";
import { Bridge, type BridgeOptions } from "./bridge.ts";

/** A value that is never sent to a channel. */
const END = Symbol("end");

/**
 * The values that are sent to `channel`, as a `ReadableStream`. It takes a value only when it is asked for one, and ends
 * with the channel, or fails with its error. Cancelling it closes the channel, so that senders get an error.
 *
 * While it is open, threads that wait for its reader are not taken for a deadlock.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const text = await bluelet.run(function* () {
 *   const words = new bluelet.Channel<string>();
 *   yield* bluelet.spawn(function* () {
 *     yield* words.send("green ");
 *     yield* words.send("threads");
 *     words.close();
 *   });
 *   const body = bluelet.toReadableStream(words).pipeThrough(new TextEncoderStream());
 *   return yield* bluelet.promise(new Response(body).text());
 * }());
 * assertEquals(text, "green threads");
 * ```
 */
export function toReadableStream<T>(channel: Channel<T>, options: BridgeOptions = {}): ReadableStream<T> {
  checkChannel(channel, "toReadableStream");
  const bridge = new Bridge(options);
  return new ReadableStream<T>({
    async pull(controller) {
      const value = await bridge.perform(channel.receive(END));
      if (value !== END) return controller.enqueue(value as T);
      bridge.close();
      controller.close();
    },
    cancel() {
      bridge.close();
      channel.close();
    },
  }, { highWaterMark: 0 });
}

/**
 * A `WritableStream` whose chunks are sent to `channel`. Closing it closes the channel; aborting it fails the
 * channel with the reason. A channel that is closed from inside fails the next write.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const got = await bluelet.run(function* () {
 *   const numbers = new bluelet.Channel<number>();
 *   const piped = ReadableStream.from([1, 2, 3]).pipeTo(bluelet.toWritableStream(numbers));
 *   const got: number[] = [];
 *   for (let n; (n = yield* numbers.receive(null)) !== null;) got.push(n);
 *   yield* bluelet.promise(piped);
 *   return got;
 * }());
 * assertEquals(got, [1, 2, 3]);
 * ```
 */
export function toWritableStream<T>(channel: Channel<T>, options: BridgeOptions = {}): WritableStream<T> {
  checkChannel(channel, "toWritableStream");
  const bridge = new Bridge(options);
  return new WritableStream<T>({
    write: (chunk) => bridge.perform(channel.send(chunk)),
    close() {
      bridge.close();
      channel.close();
    },
    abort(reason) {
      bridge.close();
      channel.fail(reason);
    },
  });
}

/**
 * The values that are sent to `channel`, for `for await` loops outside the run. Leaving the loop leaves the channel open:
 * others may go on with it.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * async function total(numbers: AsyncIterable<number>) {
 *   let sum = 0;
 *   for await (const n of numbers) sum += n;
 *   return sum;
 * }
 * const sum = await bluelet.run(function* () {
 *   const numbers = new bluelet.Channel<number>();
 *   const sum = total(bluelet.toAsyncIterable(numbers));
 *   for (let i = 1; i <= 3; i++) yield* numbers.send(i);
 *   numbers.close();
 *   return yield* bluelet.promise(sum);
 * }());
 * assertEquals(sum, 6);
 * ```
 */
export function toAsyncIterable<T>(
  channel: Channel<T>,
  options: BridgeOptions = {},
): AsyncIterableIterator<T> {
  checkChannel(channel, "toAsyncIterable");
  const bridge = new Bridge(options);
  const iterator: AsyncIterableIterator<T> = {
    async next() {
      if (!bridge.open) return { done: true, value: undefined };
      const value = await bridge.perform(channel.receive(END), END);
      return value === END ? iterator.return!() : { done: false, value: value as T };
    },
    return() {
      bridge.close();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}
