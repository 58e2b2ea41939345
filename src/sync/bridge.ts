/**
 * A bridge for code outside any thread: it performs events over it, and awaits them as promises.
 *
 * @module
 */

import {
  type Coroutine,
  current,
  type Event,
  isKill,
  type Scheduler,
  type Scope,
  type Thread,
  ThreadKilledError,
} from "../core/mod.ts";

/** Options for a bridge. */
export interface BridgeOptions {
  /**
   * The scheduler whose threads are at the other end. Left out, the bridge leads to the run of the calling thread; code
   * outside any thread must give a scheduler.
   */
  scheduler?: Scheduler;
}

/**
 * Each event that crosses the bridge is waited for by a thread of its own, so that reports show what it waits for. While
 * the bridge is open, it holds the scheduler: threads may be waiting for something that the outside is going to do, and
 * that is no deadlock.
 */
export class Bridge {
  readonly #scheduler: Scheduler;
  /** The run that it leads to; `null` if a scheduler was given. */
  readonly #run: Scope | null;
  readonly #release: () => void;
  /** Stops watching for the end of the run. */
  readonly #unwatch: (() => void) | undefined;
  readonly #pending = new Set<Thread>();
  #open = true;

  /** Opens a bridge to the run that the calling thread is in, or to what runs on the given scheduler. */
  constructor({ scheduler }: BridgeOptions) {
    this.#run = scheduler === undefined ? current().run : null;
    this.#scheduler = scheduler ?? current().scheduler;
    this.#release = this.#scheduler.hold();
    this.#unwatch = this.#run?.atEnd(this.#release);
  }

  /** Whether it has not been closed. */
  get open(): boolean {
    return this.#open;
  }

  /**
   * Performs `event`. The promise is rejected with `ThreadKilledError` if the run ends first, and if the bridge is closed
   * first, unless `closed` gives a value for that case. A failure closes the bridge.
   */
  perform<T>(event: Event<T>, ...closed: [] | [T]): Promise<T> {
    if (!this.#open) return Promise.reject(ended());
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        this.close();
        reject(error);
      };
      let settle = () => this.#open || closed.length === 0 ? fail(ended()) : resolve(closed[0]);
      // After the end of its run, a channel may still have values to take.
      const target = this.#run === null || this.#run.ended ? this.#scheduler : this.#run;
      const thread = target.spawn(function* outside(): Coroutine<void> {
        try {
          const value: T = yield event;
          settle = () => resolve(value);
        } catch (error) {
          if (!isKill(error)) settle = () => fail(error); // a failure of the outside does not fail the run
        }
      }());
      // If nothing else runs, this thread is a run of its own, and only the caller is told of its deadlock.
      thread.result.catch(() => {});
      this.#pending.add(thread);
      thread.onEnd(() => {
        this.#pending.delete(thread);
        settle();
      });
    });
  }

  /** Closes the bridge: it performs no more events, and those that are being performed are withdrawn. */
  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#release();
    this.#unwatch?.();
    for (const thread of this.#pending) thread.kill("the bridge was closed");
  }
}

function ended(): ThreadKilledError {
  return new ThreadKilledError("The run, or the bridge to it, has ended: nothing more comes.");
}
