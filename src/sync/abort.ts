/**
 * Abort signals, in and out.
 *
 * @module
 */

import { type Coroutine, defer, Event, scope, suspend, type Task, type Wait } from "../core/mod.ts";

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
  return suspend<unknown>((resume) => {
    if (signal.aborted) return resume(signal.reason);
    const abort = () => resume(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    return () => signal.removeEventListener("abort", abort);
  }, { what: "an abort signal" });
}

/**
 * Runs `task` until `signal` is aborted; then the task is killed, its clean-up is waited for, and the signal's
 * reason is thrown here. Results in the task's value.
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
  return scope(function* withSignal(scope): Coroutine<T> {
    signal.throwIfAborted();
    const watcher = scope.spawn(function* signalWatcher(): Coroutine<void> {
      throw yield aborted(signal);
    });
    try {
      return yield task;
    } finally {
      watcher.kill("what it could abort has ended");
    }
  });
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
