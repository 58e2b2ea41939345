/**
 * A transport as a stream of Node's, for what is made for those.
 *
 * @module
 */

import type * as NodeStream from "node:stream";
import type { Transport } from "../net/mod.ts";

declare const process: { getBuiltinModule(name: "node:stream"): typeof NodeStream };

/** How many bytes are asked for at a time: a record of TLS has up to 16,384, and its frame. */
const PIECE = 16_640;

/** Reads from and writes to `transport`; calls `atEnd` when that has nothing more, which the stream does not tell. */
export function duplexOver(transport: Transport, atEnd: () => void): NodeStream.Duplex {
  const { Duplex } = process.getBuiltinModule("node:stream");
  const into = new Uint8Array(PIECE);
  const reading = {
    done(count: number | null): void {
      if (count === null) return atEnd();
      stream.push(into.slice(0, count));
    },
    failed: (error: unknown) => void stream.destroy(error as Error),
  };
  const stream: NodeStream.Duplex = new Duplex({
    read: () => transport.read(into, reading),
    write(chunk: Uint8Array, _encoding, callback) {
      let left = chunk;
      const writing = {
        done(count: number): void {
          left = left.subarray(count);
          if (left.length === 0) callback();
          else transport.write(left, writing);
        },
        failed: (error: unknown) => callback(error as Error),
      };
      transport.write(left, writing);
    },
    final(callback) {
      transport.closeWrite({ done: () => callback(), failed: (error) => callback(error as Error) });
    },
    destroy(error, callback) {
      transport.close();
      callback(error);
    },
  });
  return stream;
}
