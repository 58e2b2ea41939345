/**
 * Abort signals: waiting for one, stopping a task by one, making one.
 *
 * @module
 */

import {
  checkTask,
  type Coroutine,
  defer,
  describe,
  Event,
  Mark,
  type Outcome,
  RUNS_COROUTINE,
  suspend,
  type Task,
  type Thread,
  ThreadKilledError,
  type Wait,
} from "../core/mod.ts";

/**
 * Waits until `signal` is aborted; results in its reason.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const controller = new AbortController();
 * setTimeout(() => controller.abort("enough"), 1);
 * const got = await bluelet.run(function* () {
 *   return yield* bluelet.select({ stop: bluelet.aborted(controller.signal), late: bluelet.sleep(5) });
 * }());
 * assertEquals(got, { case: "stop", value: "enough" });
 * ```
 */
export function aborted(signal: AbortSignal): Event<unknown> {
  checkSignal(signal, "aborted");
  return suspend<unknown>((resume) => {
    if (signal.aborted) return resume(signal.reason);
    const abort = () => resume(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    return () => signal.removeEventListener("abort", abort);
  }, { what: "an abort signal" });
}

function checkSignal(signal: unknown, caller: string): void {
  if (!(signal instanceof AbortSignal)) {
    throw new TypeError(`${caller}() takes an AbortSignal; got ${describe(signal)}.`);
  }
}

/** The mark on a task, which cancels it when a signal is aborted. */
class Abortable extends Mark {
  readonly #signal: AbortSignal;
  readonly #abort: () => void;
  /** Releases the scheduler, which is held because the signal may end the task's wait: it is no deadlock. */
  readonly #release: () => void;

  constructor(signal: AbortSignal, thread: Thread) {
    super();
    this.#signal = signal;
    this.#abort = () =>
      thread.cancel(this, new ThreadKilledError("The task was killed: its signal was aborted."));
    signal.addEventListener("abort", this.#abort, { once: true });
    this.#release = thread.scheduler.hold();
  }

  override leave(_thread: Thread, outcome: Outcome, cancel: { readonly error: unknown } | null): Outcome {
    this.#signal.removeEventListener("abort", this.#abort);
    this.#release();
    if (outcome.ok || cancel === null || outcome.value !== cancel.error) return outcome;
    return { ok: false, value: this.#signal.reason };
  }
}

class WithSignalEvent<T> extends Event<T> {
  readonly #signal: AbortSignal;
  readonly #task: Task<T>;

  constructor(signal: AbortSignal, task: Task<T>) {
    super();
    checkSignal(signal, "withSignal");
    checkTask(task, "withSignal");
    this.#signal = signal;
    this.#task = task;
  }

  override perform(wait: Wait): T {
    this.#signal.throwIfAborted();
    return wait.enter(running(this.#task), "withSignal", new Abortable(this.#signal, wait.thread)) as T;
  }

  override get unselectable(): string {
    return RUNS_COROUTINE;
  }
}

function* running<T>(task: Task<T>): Coroutine<T> {
  return yield task;
}

/**
 * Runs `task` until `signal` is aborted; then the task is killed, its clean-up is waited for, and the signal's
 * reason is thrown here. Results in the task's value. If the signal was aborted before, the task does not begin.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertRejects } from "@std/assert";
 *
 * await assertRejects(
 *   () =>
 *     bluelet.run(function* () {
 *       yield* bluelet.withSignal(AbortSignal.timeout(1), bluelet.sleep(60));
 *     }()),
 *   DOMException,
 *  "timeout",
 * );
 * ```
 */
export function withSignal<T>(signal: AbortSignal, task: Task<T>): Event<T> {
  return new WithSignalEvent(signal, task);
}

class AbortSignalEvent extends Event<AbortSignal> {
  override perform(wait: Wait): AbortSignal {
    const controller = new AbortController();
    const end = () =>
      controller.abort(new DOMException("The coroutine that it belonged to has ended.", "AbortError"));
    defer(end).perform(wait);
    return controller.signal;
  }

  override get unselectable(): string {
    return "makes a signal for the current coroutine: yield it on its own";
  }
}

/**
 * An `AbortSignal` for code outside, which is aborted when the current coroutine ends, however it ends. For a single
 * call, `promise((signal) => ...)` makes one as well.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * let signal: AbortSignal | undefined;
 * await bluelet.run(function* () {
 *   signal = yield* bluelet.abortSignal();
 *   assertEquals(signal.aborted, false);
 * }());
 * assertEquals(signal?.aborted, true);
 * ```
 */
export function abortSignal(): Event<AbortSignal> {
  return new AbortSignalEvent();
}
