/**
 * A connection as the platform's pair of streams.
 *
 * @module
 */

import type { Event } from "../core/mod.ts";
import { Bridge, type BridgeOptions } from "../sync/mod.ts";

/** The part of a {@linkcode Connection} that its streams need. */
export interface StreamSource {
  /** Reads 1 to `size` bytes; `null` at the end. */
  recv(size: number): Event<Uint8Array | null>;
  /** Writes all of `data`. */
  sendall(data: Uint8Array): Event<void>;
  /** Ends the direction of writing. */
  closeWrite(): Event<void>;
}

/** Both directions of a connection. */
export interface StreamPair {
  /** The bytes that the peer sends. */
  readonly readable: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** The bytes that the peer receives. */
  readonly writable: WritableStream<Uint8Array>;
}

/** The most bytes to read from the connection at a time. */
const CHUNK = 65_536;

/**
 * `conn` as a pair of web streams, for whatever works on those: `pipeThrough`, `Response`, `@std/streams`.
 *
 * Each direction ends on its own: closing `writable` ends what the peer reads, and `readable` goes on until the
 * peer ends its side. The owner of the connection still has to close it, and bytes that the streams have not read can be
 * read from it. Cancelling `readable` stops reading.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * function* shout(conn: bluelet.Connection) {
 *   const { readable, writable } = bluelet.toStreams(conn);
 *   const upper = new TransformStream<string, string>({
 *     transform: (text, controller) => controller.enqueue(text.toUpperCase()),
 *   });
 *   yield* bluelet.promise(
 *     readable.pipeThrough(new TextDecoderStream()).pipeThrough(upper).pipeThrough(new TextEncoderStream())
 *       .pipeTo(writable),
 *   );
 * }
 *
 * const answer = await bluelet.run(function* () {
 *   const listener = new bluelet.Listener("127.0.0.1", 0);
 *   yield* bluelet.spawn(function* () {
 *     using conn = yield* listener.accept();
 *     listener.close();
 *     yield* shout(conn);
 *   });
 *   using conn = yield* bluelet.connect("127.0.0.1", listener.port);
 *   yield* conn.sendall("hello");
 *   yield* conn.closeWrite();
 *   return yield* conn.readline();
 * }());
 * assertEquals(answer, "HELLO");
 * ```
 */
export function toStreams(conn: StreamSource, options: BridgeOptions = {}): StreamPair {
  return {
    readable: readableOf(conn, new Bridge(options)),
    writable: writableOf(conn, new Bridge(options)),
  };
}

function readableOf(conn: StreamSource, bridge: Bridge): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    type: "bytes",
    async pull(controller) {
      const data = await bridge.perform(conn.recv(CHUNK));
      if (data !== null) return controller.enqueue(alone(data));
      bridge.close();
      controller.close();
      controller.byobRequest?.respond(0); // a reader that brought its own buffer waits for it
    },
    cancel: () => bridge.close(),
  });
}

/** `data` in memory of its own: the stream takes the whole of it away. */
function alone(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const whole = data.byteLength === data.buffer.byteLength;
  return whole ? data as Uint8Array<ArrayBuffer> : data.slice();
}

function writableOf(conn: StreamSource, bridge: Bridge): WritableStream<Uint8Array> {
  return new WritableStream({
    write: (chunk) => bridge.perform(conn.sendall(chunk)),
    async close() {
      await bridge.perform(conn.closeWrite());
      bridge.close();
    },
    abort: () => bridge.close(),
  });
}
