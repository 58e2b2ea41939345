/**
 * Killing a thread, and waiting for its end.
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

/** Kills a thread and waits for its end. */
export class KillEvent extends Event<void> {
  readonly #target: ThreadTarget<unknown>;
  readonly #reason: string | undefined;

  /** Kills `target`. */
  constructor(target: ThreadTarget<unknown>, reason?: string) {
    super();
    checkThread(target, "kill");
    this.#target = target;
    this.#reason = reason;
  }

  /** The thread to kill. */
  get thread(): Thread {
    return threadFrom(this.#target);
  }

  /** @ignore */
  override perform(wait: Wait): undefined | typeof SUSPENDED {
    const target = this.thread;
    if (target.ended) return undefined;
    target.kill(this.#reason);
    // Its own kill is thrown at this very yield, or waits for a shield to fall.
    if (target === wait.thread) return target.cancelled ? SUSPENDED : undefined;
    if (target.ended || needs(target, wait.thread)) return undefined;
    const watcher = new KillWait(wait);
    wait.slot = watcher;
    target.watch(watcher);
    return SUSPENDED;
  }

  /** @ignore */
  override withdraw(wait: Wait): void {
    if (wait.slot !== undefined) this.thread.unwatch(wait.slot as Watcher);
  }

  /** @ignore */
  override describe(): string {
    return `the end of ${this.thread}, which it killed`;
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

/** Waits for the end of a thread that was killed. */
class KillWait implements Watcher {
  readonly #wait: Wait;

  constructor(wait: Wait) {
    this.#wait = wait;
  }

  ended(): void {
    this.#wait.resume();
  }

  blocked(target: Thread): void {
    if (!needs(target, this.#wait.thread)) return;
    target.unwatch(this);
    this.#wait.resume();
  }
}

/**
 * Whether `target` cannot end before `thread` has gone on. A thread that has a scope open ends after the threads in it; a
 * thread that waits for another one, or for something that it holds, ends after that one.
 */
function needs(target: Thread, thread: Thread): boolean {
  const needed = new Set([target]);
  for (const at of needed) { // the set grows meanwhile
    if (at === thread) return true;
    for (const next of at.event?.needs ?? []) needed.add(next);
    for (const scope of at.scopes) for (const inside of scope.threads) needed.add(inside);
  }
  return false;
}

/**
 * Kills a thread: `ThreadKilledError` is thrown where it waits, its `finally` blocks run, and this waits
 * until it has ended. Killing a thread that has ended does nothing; killing oneself throws at once.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * function* sleeper() {
 *   try {
 *     yield* bluelet.sleep(Infinity);
 *   } finally {
 *     yield* bluelet.sleep(0.001);
 *     log.push("cleaned up");
 *   }
 * }
 * await bluelet.run(function* () {
 *   const thread = yield* bluelet.spawn(sleeper);
 *   yield* bluelet.null();
 *   yield* bluelet.kill(thread, "no longer needed");
 *   log.push("killed");
 * }());
 * assertEquals(log, ["cleaned up", "killed"]);
 * ```
 */
// deno-lint-ignore no-explicit-any -- a thread or coroutine of whatever type
export function kill(thread: Thread<any> | Coroutine<any>, reason?: string): Event<void> {
  return new KillEvent(thread, reason);
}
