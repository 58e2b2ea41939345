/**
 * The errors of threads and runs. Each says what happened and what to do; other rooms have their own.
 *
 * @module
 */

/** Thrown inside a thread that is killed, where it waits; and by `join` of a thread that was killed. */
export class ThreadKilledError extends Error {
  /** The name of the class. */
  override readonly name = "ThreadKilledError";
}

/**
 * Makes one error for all threads that are killed for the same reason. To make an error with its stack, and to throw it
 * for the first time, costs several times as much as the rest of a kill.
 */
export function sharedKill(why?: string): ThreadKilledError {
  const error = new ThreadKilledError(
    why === undefined ? "The thread was killed." : `The thread was killed: ${why}.`,
  );
  // Where it was made says nothing.
  error.stack = `${error}`;
  return error;
}

/** `errors` as one: the only one itself, or an `AggregateError` of all; its message says `what` they did. */
export function asOne(errors: readonly unknown[], what: string): unknown {
  if (errors.length === 1) return errors[0];
  const messages = errors.map((error) => error instanceof Error ? error.message : String(error));
  return new AggregateError(errors, `${errors.length} errors ${what}: ${messages.join("; ")}`);
}

/** Thrown when a `timeout` expires before its task is done. */
export class TimeoutError extends Error {
  /** The name of the class. */
  override readonly name = "TimeoutError";
}

/** A run is rejected with this when all its threads wait for one another; the message lists them. */
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
