/**
 * The simplest events: one that results in a value, and one that throws an error.
 *
 * @module
 */

import { Event } from "../event.ts";

/** Results in its value, at once. */
export class ValueEvent<T> extends Event<T> {
  /** What the event results in. */
  readonly value: T;

  /** Holds `value`. */
  constructor(value: T) {
    super();
    this.value = value;
  }

  /** @ignore */
  override perform(): T {
    return this.value;
  }
}

/** Throws its error at the yield. */
export class ExceptionEvent extends Event<never> {
  /** What is thrown. */
  readonly error: unknown;

  /** Holds `error`. */
  constructor(error: unknown) {
    super();
    this.error = error;
  }

  /** @ignore */
  override perform(): never {
    throw this.error;
  }
}
