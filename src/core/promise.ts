/**
 * Waiting for promises, and for anything that calls back.
 *
 * @module
 */

import { describe } from "./coroutine.ts";
import { Event, SUSPENDED } from "./event.ts";
import type { Thread } from "./thread.ts";

/** Where an {@linkcode promise} comes from: itself, or a function that starts it and can be told to abort. */
export type PromiseSource<T> = PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>);

/** One thread's wait for callbacks: dead once it is over, so that late ones do nothing. */
class Wait {
  #thread: Thread | null;

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  /** Ends the wait; the thread that waited, or `null` if it was over. */
  end(): Thread | null {
    const thread = this.#thread;
    this.#thread = null;
    return thread;
  }
}

/** Waits for a promise. */
export class PromiseEvent<T> extends Event<T> {
  readonly #source: PromiseSource<T>;

  /** Waits for `source`, or for the promise that it makes. */
  constructor(source: PromiseSource<T>) {
    super();
    if (typeof source !== "function" && typeof source?.then !== "function") {
      throw new TypeError(
        `promise() takes a promise, or a function that is given an AbortSignal and returns one; got ${
          describe(source)
        }.`,
      );
    }
    this.#source = source;
  }

  /** @ignore */
  override perform(thread: Thread): typeof SUSPENDED {
    thread.scheduler.host.promised?.();
    const wait = new Wait(thread);
    const source = this.#source;
    let promise: PromiseLike<T>;
    if (typeof source === "function") {
      const controller = new AbortController();
      thread.slot = {
        end: () => (wait.end(), controller.abort(new DOMException("The thread was killed.", "AbortError"))),
      };
      promise = source(controller.signal);
      if (typeof promise?.then !== "function") {
        throw new TypeError(
          `promise() was given a function that returned no promise, but ${describe(promise)}.`,
        );
      }
    } else {
      thread.slot = wait;
      promise = source;
    }
    promise.then((value) => wait.end()?.resume(value), (error) => wait.end()?.raise(error));
    thread.scheduler.spend();
    return SUSPENDED;
  }

  /** @ignore */
  override withdraw(thread: Thread): void {
    (thread.slot as { end(): void }).end();
  }

  /** @ignore */
  override describe(): string {
    return "a promise";
  }
}

/** What {@linkcode suspend} is told besides its setup. */
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
  override perform(thread: Thread): typeof SUSPENDED {
    const wait = new Wait(thread);
    const note: { end: () => void } = { end: () => wait.end() };
    thread.slot = note;
    let cancel;
    try {
      cancel = this.#setup((value) => wait.end()?.resume(value), (error) => wait.end()?.raise(error));
    } catch (error) {
      wait.end();
      throw error;
    }
    if (typeof cancel === "function") note.end = () => (wait.end(), cancel());
    thread.scheduler.spend();
    return SUSPENDED;
  }

  /** @ignore */
  override withdraw(thread: Thread): void {
    (thread.slot as { end(): void }).end();
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
 * Waits for a promise: its value, or its error thrown at the yield. `yield aPromise` means the same.
 *
 * Given a function, it calls that with an `AbortSignal`, which is aborted if the thread is killed.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const answer = await bluelet.run(function* () {
 *   return yield* bluelet.promise(Promise.resolve(42));
 * }());
 * assertEquals(answer, 42);
 * ```
 */
export function promise<T>(source: PromiseSource<T>): Event<T> {
  return new PromiseEvent(source);
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
