/**
 * Files as a whole: reading all of one, and writing all of one.
 *
 * @module
 */

import { call, type Coroutine, type Event } from "../core/mod.ts";
import { bytesOf } from "../streams/mod.ts";
import { open } from "./open.ts";
import { pathFrom } from "./path.ts";
import { replace } from "./replace.ts";

/** The size of a read where the size of the file is not known. */
const PIECE = 65_536;

/** Options for {@linkcode writeFile}. */
export interface WriteFileOptions {
  /** Writes at the end of the file, and keeps the content that it has. */
  append?: boolean;
  /**
   * Replaces the file at once: a reader, even after a crash of the program or the machine, finds all of the old content or
   * all of the new. It is written to a file beside it, synced, and renamed.
   */
  atomic?: boolean;
}

/** All of the file at `path`. Throws `FileError`. Killed, it stops reading. */
export function readFile(path: string | URL): Event<Uint8Array<ArrayBuffer>> {
  return call(reading, pathFrom(path, "readFile"));
}

/**
 * All of the file at `path`, as text in UTF-8, without a byte order mark. Throws `FileError`. Killed, it stops reading.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await bluelet.run(function* () {
 *   yield* bluelet.writeFile(path, "hello");
 *   assertEquals(yield* bluelet.readTextFile(path), "hello");
 * }());
 * await Deno.remove(path);
 * ```
 */
export function readTextFile(path: string | URL): Event<string> {
  return call(readingText, pathFrom(path, "readTextFile"));
}

/**
 * Writes all of `data` to the file at `path`, which is made if it is not there. Strings are UTF-8. Throws `FileError`.
 * Killed, it may have written a part; with `atomic`, all or nothing.
 */
export function writeFile(
  path: string | URL,
  data: Uint8Array | string,
  options: WriteFileOptions = {},
): Event<void> {
  const name = pathFrom(path, "writeFile"), bytes = bytesOf(data, "writeFile");
  const { append = false, atomic = false } = options;
  if (append && atomic) {
    throw new TypeError(
      "writeFile takes append or atomic, not both: read what there is, and write all of it.",
    );
  }
  return atomic ? call(replace, name, bytes) : call(writing, name, bytes, append);
}

function* reading(path: string): Coroutine<Uint8Array<ArrayBuffer>> {
  using file = yield* open(path);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  // One byte more than the file has, so that the end shows at once. (Special files, as in /proc, report a size of 0.)
  for (let size = (yield* file.size()) + 1;; size = PIECE) {
    const piece = yield* file.readAt(length, size);
    if (piece === null) break;
    pieces.push(piece);
    length += piece.length;
  }
  return joined(pieces, length);
}

function* readingText(path: string): Coroutine<string> {
  return new TextDecoder().decode(yield* reading(path));
}

function* writing(path: string, data: Uint8Array, append: boolean): Coroutine<void> {
  using file = yield* open(path, append ? "a" : "w");
  yield* file.sendall(data);
}

function joined(pieces: readonly Uint8Array<ArrayBuffer>[], length: number): Uint8Array<ArrayBuffer> {
  if (pieces.length === 1) return pieces[0]!;
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
