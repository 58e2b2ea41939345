/**
 * How an operation of a host ends: by a callback and never by a promise, so that a simulator can complete operations in
 * an order that it chose, and a real host without allocating.
 *
 * @module
 */

/**
 * The callbacks for the end of one operation. Exactly one of the two is called, once, and never before the call that
 * started the operation has returned.
 */
export interface Completion<T> {
  /** The operation is done. */
  done(value: T): void;
  /** The operation failed; errors are already translated (`SocketError`, `SocketClosedError`, or the host's own). */
  failed(error: unknown): void;
}
