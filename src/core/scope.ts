/**
 * Scopes: every thread belongs to one, which hears of its failure and ends with the last of them. How one is
 * opened around a body is in `events/scope.ts`.
 *
 * @module
 */

import { stepInContext } from "./async_context.ts";
import {
  checkTarget,
  type Coroutine,
  coroutineFrom,
  type CoroutineFunction,
  type Named,
} from "./coroutine.ts";
import { asOne, ThreadKilledError } from "./errors.ts";
import type { Mark } from "./mark.ts";
import type { Scheduler } from "./scheduler.ts";
import { Thread } from "./thread.ts";

/** Is called with the errors of a scope's threads. Such an error then ends only its own thread. */
export type Supervisor = (error: unknown, thread: Thread) => void;

/** Scopes that are being killed. A kill of their threads adds the scopes inside, so that deep nesting needs no recursion. */
const doomed: Scope[] = [];

/** The threads that belong together. `scope` opens one; every run is one. */
export class Scope {
  /** @ignore */
  readonly scheduler: Scheduler;
  /** @ignore The thread that opened it, or `null` for a run. */
  readonly owner: Thread | null;
  /** @ignore What failed, first first. */
  readonly errors: unknown[] = [];
  /** @ignore Whether someone asked for the result of one of its threads. */
  observed = false;
  /** @ignore Is called with the error of each thread that fails in it. */
  supervise: Supervisor | undefined;
  /** @ignore Whether its body's value may have been handed over, so that a cancel must let it through. */
  keepsValue = false;
  /** The body's mark, while the body runs. */
  #body: Mark | null = null;
  #first: Thread | null = null;
  #last: Thread | null = null;
  #size = 0;
  /** For a supervised scope: the errors that a `join` of one of its threads threw into another. */
  #heard: WeakMap<Thread, unknown> | null = null;
  /** Why it is being killed, and the error to throw, which is made late, since most scopes that are killed are empty. */
  #reason: string | null = null;
  #cause: unknown = undefined;
  #killed: ThreadKilledError | null = null;
  #ended = false;
  #onEmpty: (() => void) | null = null;
  #atEnd: Set<() => void> | null = null;

  /** @ignore Scopes are made by `scope` and by runs. */
  constructor(scheduler: Scheduler, owner: Thread | null, supervise?: Supervisor) {
    this.scheduler = scheduler;
    this.owner = owner;
    this.supervise = supervise;
  }

  /** How many of its threads have not ended. */
  get size(): number {
    return this.#size;
  }

