/**
 * Scopes: every thread belongs to one, and a scope ends when its body and all its threads have.
 *
 * @module
 */

import {
  checkTarget,
  type Coroutine,
  coroutineFrom,
  type CoroutineFunction,
  describe,
  isCoroutine,
  type Named,
} from "./coroutine.ts";
import { ThreadKilledError } from "./errors.ts";
import { Event, SUSPENDED } from "./event.ts";
import { Mark, type Outcome, Shield } from "./mark.ts";
import type { Scheduler } from "./scheduler.ts";
import { Thread } from "./thread.ts";

/** Is told of the errors of a scope's threads, which then end nothing but their threads. */
export type Supervisor = (error: unknown, thread: Thread) => void;

/** What {@linkcode scope} may be told. */
export interface ScopeOptions {
  /** Is told of each thread that fails, and the scope goes on. Without it, the first failure ends the scope. */
  supervise?: Supervisor;
}

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
  readonly #supervise: Supervisor | undefined;
  /** The body's mark, while the body runs. */
  #body: Mark | null = null;
  #first: Thread | null = null;
  #last: Thread | null = null;
  #size = 0;
  /** Why it is being killed, and what that throws: seldom needed, as most scopes that are killed are empty. */
  #reason: string | null = null;
  #cause: unknown = undefined;
  #killed: ThreadKilledError | null = null;
  #ended = false;
  #onEmpty: (() => void) | null = null;

  /** @ignore Scopes are made by `scope` and by runs. */
  constructor(scheduler: Scheduler, owner: Thread | null, supervise?: Supervisor) {
    this.scheduler = scheduler;
    this.owner = owner;
    this.#supervise = supervise;
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
   * Spawns a thread that belongs to this scope, whoever calls. One that is spawned while the scope is being
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
    if (this.#supervise !== undefined && thread !== null) {
      if (error === thread.heard && error !== undefined) return;
      try {
        return this.#supervise(error, thread);
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

  /** @ignore Keeps `error` for the scope's end; the same one once. */
  note(error: unknown): void {
    if (!this.errors.includes(error)) this.errors.push(error);
  }

  /** @ignore The one error, or all of them in one. */
  get failure(): unknown {
    if (this.errors.length === 1) return this.errors[0];
    const messages = this.errors.map((error) => error instanceof Error ? error.message : String(error));
    return new AggregateError(
      this.errors,
      `${this.errors.length} errors ended the scope: ${messages.join("; ")}`,
    );
  }

  /** @ignore Whether `error` is what a body that was cut short by this scope's end throws. */
  isOwnKill(error: unknown): boolean {
    return this.#killed !== null && error === this.#killed;
  }

  #killAll(reason: string, cause: unknown): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#cause = cause;
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

  /** @ignore Ends the scope, which no thread is left in. */
  close(): void {
    this.#ended = true;
  }

  /** @ignore Ends the scope, and calls `callback`, as soon as no thread is left in it. */
  whenEmpty(callback: () => void): void {
    this.#onEmpty = callback;
  }

  /** @ignore */
  threadEnded(thread: Thread, failed: boolean): void {
    const { before, after } = thread;
    if (before === null) this.#first = after;
    else before.after = after;
    if (after === null) this.#last = before;
    else after.before = before;
    thread.before = thread.after = null;
    this.#size--;
    if (failed) this.fail(thread.failure, thread);
    if (this.#size === 0 && this.#onEmpty !== null) {
      const callback = this.#onEmpty;
      this.#onEmpty = null;
      this.close();
      callback();
    }
  }
}

/** Stands on the body of a scope. */
class Body extends Mark {
  /** @ignore */
  override readonly scope: Scope;
  readonly #outer: Scope;

  constructor(scope: Scope, outer: Scope) {
    super();
    this.scope = scope;
    this.#outer = outer;
  }

  /** @ignore */
  override leave(thread: Thread, outcome: Outcome): Outcome | Coroutine<unknown> {
    const { scope } = this;
    scope.body = null;
    thread.innermost = this.#outer;
    if (!outcome.ok) {
      // First first: a thread's error that ended the body is there already.
      const cut = scope.isOwnKill(outcome.value) || thread.isCancel(outcome.value);
      if (!cut) scope.note(outcome.value);
      scope.kill("the body of its scope ended");
    }
    if (scope.size === 0) {
      scope.close();
      return settled(scope, outcome);
    }
    // A cancel that let the body's last result through would be thrown now: it is not told of the drain again.
    const drained = new Drain(scope, thread.cancellation!.next(true) !== null);
    thread.mark(drained);
    return drain(scope, outcome);
  }

  /** The thread is cancelled from further out, and all that is open in it with it. */
  override disarm(thread: Thread): void {
    super.disarm(thread);
    this.scope.kill(CANCELLED);
  }
}

const CANCELLED = "the thread that opened its scope was cancelled";

/** Stands while a scope waits for its threads: a cancel from outside kills them, and waits too. */
class Drain extends Shield {
  override readonly scope: Scope;
  #held = false;

  constructor(scope: Scope, held: boolean) {
    super();
    this.scope = scope;
    if (held) this.hold();
  }

  override hold(): void {
    this.#held = true;
    this.scope.kill(CANCELLED);
  }

  override leave(thread: Thread, outcome: Outcome): Outcome {
    const goesOn = outcome.ok ? this.#held : this.scope.isOwnKill(outcome.value);
    return goesOn ? thread.cancellation!.unwound(outcome) : outcome;
  }
}

function* drain(scope: Scope, outcome: Outcome): Coroutine<unknown> {
  yield new DrainedEvent(scope);
  const { ok, value } = settled(scope, outcome);
  if (ok) return value;
  throw value;
}

function settled(scope: Scope, outcome: Outcome): Outcome {
  return scope.errors.length > 0 ? { ok: false, value: scope.failure } : outcome;
}

/** Happens when the last thread of a scope has ended. Nothing takes this wait back: its shield sees to that. */
export class DrainedEvent extends Event<void> {
  /** @ignore */
  readonly scope: Scope;

  /** Waits for the threads of `scope`. */
  constructor(scope: Scope) {
    super();
    this.scope = scope;
  }

  /** @ignore */
  override perform(thread: Thread): undefined | typeof SUSPENDED {
    if (this.scope.size === 0) return undefined;
    this.scope.whenEmpty(() => thread.resume());
    return SUSPENDED;
  }

  /** @ignore */
  override describe(): string {
    const names = this.scope.threads.slice(0, 5).map((thread) => `"${thread.name}" (#${thread.id})`);
    const more = this.scope.size > 5 ? ` and ${this.scope.size - 5} more` : "";
    return `the threads of its scope to end: ${names.join(", ")}${more}`;
  }

  /** @ignore */
  override get outside(): boolean {
    return false;
  }
}

/** Opens a scope around its body. */
export class ScopeEvent<T> extends Event<T> {
  readonly #body: (scope: Scope) => Coroutine<T>;
  readonly #supervise: Supervisor | undefined;

  /** Runs `body` in a scope of its own. */
  constructor(body: (scope: Scope) => Coroutine<T>, options: ScopeOptions = {}) {
    super();
    if (typeof body !== "function") {
      throw new TypeError(`scope() takes a function that makes the body's coroutine; got ${describe(body)}.`);
    }
    this.#body = body;
    this.#supervise = options.supervise;
  }

  /** @ignore */
  override perform(thread: Thread): T {
    const scope = new Scope(thread.scheduler, thread, this.#supervise);
    const body = this.#body(scope);
    if (!isCoroutine(body)) {
      throw new TypeError(
        `The body of scope() must be a generator function (function*); it returned ${describe(body)}.`,
      );
    }
    const mark = new Body(scope, thread.innermost);
    thread.enter(body, this.#body.name || "scope");
    thread.mark(mark);
    scope.body = mark;
    thread.innermost = scope;
    return undefined as T;
  }

  /** @ignore */
  override describe(): string {
    return "a scope";
  }
}

/**
 * Runs `body` and waits for every thread that was spawned in it, by the body or by its threads.
 *
 * If a thread fails, the others and the body are killed, their clean-up is waited for, and the error is
 * thrown here: the same object, or an `AggregateError` if there were several. If the body fails, or is
 * cancelled, its threads are killed. (Trio calls this a nursery.)
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * await bluelet.run(function* () {
 *   yield* bluelet.scope(function* (scope) {
 *     scope.spawn(function* () {
 *       yield* bluelet.sleep(0.001);
 *       log.push("child");
 *     });
 *   });
 *   log.push("after the scope");
 * }());
 * assertEquals(log, ["child", "after the scope"]);
 * ```
 */
export function scope<T>(body: (scope: Scope) => Coroutine<T>, options?: ScopeOptions): Event<T> {
  return new ScopeEvent(body, options);
}
