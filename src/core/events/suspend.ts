/**
 * Waiting for anything that calls back.
 *
 * @module
 */

import { describe } from "../coroutine.ts";
import { Event, SUSPENDED } from "../event.ts";
import type { Wait } from "../wait.ts";
import { Callbacks } from "./callbacks.ts";

/** Options for {@linkcode suspend}. */
export interface SuspendOptions {
  /** What the thread waits for, in words, for deadlock reports. */
  what?: string;
  /** Whether the outside calls back; `false` if only other threads of the run do. Default `true`. */
  outside?: boolean;
}

/** How {@linkcode suspend} is set up. It may return what takes the wait back when the thread is killed. */
export type SuspendSetup<T> = (
  resume: (value: T) => void,
  raise: (error: unknown) => void,
) => (() => void) | void;

/** Waits until one of two callbacks is called. */
export class SuspendEvent<T> extends Event<T> {
  readonly #setup: SuspendSetup<T>;
  readonly #what: string;
  readonly #outside: boolean;

  /** Waits for what `setup` arranges. */
  constructor(setup: SuspendSetup<T>, options: SuspendOptions = {}) {
    super();
    if (typeof setup !== "function") {
      throw new TypeError(`suspend() takes a function (resume, raise) => cancel; got ${describe(setup)}.`);
    }
    this.#setup = setup;
    this.#what = options.what ?? "a callback";
    this.#outside = options.outside ?? true;
  }

  /** @ignore */
  override perform(wait: Wait): typeof SUSPENDED {
    const callbacks = new Callbacks(wait);
    // `setup` may end the wait, or kill its own thread, before it has returned.
    const note: { cancel: (() => void) | void } = { cancel: undefined };
    wait.slot = () => {
      callbacks.end();
      note.cancel?.();
    };
    try {
      const cancel = this.#setup(callbacks.resume, callbacks.raise);
      if (typeof cancel === "function") note.cancel = cancel;
    } catch (error) {
      callbacks.end();
      throw error;
    }
    wait.scheduler.spend();
    return SUSPENDED;
  }

  /** @ignore */
  override withdraw(wait: Wait): void {
    (wait.slot as () => void)();
  }

  /** @ignore */
  override describe(): string {
    return this.#what;
  }

  /** @ignore */
  override get outside(): boolean {
    return this.#outside;
  }
}

/**
 * Waits for a callback. `setup` is called at each yield with `resume` and `raise`; what it returns is
 * called if the thread is killed while it waits. Calling back twice, or too late, does nothing.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const later = (ms: number) =>
 *   bluelet.suspend<string>((resume) => {
 *     const id = setTimeout(() => resume("later"), ms);
 *     return () => clearTimeout(id);
 *   }, { what: "a timer of the host" });
 *
 * const value = await bluelet.run(function* () {
 *   return yield* later(1);
 * }());
 * assertEquals(value, "later");
 * ```
 */
export function suspend<T>(setup: SuspendSetup<T>, options?: SuspendOptions): Event<T> {
  return new SuspendEvent(setup, options);
}
