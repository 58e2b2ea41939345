/**
 * The invariants of a world: what must hold after every step, and what must come true in the end.
 *
 * @module
 */

import { InvariantError } from "./errors.ts";
import type { Loop } from "./loop.ts";

/** A statement about the world: it holds unless this returns `false` or throws. */
export type Check = () => boolean | void;

/** A statement that must come true, and has not yet. */
interface Eventuality {
  check: Check;
  name: string;
  /** Stops the clock after which it has failed. */
  stopClock: () => void;
}

/** Checks the invariants of one world. */
export class Invariants {
  readonly #loop: Loop;
  readonly #fail: (error: unknown) => void;
  readonly #always: { check: Check; name: string }[] = [];
  #eventualities: Eventuality[] = [];
  /** Whether a check is running: if it makes threads run, their steps are not checked. */
  #checking = false;

  constructor(loop: Loop, fail: (error: unknown) => void) {
    this.#loop = loop;
    this.#fail = fail;
  }

  /** Adds a statement that must hold after every step. */
  always(check: Check, name: string): void {
    this.#always.push({ check, name });
  }

  /** Adds a statement that must come true within so many seconds. */
  eventually(check: Check, within: number, name: string): void {
    const stopClock = this.#loop.in(within, () => {
      this.check(); // time alone may have made it true
      if (this.#eventualities.includes(eventuality)) {
        this.#failWith(eventuality, `did not come true within ${within} s`);
      }
    });
    const eventuality: Eventuality = { check, name, stopClock };
    this.#eventualities.push(eventuality);
  }

  /** Whether anything must still come true. */
  get pending(): boolean {
    return this.#eventualities.length > 0;
  }

  /** Checks every statement. */
  check(): void {
    if (this.#checking || (this.#always.length === 0 && this.#eventualities.length === 0)) return;
    this.#checking = true;
    for (const { check, name } of this.#always) {
      const failure = failureOf(check);
      if (failure !== null) {
        this.#fail(new InvariantError(`${name} does not hold${says(failure.cause)}.`, name, failure));
        break;
      }
    }
    if (this.#eventualities.length > 0) {
      this.#eventualities = this.#eventualities.filter(({ check, stopClock }) => {
        const isTrue = failureOf(check) === null;
        if (isTrue) stopClock();
        return !isTrue;
      });
    }
    this.#checking = false;
  }

  /** Fails if anything must still come true, since nothing can happen any more; whether it failed. */
  failPending(): boolean {
    const [eventuality] = this.#eventualities;
    if (eventuality === undefined) return false;
    this.#failWith(eventuality, "never came true, and nothing is left that could happen");
    return true;
  }

  #failWith({ check, name }: Eventuality, what: string): void {
    this.#eventualities = [];
    const failure = failureOf(check) ?? {};
    this.#fail(new InvariantError(`${name} ${what}${says(failure.cause)}.`, name, failure));
  }
}

/** Why a check does not hold, with what it threw as `cause`; `null` if it holds. */
function failureOf(check: Check): { cause?: unknown } | null {
  try {
    return check() === false ? {} : null;
  } catch (cause) {
    return { cause };
  }
}

function says(cause: unknown): string {
  return cause === undefined ? "" : `: ${cause instanceof Error ? cause.message : String(cause)}`;
}
