/**
 * Bridges for code outside any thread: it calls coroutines, or performs events, and awaits them as promises.
 *
 * @module
 */

import {
  call,
  type Coroutine,
  current,
  type Event,
  isKill,
  type Scheduler,
  type Scope,
  type Thread,
  ThreadKilledError,
} from "../core/mod.ts";

/** Options for a bridge to a channel or a connection. */
export interface BridgeOptions {
  /**
   * The scheduler whose threads are at the other end. Left out, the bridge leads to the run of the calling thread; code
   * outside any thread must give a scheduler.
   */
  scheduler?: Scheduler;
}

/** How what crossed the bridge ended; `null` if it was killed, or never ran. */
type Ended<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: unknown }
  | null;

/**
 * What crosses the bridge is run by a thread of its own, which says for itself what it waits for. As long as the bridge is
 * open it holds the scheduler: threads may be waiting for what the outside will do next, and that is no deadlock.
 */
export class Bridge {
  readonly #scheduler: Scheduler;
  /** Where its threads belong; `null` for whatever runs on the scheduler. */
  readonly #scope: Scope | null;
  readonly #release: () => void;
  /** Stops watching for the end of the scope. */
  readonly #unwatch: (() => void) | undefined;
  /** Is called when the bridge is closed. */
  onClose: () => void = () => {};
  /** What is being performed. */
  readonly #pending = new Set<Thread>();
  #open = true;

  /** Opens a bridge to `scope`: left out, to the run that the calling thread is in, or to what runs on the given scheduler. */
  constructor({ scheduler }: BridgeOptions, scope = scheduler === undefined ? current().run : null) {
    this.#scope = scope;
    this.#scheduler = scheduler ?? scope!.scheduler;
    this.#release = this.#scheduler.hold();
    this.#unwatch = scope?.atEnd(this.#release);
  }

  /** Whether it has not been closed. */
  get open(): boolean {
    return this.#open;
  }

  /** Whether its scope has ended, so that no thread can belong there any more. */
  get ended(): boolean {
    return this.#scope?.ended ?? false;
  }

  /** Runs `fn(...args)` in a thread, which is named after `fn`; `settle` is told how that ended. */
  cross<A extends unknown[], T>(
    fn: (...args: A) => Coroutine<T>,
    args: A,
    settle: (ended: Ended<T>) => void,
  ): Thread {
    let ended: Ended<T> = null;
    const crossing = function* (): Coroutine<void> {
      try {
        ended = { ok: true, value: yield call(fn, ...args) };
      } catch (error) {
        if (isKill(error)) throw error;
        ended = { ok: false, error }; // what fails outside does not fail the run
      }
    };
    Object.defineProperty(crossing, "name", { value: fn.name });
    // After the end of its scope there may still be something to take from what is bridged.
    const target = this.#scope === null || this.ended ? this.#scheduler : this.#scope;
    const thread = target.spawn(crossing) as Thread;
    // Where nothing else runs it would be a run of its own, and its deadlock nobody's but the caller's.
    thread.result.catch(() => {});
    thread.onEnd(() => settle(ended));
    return thread;
  }

  /**
   * Performs `event`. The promise is rejected with `ThreadKilledError` if the run ends first, and if the bridge is closed
   * first, unless `closed` gives a value for that case. A failure closes the bridge.
   */
  perform<T>(event: Event<T>, ...closed: [] | [T]): Promise<T> {
    if (!this.#open) return Promise.reject(gone());
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        this.close();
        reject(error);
      };
      const thread = this.cross(outside<T>, [event], (ended) => {
        this.#pending.delete(thread);
        if (ended?.ok) resolve(ended.value);
        else if (ended !== null) fail(ended.error);
        else if (this.#open || closed.length === 0) fail(gone());
        else resolve(closed[0]);
      });
      this.#pending.add(thread);
    });
  }

  /** Closes the bridge: nothing crosses it any more, and events that are being performed are withdrawn. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#release();
    this.#unwatch?.();
    this.onClose();
    for (const thread of this.#pending) thread.kill("the bridge was closed");
  }
}

function* outside<T>(event: Event<T>): Coroutine<T> {
  return yield event;
}

/** What is thrown to who comes too late. */
export function gone(): ThreadKilledError {
  return new ThreadKilledError("The run, or the bridge to it, has ended: nothing more comes.");
}
