/**
 * Waiting for a thread's value.
 *
 * @module
 */

import type { Coroutine } from "../coroutine.ts";
import { Event, SUSPENDED } from "../event.ts";
import type { Thread } from "../thread.ts";
import type { Wait } from "../wait.ts";
import { checkThread, threadFrom, type ThreadTarget } from "./thread_target.ts";

/** Waits for a thread's value. */
export class JoinEvent<T> extends Event<T> {
  readonly #target: ThreadTarget<T>;

  /** Waits for `target`. */
  constructor(target: ThreadTarget<T>) {
    super();
    checkThread(target, "join");
    this.#target = target;
  }

  /** The thread to wait for. */
  get thread(): Thread<T> {
    return threadFrom(this.#target);
  }

  /** @ignore */
  override perform(wait: Wait): T | typeof SUSPENDED {
    const target = this.thread;
    if (target.ended) return target.outcome(wait.thread);
    if (target as Thread === wait.thread) {
      throw new TypeError("A thread cannot join itself: it would wait for ever.");
    }
    wait.slot = target.onEnd(() => {
      let value: T;
      try {
        value = target.outcome(wait.thread);
      } catch (error) {
        return wait.raise(error);
      }
      wait.resume(value);
    });
    return SUSPENDED;
  }

  /** @ignore */
  override withdraw(wait: Wait): void {
    (wait.slot as () => void)();
  }

  /** @ignore */
  override describe(): string {
    return `the end of ${this.thread}, which it joined`;
  }

  /** @ignore */
  override get outside(): boolean {
    return false;
  }
}

/**
 * Waits until a thread has ended and results in its value; its error is thrown here, and of a thread that
 * was killed `ThreadKilledError`. Takes the thread, or the coroutine that was spawned.
 *
 * Throws `TypeError` for the thread itself and for a coroutine that is no thread.
 */
export function join<T>(thread: Thread<T> | Coroutine<T>): Event<T> {
  return new JoinEvent(thread);
}
