/**
 * Waiting for a thread's value.
 *
 * @module
 */

import type { Coroutine } from "../coroutine.ts";
import { Event, SUSPENDED } from "../event.ts";
import type { Scheduler } from "../scheduler.ts";
import type { Thread } from "../thread.ts";
import type { Wait } from "../wait.ts";
import type { Watcher } from "../watchers.ts";
import { checkThread, foreign, threadFrom, type ThreadTarget } from "./thread_target.ts";

/** Ends one wait for a thread. */
class Joining implements Watcher {
  readonly #wait: Wait;

  constructor(wait: Wait) {
    this.#wait = wait;
  }

  ended(thread: Thread): void {
    thread.endWait(this.#wait);
  }
}

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
    const joining = new Joining(wait);
    wait.slot = joining;
    target.watch(joining);
    return SUSPENDED;
  }

  /** @ignore */
  override withdraw(wait: Wait): void {
    this.thread.unwatch(wait.slot as Joining);
  }

  /** @ignore */
  override describe(): string {
    return `the end of ${this.thread}, which it joined`;
  }

  /** @ignore */
  override get outside(): boolean {
    return false;
  }

  /** @ignore */
  override get needs(): readonly Thread[] {
    return [this.thread as Thread];
  }

  /** @ignore */
  override sharedWith(scheduler: Scheduler): Iterable<Scheduler> {
    return foreign(this.thread as Thread, scheduler);
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
