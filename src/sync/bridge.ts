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
   * Whose threads use what is bridged. Left out, those of the run that the calling thread is in; code outside any thread
   * has to say.
   */
  scheduler?: Scheduler;
}

/**
 * Each event that crosses the bridge is waited for by a thread of its own, which says for itself what it
 * waits for. As long as the bridge is open it holds the scheduler: threads may be waiting for what the outside will do
 * next, and that is no deadlock.
 */
export class Bridge {
  readonly #scheduler: Scheduler;
  /** The run that it leads to; `null` for whatever runs on the scheduler. */
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
   * first, unless `closed` says what it results in then. A failure closes the bridge.
   */
  perform<T>(event: Event<T>, ...closed: [] | [T]): Promise<T> {
    if (!this.#open) return Promise.reject(ended());
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        this.close();
        reject(error);
      };
      let settle = () => this.#open || closed.length === 0 ? fail(ended()) : resolve(closed[0]);
      // After the end of its run there may still be something to take from what is bridged.
      const target = this.#run === null || this.#run.ended ? this.#scheduler : this.#run;
      const thread = target.spawn(function* outside(): Coroutine<void> {
        try {
          const value: T = yield event;
          settle = () => resolve(value);
        } catch (error) {
          if (!isKill(error)) settle = () => fail(error); // what fails outside does not fail the run
        }
      }());
      // Where nothing else runs it would be a run of its own, and its deadlock nobody's but the caller's.
      thread.result.catch(() => {});
      this.#pending.add(thread);
      thread.onEnd(() => {
        this.#pending.delete(thread);
        settle();
      });
    });
  }

  /** Closes the bridge: nothing is performed over it any more, and what is being performed is withdrawn. */
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
