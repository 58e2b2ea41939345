/**
 * The platform's own streams, read and written as connections are.
 *
 * @module
 */

import { describe } from "../core/mod.ts";
import type { ByteReader, ByteWriter } from "./byte_streams.ts";
import { openedToRead, openedToWrite, type Reader, type Writer } from "./sources.ts";
import { StreamReader } from "./stream_reader.ts";
import { StreamWriter } from "./stream_writer.ts";

const readers = new WeakMap<object, StreamReader>();
const writers = new WeakMap<object, StreamWriter>();

/**
 * Reads `source` as a connection is read: standard input, an open file of the platform's, a `Response`'s body. The same
 * source gives the same object each time, so that what was read and not asked for is never lost; `read(source)` shares it.
 *
 * Errors are the source's own; `SocketBusyError` if another thread is reading it. `close` closes it (a stream is
 * cancelled). Throws `TypeError` if the source is something else, or a stream that is locked.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const { body } = new Response("name: Ada\n\nhello");
 * await bluelet.run(function* () {
 *   using source = bluelet.reader(body!);
 *   assertEquals(yield* source.readline(), "name: Ada\n");
 *   assertEquals(yield* source.readline(), "\n");
 *   assertEquals(new TextDecoder().decode(yield* source.readall()), "hello");
 * }());
 * ```
 */
export function reader(source: Reader | ReadableStream<Uint8Array>): ByteReader {
  if (!(source instanceof ReadableStream) && typeof (source as Reader | null)?.read !== "function") {
    throw new TypeError(
      `reader takes a ReadableStream, a file, or another object with read(bytes); got ${describe(source)}.`,
    );
  }
  let found = readers.get(source);
  if (found === undefined) {
    const { half, close } = openedToRead(source);
    readers.set(source, found = new StreamReader(half, close));
  }
  return found;
}

/**
 * Writes to `sink` as to a connection: standard output, an open file of the platform's, a web stream. The same sink gives
 * the same object each time; `write(sink)` waits its turn with it.
 *
 * Errors are the sink's own. `closeWrite` ends it, and waits until it has ended; `close` closes it at once (a stream is
 * aborted). Throws `TypeError` if the sink is something else, or a stream that is locked.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const { readable, writable } = new CompressionStream("gzip");
 * const compressed = new Response(readable).bytes();
 * await bluelet.run(function* () {
 *   const sink = bluelet.writer(writable);
 *   yield* sink.sendall("hello ".repeat(100));
 *   yield* sink.closeWrite();
 * }());
 * assertEquals((await compressed).length < 100, true);
 * ```
 */
export function writer(
  sink: Writer | WritableStream<Uint8Array> | WritableStream<BufferSource>,
): ByteWriter {
  if (!(sink instanceof WritableStream) && typeof (sink as Writer | null)?.write !== "function") {
    throw new TypeError(
      `writer takes a WritableStream, a file, or another object with write(bytes); got ${describe(sink)}.`,
    );
  }
  let found = writers.get(sink);
  if (found === undefined) {
    const { half, close } = openedToWrite(sink as Writer | WritableStream<Uint8Array>);
    writers.set(sink, found = new StreamWriter(half, close));
  }
  return found;
}
