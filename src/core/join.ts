/**
 * Waiting for a thread's end: join, and kill, which sees to it.
 *
 * @module
 */

import { type Coroutine, describe, isCoroutine, threadOf } from "./coroutine.ts";
import { Event, SUSPENDED } from "./event.ts";
import { DrainedEvent } from "./open_scope.ts";
import { Thread } from "./thread.ts";

/** What `join` and `kill` take: a thread, or the coroutine that was spawned. */
type Target<T> = Thread<T> | Coroutine<T>;

/** Waits for a thread's value. */
export class JoinEvent<T> extends Event<T> {
  readonly #target: Target<T>;

  /** Waits for `target`. */
  constructor(target: Target<T>) {
    super();
    checkThread(target, "join");
    this.#target = target;
  }

  /** The thread to wait for. */
  get thread(): Thread<T> {
    return threadFrom(this.#target);
  }

  /** @ignore */
  override perform(thread: Thread): T | typeof SUSPENDED {
    const target = this.thread;
    if (target.ended) {
      hear(thread, target as Thread);
      return target.outcome();
    }
    if (target as Thread === thread) {
      throw new TypeError("A thread cannot join itself: it would wait for ever.");
    }
    (target as Thread).watch(thread);
    return SUSPENDED;
  }

  /** @ignore */
  override withdraw(thread: Thread): void {
    (this.thread as Thread).unwatch(thread);
  }

  /** @ignore */
  override targetEnded(waiting: Thread, target: Thread): void {
    hear(waiting, target);
    try {
      waiting.resume(target.outcome());
    } catch (error) {
      waiting.raise(error);
    }
  }

  /** @ignore */
  override describe(): string {
    return `the end of ${label(this.thread)}, which it joined`;
  }

  /** @ignore */
  override get outside(): boolean {
    return false;
  }
}

/** So that an error which a scope was told of is not reported again when it ends who joined, too. */
function hear(waiting: Thread, target: Thread): void {
  if (target.state === "failed" && target.scope === waiting.scope) target.scope.hear(waiting, target);
}

/** Kills a thread and waits for its end. */
export class KillEvent extends Event<void> {
  readonly #target: Target<unknown>;
  readonly #reason: string | undefined;

  /** Kills `target`. */
  constructor(target: Target<unknown>, reason?: string) {
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
  override perform(thread: Thread): undefined | typeof SUSPENDED {
    const target = this.thread;
    if (target.ended) return undefined;
    target.kill(this.#reason);
    // Its own kill is thrown at this very yield, or waits for a shield to fall.
    if (target === thread) return thread.cancellation!.next(true) === null ? undefined : SUSPENDED;
    if (waitsFor(target, thread)) return undefined;
    target.watch(thread);
    return SUSPENDED;
  }

  /** @ignore */
  override withdraw(thread: Thread): void {
    this.thread.unwatch(thread);
  }

  /** @ignore */
  override targetEnded(waiting: Thread): void {
    waiting.resume();
  }

  /** @ignore */
  override describe(): string {
    return `the end of ${label(this.thread)}, which it killed`;
  }

  /** @ignore */
  override get outside(): boolean {
    return false;
  }
}

function checkThread(target: Target<unknown>, verb: string): void {
  if (!(target instanceof Thread) && !isCoroutine(target)) {
    throw new TypeError(
      `${verb}() takes a thread, or the coroutine that was spawned; got ${describe(target)}.`,
    );
  }
}

/** The thread that `target` is, or that it was spawned as. */
function threadFrom<T>(target: Target<T>): Thread<T> {
  if (target instanceof Thread) return target;
  const thread = threadOf(target);
  if (thread === undefined) {
    throw new TypeError("This coroutine is no thread, so it has no end to wait for: spawn it first.");
  }
  return thread as Thread<T>;
}

function label({ name, id }: { name: string; id: number }): string {
  return `thread "${name}" (#${id})`;
}

/** Whether `waiting` waits for the end of `thread`, if need be by way of others, as two that kill each other do. */
function waitsFor(waiting: Thread, thread: Thread): boolean {
  const seen = new Set<Thread>();
  for (let at = waiting; !seen.has(at);) {
    seen.add(at);
    const { event } = at;
    if (event instanceof JoinEvent || event instanceof KillEvent) {
      at = event.thread;
      if (at === thread) return true;
    } else if (event instanceof DrainedEvent) {
      for (let scope = thread.scope;;) {
        if (scope === event.scope) return true;
        if (scope.owner === null) return false;
        scope = scope.owner.scope;
      }
    } else return false;
  }
  return false;
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
