/**
 * An event is what a thread yields: a description of something to wait for.
 *
 * The scheduler calls {@linkcode Event.perform}; everything that a thread can wait for, in this library
 * and in yours, is a subclass that fills in three methods.
 *
 * @module
 */

import type { Scheduler } from "./scheduler.ts";
import type { Thread } from "./thread.ts";
import type { Wait } from "./wait.ts";

/** What {@linkcode Event.perform} returns when the thread has to wait. */
export const SUSPENDED: unique symbol = Symbol("bluelet.suspended");

const NOBODY: readonly Thread[] = [];

/** What `unselectable` says of the events that enter a coroutine. */
export const RUNS_COROUTINE = "runs a coroutine: spawn that, and select the join() of its thread";

/**
 * Something a thread waits for, which results in a `T`.
 *
 * `perform` returns the result, throws, or arranges for `wait.resume(value)` or `wait.raise(error)` to be
 * called later and returns {@linkcode SUSPENDED}; then `withdraw` takes that back. One event may be yielded any
 * number of times, by several threads at once, so what belongs to one wait is kept in `wait.slot`, not in the event.
 *
 * @example An event of one's own
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * class Aborted extends bluelet.Event<string> {
 *   readonly #signal: AbortSignal;
 *
 *   constructor(signal: AbortSignal) {
 *     super();
 *     this.#signal = signal;
 *   }
 *
 *   override perform(wait: bluelet.Wait) {
 *     if (this.#signal.aborted) return String(this.#signal.reason);
 *     const listener = () => wait.resume(String(this.#signal.reason));
 *     this.#signal.addEventListener("abort", listener);
 *     wait.slot = listener;
 *     return bluelet.SUSPENDED;
 *   }
 *
 *   override withdraw(wait: bluelet.Wait) {
 *     this.#signal.removeEventListener("abort", wait.slot as () => void);
 *   }
 *
 *   override describe() {
 *     return "an abort signal";
 *   }
 * }
 *
 * const controller = new AbortController();
 * setTimeout(() => controller.abort("enough"), 1);
 * const reason = await bluelet.run(function* () {
 *   return yield* new Aborted(controller.signal);
 * }());
 * assertEquals(reason, "enough");
 * ```
 */
export abstract class Event<T = unknown> {
  /**
   * Starts the event for `wait`: its result, or `SUSPENDED` if that comes later. (The type says `symbol`, to
   * which TypeScript widens `SUSPENDED` where a method's return type is left out.)
   */
  abstract perform(wait: Wait): T | symbol;

  /**
   * Takes back what `perform` arranged, because the thread was killed while it waited, or another case of its
   * `select` happened: after this, nothing may resume that wait, and nothing may be lost (what would have been
   * handed over goes to the next).
   */
  withdraw(_wait: Wait): void {}

  /** What a thread that yielded this waits for, in words, for deadlock reports and dumps. */
  describe(): string {
    return this.constructor.name;
  }

  /** Whether something outside the scheduler completes it; a wait inside can be a deadlock. */
  get outside(): boolean {
    return true;
  }

  /**
   * The schedulers, other than `scheduler`, whose threads may end a wait for this event. While one of them has threads, a
   * wait of a thread of `scheduler` for the event is no deadlock.
   */
  sharedWith(_scheduler: Scheduler): Iterable<Scheduler> {
    return [];
  }

  /**
   * The threads that have to go on before it can happen, such as the owner of a lock. A kill does not wait for a thread
   * that needs its killer.
   */
  get needs(): readonly Thread[] {
    return NOBODY;
  }

  /**
   * Whether its completion hands something over to the thread. Then a kill that comes between the completion and the
   * thread's next step lets the result through, and is thrown at the next yield.
   */
  get handsOver(): boolean {
    return true;
  }

  /** Whether it is performed even by a thread with a kill pending, as `defer` is. */
  get evenIfKilled(): boolean {
    return false;
  }

  /**
   * Why it cannot be a case of `select`, in words; `null` if it can. An event that enters a coroutine, or that
   * belongs to the current one, says so here.
   */
  get unselectable(): string | null {
    return null;
  }

  /** Lets `yield* event` have the type of the event's result. */
  [Symbol.iterator](): Iterator<Event<T>, T, unknown> {
    return new EventIterator<T>(this);
  }
}

/** Whether `yielded` is an event that a thread performs even with a kill pending. */
export function isEvenIfKilled(yielded: unknown): yielded is Event {
  return yielded instanceof Event && yielded.evenIfKilled;
}

/**
 * Yields its event once, then returns what came back. The object is its own iterator result: a `yield*`
 * costs one allocation, not three.
 */
class EventIterator<T> {
  done = false;
  value: unknown;
  #started = false;

  constructor(event: Event<T>) {
    this.value = event;
  }

  next(result: unknown): IteratorResult<Event<T>, T> {
    if (this.#started) {
      this.done = true;
      this.value = result;
    } else {
      this.#started = true;
    }
    return this as unknown as IteratorResult<Event<T>, T>;
  }

  /** Without this, JavaScript would turn a kill under `yield*` into a TypeError. */
  throw(error: unknown): never {
    throw error;
  }

  return(result: unknown): IteratorResult<Event<T>, T> {
    this.done = true;
    this.value = result;
    return this as unknown as IteratorResult<Event<T>, T>;
  }
}
