/**
 * Two ends of a connection, and bytes to send between them.
 *
 * @module
 */

import { type Coroutine, type Event, join, spawn } from "../../src/core/mod.ts";
import { connect, type Connection, Listener } from "../../src/net/mod.ts";

/** Both ends of a connection; the listener that it was accepted from is closed. */
export function* pair(): Coroutine<{ near: Connection; far: Connection; listener: Listener }> {
  using listener = new Listener("127.0.0.1", 0);
  const acceptor = yield* spawn(function* () {
    return yield* listener.accept();
  });
  const near = yield* connect("127.0.0.1", listener.port);
  const far = yield* join(acceptor);
  return { near, far, listener };
}

/** So many bytes, of which any two that are close differ. */
export function numbered(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  for (let i = 0; i < count; i++) bytes[i] = i * 31 + (i >> 8);
  return bytes;
}

/** `bytes` as text; `"(end)"` for the end of a stream. */
export function text(bytes: Uint8Array | null): string {
  return bytes === null ? "(end)" : new TextDecoder().decode(bytes);
}

/** One array of them all. */
export function concat(pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** What `task` throws; an error of its own if it throws nothing. */
export function* thrownBy(task: Event<unknown> | Coroutine<unknown>): Coroutine<unknown> {
  try {
    yield task;
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was thrown.");
}
