/**
 * How an operation of a host ends: by a callback and never by a promise, so that a simulator can complete operations in
 * an order that it chose, and a real host without allocating.
 *
 * @module
 */

/** Is told of the end of one operation: exactly one of the two is called, once, never before the call returned. */
export interface Completion<T> {
  /** It is done. */
  done(value: T): void;
  /** It failed; errors are already translated (`SocketError`, `SocketClosedError`, or the host's own). */
  failed(error: unknown): void;
}
