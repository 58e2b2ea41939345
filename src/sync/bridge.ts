/**
 * A bridge for code outside any thread: it performs events over it, and awaits them as promises.
 *
 * @module
 */

import { type Coroutine, type Event, type Scheduler, type Thread, ThreadKilledError } from "../core/mod.ts";

/**
 * Each event that crosses the bridge is waited for by a thread of its own, which says for itself what it
 * waits for. Between two events an open bridge holds the scheduler: threads may be waiting for what the
 * outside will do next, and that is no deadlock.
 */
export class Bridge {
  readonly #scheduler: Scheduler;
  readonly #pending = new Set<Thread>();
  #release: (() => void) | null = null;
  #open = true;

  constructor(scheduler: Scheduler) {
    this.#scheduler = scheduler;
    this.#hold();
  }

  /**
   * Performs `event`; the promise is rejected with `ThreadKilledError` if the run or the bridge ends first. A failure
   * closes the bridge.
   */
  perform<T>(event: Event<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (error: unknown) => {
        this.close();
        reject(error);
      };
      let settle = () =>
        fail(new ThreadKilledError("The run, or the bridge to it, has ended: nothing more comes."));
      const thread = this.#scheduler.spawn(function* outside(): Coroutine<void> {
        try {
          const value: T = yield event;
          settle = () => resolve(value);
        } catch (error) {
          settle = () => fail(error); // what fails outside does not fail the run
        }
      });
      // After the run's end it would be a run of its own, and its deadlock nobody's but the caller's.
      thread.result.catch(() => {});
      this.#pending.add(thread);
      this.#release?.();
      this.#release = null;
      thread.onEnd(() => {
        this.#pending.delete(thread);
        settle();
        this.#hold();
      });
    });
  }

  /** Closes the bridge: nothing is performed over it any more, and what is being performed is withdrawn. */
  close(): void {
    this.#open = false;
    this.#release?.();
    this.#release = null;
    for (const thread of this.#pending) thread.kill("the bridge was closed");
  }

  #hold(): void {
    if (this.#open && this.#pending.size === 0) this.#release ??= this.#scheduler.hold();
  }
}
