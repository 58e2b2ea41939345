/**
 * What must hold in a world: always, or in the end.
 *
 * @module
 */

import { InvariantError } from "./errors.ts";
import type { Loop } from "./loop.ts";

/** A statement about the world: it holds unless this returns `false` or throws. */
export type Check = () => boolean | void;

interface Hope {
  check: Check;
  name: string;
  within: number;
  cancel: () => void;
}

/** The invariants of one world. */
export class Invariants {
  readonly #loop: Loop;
  readonly #fail: (error: unknown) => void;
  readonly #always: { check: Check; name: string }[] = [];
  #hopes: Hope[] = [];
  /** Whether a check is running: what it does to the world is no step of its own. */
  #checking = false;

  constructor(loop: Loop, fail: (error: unknown) => void) {
    this.#loop = loop;
    this.#fail = fail;
  }

  always(check: Check, name: string): void {
    this.#always.push({ check, name });
  }

  eventually(check: Check, within: number, name: string): void {
    const hope: Hope = { check, name, within, cancel: () => {} };
    hope.cancel = this.#loop.in(within, () => {
      this.check(); // time alone may have made it true
      if (this.#hopes.includes(hope)) this.#giveUp(hope, `did not come true within ${within} s`);
    });
    this.#hopes.push(hope);
  }

  /** Whether something is still hoped for. */
  get pending(): boolean {
    return this.#hopes.length > 0;
  }

  /** A thread has run: looks at everything. */
  check(): void {
    if (this.#checking || (this.#always.length === 0 && this.#hopes.length === 0)) return;
    this.#checking = true;
    for (const { check, name } of this.#always) {
      const failure = failureOf(check);
      if (failure !== null) {
        this.#fail(new InvariantError(`${name} does not hold${says(failure.cause)}.`, name, failure));
        break;
      }
    }
    if (this.#hopes.length > 0) {
      this.#hopes = this.#hopes.filter((hope) => {
        const fulfilled = failureOf(hope.check) === null;
        if (fulfilled) hope.cancel();
        return !fulfilled;
      });
    }
    this.#checking = false;
  }

  /** Nothing will ever happen again. */
  noHope(): boolean {
    const [hope] = this.#hopes;
    if (hope === undefined) return false;
    this.#giveUp(hope, "never came true, and nothing is left that could happen");
    return true;
  }

  #giveUp(hope: Hope, what: string): void {
    this.#hopes = [];
    const failure = failureOf(hope.check) ?? {};
    this.#fail(new InvariantError(`${hope.name} ${what}${says(failure.cause)}.`, hope.name, failure));
  }
}

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
