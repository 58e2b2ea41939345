/**
 * Starting a thread and waiting until it says that it is ready.
 *
 * @module
 */

import { type Coroutine, coroutineFrom, type CoroutineFunction, describe } from "../coroutine.ts";
import { Event, RUNS_COROUTINE, SUSPENDED } from "../event.ts";
import { Mark, type Outcome } from "../mark.ts";
import type { Scheduler } from "../scheduler.ts";
import type { Thread } from "../thread.ts";
import type { Wait } from "../wait.ts";
import { kill } from "./kill.ts";
import { shield } from "./shield.ts";
import { foreign } from "./thread_target.ts";

/** What {@linkcode start} results in. */
export interface Started<T> {
  /** What the thread was ready with. */
  readonly value: T;
  /** The thread, which goes on. */
  readonly thread: Thread;
}

/** A coroutine function that is told how to say that it is ready. */
type Starter<T> = CoroutineFunction<[ready: (value: T) => void], unknown>;

/** Waits until the thread is ready. Yielded once, by the thread that started it. */
class ReadyEvent<T> extends Event<T> {
  readonly #starter: Starter<T>;
  /** The thread, once it is started. */
  thread: Thread | null = null;
  #wait: Wait | null = null;
  /** Whether the thread was ready, or nobody waits for that any more. */
  #over = false;
  /** What the thread was ready with. */
  value: { readonly value: T } | null = null;
  /** What it failed with before it was ready. */
  failure: { readonly error: unknown } | null = null;
  /** Whether nobody is told of such a failure any more. */
  left = false;

  constructor(starter: Starter<T>) {
    super();
    this.#starter = starter;
  }

  override perform(wait: Wait): typeof SUSPENDED {
    this.#wait = wait;
    const thread = this.thread = wait.thread.innermost.start(this.#run(), this.#starter) as Thread;
    thread.onEnd(() => this.#ended());
    return SUSPENDED;
  }

  /** What fails before it is ready is thrown where that is waited for, and does not fail the thread. */
  *#run(): Coroutine<unknown> {
    try {
      return yield coroutineFrom(this.#starter, [this.#ready], "start");
    } catch (error) {
      if (this.value !== null || this.left || this.thread!.isCancelledBy(error)) throw error;
      this.failure = { error };
      return undefined;
    }
  }

  readonly #ready = (value: T): void => {
    if (this.#over || this.thread!.ended) return;
    this.#over = true;
    this.value = { value };
    this.#wait!.resume(value);
  };

  #ended(): void {
    if (this.#over) return;
    this.#over = true;
    this.#wait!.raise(this.#reason());
  }

  /** Why it was never ready. */
  #reason(): unknown {
    const thread = this.thread!;
    if (thread.state !== "done") return thread.failure;
    if (this.failure !== null) return this.failure.error;
    return new Error(`${thread} ended before it was ready: call what start() gives to its function.`);
  }

  override withdraw(): void {
    this.#over = true;
  }

  override describe(): string {
    return `${this.thread} to be ready`;
  }

  override get outside(): boolean {
    return false;
  }

  override get needs(): readonly Thread[] {
    return [this.thread!];
  }

  override sharedWith(scheduler: Scheduler): Iterable<Scheduler> {
    return foreign(this.thread!, scheduler);
  }
}

/** Stands on the waiting for a thread to be ready. */
class StartMark<T> extends Mark {
  readonly #ready: ReadyEvent<T>;

  constructor(ready: ReadyEvent<T>) {
    super();
    this.#ready = ready;
  }

  /** What the thread failed with while the waiting was cancelled is thrown where that ends, as errors of a scope are. */
  override leave(thread: Thread, outcome: Outcome): Outcome {
    const { failure } = this.#ready;
    this.#ready.left = true;
    if (failure === null || !outcome.ok && outcome.value === failure.error) return outcome;
    const aside = thread.cancellation!.setAside([failure.error], outcome, this.disarmed);
    return aside ?? { ok: false, value: failure.error };
  }
}

/** Starts a thread, and waits until it is ready. */
class StartEvent<T> extends Event<Started<T>> {
  readonly #starter: Starter<T>;

  constructor(starter: Starter<T>) {
    super();
    if (typeof starter !== "function") {
      throw new TypeError(`start() takes a function* that is given ready(value); got ${describe(starter)}.`);
    }
    this.#starter = starter;
  }

  override perform(wait: Wait): Started<T> {
    const ready = new ReadyEvent(this.#starter);
    return wait.enter(starting(ready), "start", new StartMark(ready)) as unknown as Started<T>;
  }

  override get unselectable(): string {
    return RUNS_COROUTINE;
  }
}

function* starting<T>(ready: ReadyEvent<T>): Coroutine<Started<T>> {
  try {
    const value: T = yield ready;
    return { value, thread: ready.thread! };
  } finally {
    // Where a kill was pending the thread was never started.
    const { thread } = ready;
    if (thread !== null && ready.value === null) yield shield(kill(thread, "it was not ready in time"));
  }
}

/**
 * Starts `fn(ready)` as a thread, as `spawn` does, and waits until it calls `ready(value)`: until a server listens, say.
 * Results in that `value` and the `thread`, which goes on.
 *
 * What the thread throws before it is ready is thrown here, and nowhere else; later, it fails its scope, as ever. If it
 * ends without having been ready, that is an `Error`. If the waiting is killed, so is the thread, and its clean-up is
 * waited for; what that throws is thrown where the kill ends. A second call of `ready` does nothing. (Trio's `nursery.start`.)
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * function* service(ready: (port: number) => void) {
 *   yield* bluelet.sleep(0.001); // finds a port
 *   ready(4915);
 *   yield* bluelet.sleep(Infinity); // serves
 * }
 * await bluelet.run(function* () {
 *   const { value: port, thread } = yield* bluelet.start(service);
 *   assertEquals(port, 4915);
 *   yield* bluelet.kill(thread);
 * }());
 * ```
 */
export function start<T>(fn: (ready: (value: T) => void) => Coroutine<unknown>): Event<Started<T>> {
  return new StartEvent(fn);
}
