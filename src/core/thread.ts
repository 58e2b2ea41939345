/**
 * A thread: a stack of coroutines with a name, a scope that it belongs to, and others who wait for its end.
 *
 * @module
 */

import { Cancellation } from "./cancellation.ts";
import { type Coroutine, functionName, type Named } from "./coroutine.ts";
import { ThreadKilledError } from "./errors.ts";
import type { Mark } from "./mark.ts";
import type { Scope } from "./scope.ts";
import { running } from "./current.ts";
import { CoroutineStack } from "./stack.ts";

/** What a thread is doing, in a word. */
export type ThreadState = "ready" | "running" | "waiting" | "done" | "failed" | "killed";

/** By phase. */
const STATES: readonly ThreadState[] = [
  "running",
  "waiting",
  "waiting",
  "ready",
  "running",
  "done",
  "failed",
  "killed",
];

/**
 * What a kill for no reason throws, everywhere: to make an error, with its stack, and to throw it for the first
 * time cost several times what the rest of a kill does.
 */
const KILLED = new ThreadKilledError("The thread was killed.");
// Where it was made says nothing.
KILLED.stack = `${KILLED}`;

/** Who is told of a thread's end: a thread that waits for it, or a callback. */
type Watcher = Thread | ((thread: Thread) => void);

/** A green thread. `spawn` makes them. */
export class Thread<T = unknown> extends CoroutineStack {
  /** Counts the scheduler's threads from 1. */
  readonly id: number;
  /** @ignore The values of `Local`s: never changed, but replaced, so that children can share it. */
  locals: ReadonlyMap<object, unknown> | null;
  /** @ignore The innermost scope that it has open: where what it spawns belongs. */
  innermost: Scope;
  /** @ignore Its neighbours in its scope. */
  before: Thread | null = null;
  /** @ignore */
  after: Thread | null = null;
  /** @ignore The last error that a `join` of a thread of the same scope threw here: one that was reported. */
  heard: unknown = undefined;
  #named: Named;
  #watchers: Watcher | Set<Watcher> | null = null;

  /** @ignore Threads are made by `spawn`, which is to say by scopes. */
  constructor(scope: Scope, coroutine: Coroutine<T>, named: Named) {
    super(scope, coroutine);
    this.id = this.scheduler.nextId();
    this.innermost = scope;
    this.#named = named;
    this.locals = running === null ? null : running.locals;
  }

  /** The name of the function that it runs, or `thread-<id>`. */
  get name(): string {
    return this.#named = this.#givenName || functionName(this.bottom) || `thread-${this.id}`;
  }

  get #givenName(): string {
    return typeof this.#named === "string" ? this.#named : this.#named.name;
  }

  /** What it is doing. */
  get state(): ThreadState {
    return STATES[this.phase]!;
  }

  /** What it waits for, in words. */
  get waitsFor(): string {
    return this.event?.describe() ?? this.state;
  }

  /** What its end gives, for code outside any thread; inside one, `join` it. */
  get result(): Promise<T> {
    this.scope.observed = true;
    return new Promise((resolve, reject) => {
      this.onEnd(() => this.done ? resolve(this.payload as T) : reject(this.payload));
    });
  }

  /** @ignore Its value, if it is done, or else throws what ended it. */
  outcome(): T {
    if (this.done) return this.payload as T;
    throw this.payload;
  }

  /** @ignore What ended it, if it has failed or was killed. */
  get failure(): unknown {
    return this.ended && !this.done ? this.payload : undefined;
  }

  /**
   * Kills the thread from outside, without waiting for its end: `ThreadKilledError` is thrown where it waits.
   * Inside a thread, `yield* kill(thread)` waits as well.
   */
  kill(reason?: string): void {
    if (this.ended || this.cancellation?.kill) return;
    this.cancel(null, reason === undefined ? KILLED : this.#killedFor(reason));
  }

  #killedFor(reason: string): ThreadKilledError {
    // Not `name`, which looks for one that was not given.
    const who = this.#givenName === "" ? `Thread #${this.id}` : `Thread "${this.#givenName}" (#${this.id})`;
    return new ThreadKilledError(`${who} was killed: ${reason}.`);
  }

  /** Calls `callback` when the thread has ended, at once if it has already. Threads that never started end too. */
  onEnd(callback: (thread: Thread) => void): void {
    if (this.ended) callback(this as Thread);
    else this.watch(callback);
  }

  /** @ignore Tells `watcher` of the end; a thread that watches has its event's `targetEnded` called. */
  watch(watcher: Watcher): void {
    if (this.#watchers === null) this.#watchers = watcher;
    else if (this.#watchers instanceof Set) this.#watchers.add(watcher);
    else this.#watchers = new Set([this.#watchers, watcher]);
  }

  /** @ignore Takes back a `watch`. */
  unwatch(watcher: Watcher): void {
    if (this.#watchers === watcher) this.#watchers = null;
    else if (this.#watchers instanceof Set) this.#watchers.delete(watcher);
  }

  /** @ignore Cancels as far out as `mark`, or the whole thread. */
  cancel(mark: Mark | null, error: unknown, grace?: number, phase?: number): void {
    if (!this.ended) this.#cancelled.request(mark, error, grace ?? this.scheduler.grace, phase);
  }

  /** @ignore Throws `error` where the thread is, once, to make of it what it wants. */
  interrupt(error: unknown): void {
    if (!this.ended) this.#cancelled.interrupt(error);
  }

  /** @ignore The last resort in a deadlock: forces the thread to end, whatever shields it. */
  abandon(): void {
    if (this.ended) return;
    const error = new ThreadKilledError(`Thread "${this.name}" (#${this.id}) was abandoned in a deadlock.`);
    this.#cancelled.abandon(error);
  }

  get #cancelled(): Cancellation {
    return this.cancellation ??= new Cancellation(this as Thread);
  }

  /** @ignore Whether `error` is what a cancel of this thread throws, and so no failure of its code. */
  isCancel(error: unknown): boolean {
    return this.cancellation?.has(error) ?? false;
  }

  /** @ignore The scopes that it has open. */
  scopes(): readonly Scope[] {
    return this.cancellation?.scopes ?? [];
  }

  /** @ignore */
  protected override finish(): void {
    this.locals = null;
    const watchers = this.#watchers;
    this.#watchers = null;
    if (watchers instanceof Set) { for (const watcher of watchers) this.#tell(watcher); }
    else if (watchers !== null) this.#tell(watchers);
    this.scope.threadEnded(this as Thread, this.failed);
    this.heard = undefined;
  }

  #tell(watcher: Watcher): void {
    // Not `instanceof Thread`: what stands in for a thread, as a case of a select does, may watch too.
    if (typeof watcher !== "function") return watcher.event?.targetEnded(watcher, this as Thread);
    try {
      watcher(this as Thread);
    } catch (error) {
      this.scope.fail(error, this as Thread);
    }
  }
}
