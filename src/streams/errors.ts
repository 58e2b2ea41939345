/**
 * The errors of byte streams and sockets. Each says what happened and what to do.
 *
 * @module
 */

/** A socket operation failed; `code` says how, in the system's own words, and `cause` is the host's error. */
export class SocketError extends Error {
  /** The name of the class. */
  override readonly name = "SocketError";
  /** `"ECONNRESET"`, `"EPIPE"`, `"ECONNREFUSED"`, `"EADDRINUSE"`, ... */
  readonly code: string;

  /** Makes the error for the system's `code`. */
  constructor(message: string, options: { code: string; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.code = options.code;
  }
}

/** A connection or listener was used after it was closed, or closed while it was waited for. */
export class SocketClosedError extends Error {
  /** The name of the class. */
  override readonly name = "SocketClosedError";
}

/** Two threads used one end of a connection at once where only one may. */
export class SocketBusyError extends Error {
  /** The name of the class. */
  override readonly name = "SocketBusyError";
}

/** The stream ended in the middle of what was asked for; what had come is in `partial`. */
export class UnexpectedEofError extends Error {
  /** The name of the class. */
  override readonly name = "UnexpectedEofError";
  /** The bytes that came before the end. */
  readonly partial: Uint8Array;

  /** Makes the error with the bytes that came. */
  constructor(message: string, partial: Uint8Array) {
    super(message);
    this.partial = partial;
  }
}

/** A line was longer than its limit; what was read stays in the connection's buffer. */
export class LineTooLongError extends Error {
  /** The name of the class. */
  override readonly name = "LineTooLongError";
}