  /** Its threads that have not ended, in the order in which they were spawned. */
  get threads(): readonly Thread[] {
    const threads: Thread[] = [];
    for (let thread = this.#first; thread !== null; thread = thread.after) threads.push(thread);
    return threads;
  }

  /**
   * Spawns a thread that belongs to this scope, from any thread. One that is spawned while the scope is being
   * killed never runs; spawning into a scope that has ended is an error.
   */
  spawn<T>(coroutine: Coroutine<T>): Thread<T>;
  /** Spawns `fn(...args)`; the thread is named after `fn`. */
  spawn<A extends unknown[], T>(fn: CoroutineFunction<A, T>, ...args: A): Thread<T>;
  spawn<A extends unknown[], T>(target: Coroutine<T> | CoroutineFunction<A, T>, ...args: A): Thread<T> {
    checkTarget(target, "spawn");
    return this.start(coroutineFrom(target, args, "spawn"), typeof target === "function" ? target : "");
  }

  /** @ignore */
  start<T>(coroutine: Coroutine<T>, named: Named): Thread<T> {
    if (this.#ended) {
      throw new Error(
        "This scope has ended, so nothing can be spawned into it: open a new one with scope().",
      );
    }
    const thread = new Thread(this, coroutine, named);
    const member = thread as Thread;
    if (this.scheduler.capture !== null) stepInContext(member, this.scheduler.capture());
    member.before = this.#last;
    if (this.#last === null) this.#first = member;
    else this.#last.after = member;
    this.#last = member;
    this.#size++;
    this.scheduler.ready(member);
    if (this.#reason !== null) thread.cancel(null, this.#killError(this.#reason));
    return thread;
  }

  /**
   * Kills the scope: its threads, and its body if that still runs. A body that was cut short has no value, so
   * `scope(...)` throws `ThreadKilledError` then.
   */
  kill(reason = "its scope was killed"): void {
    this.#killAll(reason, undefined);
  }

  /** @ignore A thread failed, or something that belongs to the scope. */
  fail(error: unknown, thread: Thread | null): void {
    if (this.supervise !== undefined && thread !== null) {
      if (this.#heard?.has(thread) && error === this.#heard.get(thread)) return;
      try {
        return this.supervise(error, thread);
      } catch (thrown) {
        error = thrown;
      }
    }
    this.note(error);
    if (this.#reason !== null) return;
    const whose = thread === null
      ? "its scope failed"
      : `thread "${thread.name}" (#${thread.id}) of its scope failed`;
    this.#killAll(whose, error);
  }

  /** @ignore `thread` was thrown the error of `failed`, which it joined; if that ends it too, it is the same failure. */
  hear(thread: Thread, failed: Thread): void {
    if (this.supervise !== undefined) (this.#heard ??= new WeakMap()).set(thread, failed.failure);
  }

  /** @ignore Keeps `error` for the scope's end; the same one once. */
  note(error: unknown): void {
    if (!this.errors.includes(error)) this.errors.push(error);
  }

  /** @ignore The one error, or all of them in one. */
  get failure(): unknown {
    return asOne(this.errors, "ended the scope");
  }

  /** @ignore Whether it is being killed. */
  get cancelled(): boolean {
    return this.#reason !== null;
  }

  /** @ignore Whether `error` is what a body that was cut short by this scope's end throws. */
  isOwnKill(error: unknown): boolean {
    return this.#killed !== null && error === this.#killed;
  }

  #killAll(reason: string, cause: unknown): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#cause = cause;
    doomed.push(this);
    if (doomed.length > 1) return;
    try {
      for (const scope of doomed) scope.#killMembers();
    } finally {
      doomed.length = 0;
    }
  }

  #killMembers(): void {
    const reason = this.#reason!;
    if (this.#body !== null && !this.#body.disarmed) this.owner!.cancel(this.#body, this.#killError(reason));
    for (let thread = this.#first; thread !== null;) {
      const next = thread.after;
      thread.cancel(null, this.#killError(reason));
      thread = next;
    }
  }

  /** One error for all of them: making it costs more than the rest of a kill. */
  #killError(reason: string): ThreadKilledError {
    const options = this.#cause === undefined ? undefined : { cause: this.#cause };
    return this.#killed ??= new ThreadKilledError(`The thread was killed: ${reason}.`, options);
  }

  /** @ignore The body starts, under `mark`; or it has ended. */
  set body(mark: Mark | null) {
    this.#body = mark;
  }

  /** @ignore Whether it has ended, with the last of its threads. */
  get ended(): boolean {
    return this.#ended;
  }

  /** @ignore Ends the scope, which no thread is left in. */
  close(): void {
    this.#ended = true;
    if (this.#atEnd !== null) { for (const callback of this.#atEnd) callback(); }
  }

  /** @ignore Calls `callback` when the scope has ended; calling what it returns takes that back. */
  atEnd(callback: () => void): () => void {
    const callbacks = this.#atEnd ??= new Set();
    callbacks.add(callback);
    return () => void callbacks.delete(callback);
  }

  /** @ignore Ends the scope, and calls `callback`, as soon as no thread is left in it. */
  whenEmpty(callback: () => void): void {
    this.#onEmpty = callback;
  }

  /** @ignore */
  threadEnded(thread: Thread): void {
    const { before, after } = thread;
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    thread.before = thread.after = null;
    this.#size--;
    if (thread.state === "failed") this.fail(thread.failure, thread);
    if (this.#size === 0 && this.#onEmpty !== null) {
      const callback = this.#onEmpty;
      this.#onEmpty = null;
      this.close();
      callback();
    }
  }
}
