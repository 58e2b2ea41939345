/**
 * Every error that the library makes. Each says what happened and what to do.
 *
 * @module
 */

/** Thrown inside a thread that is killed, where it waits; and by `join` of a thread that was killed. */
export class ThreadKilledError extends Error {
  /** The name of the class. */
  override readonly name = "ThreadKilledError";
}

/**
 * What is thrown into every thread that is killed for the same reason: to make an error, with its stack, and to
 * throw it for the first time cost several times what the rest of a kill does.
 */
export function sharedKill(why?: string): ThreadKilledError {
  const error = new ThreadKilledError(
    why === undefined ? "The thread was killed." : `The thread was killed: ${why}.`,
  );
  // Where it was made says nothing.
  error.stack = `${error}`;
  return error;
}

/** Thrown when a `timeout` expires before its task is done. */
export class TimeoutError extends Error {
  /** The name of the class. */
  override readonly name = "TimeoutError";
}

/** What a run rejects with whose threads all wait for one another; the message lists them. */
export class DeadlockError extends Error {
  /** The name of the class. */
  override readonly name = "DeadlockError";
}

/** Thrown into the root of a program that `main` runs, when the user or the system asks it to stop. */
export class InterruptError extends Error {
  /** The name of the class. */
  override readonly name = "InterruptError";
  /** The signal that came: `"SIGINT"` or `"SIGTERM"`. */
  readonly signal: string;

  /** Makes the error for `signal`. */
  constructor(signal: string) {
    super(
      `The program was asked to stop by ${signal}; catch InterruptError in the root to end in your own way.`,
    );
    this.signal = signal;
  }
}

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

/** A value was sent to a closed channel, or asked of one that is closed and empty. */
export class ChannelClosedError extends Error {
  /** The name of the class. */
  override readonly name = "ChannelClosedError";
}
