/**
 * A thread: a stack of coroutines, of which the top one runs or waits.
 *
 * The hot path is {@linkcode Thread.step}, `resume`, and the `perform` of the event between them. How a thread
 * is cancelled is in `cancellation.ts`.
 *
 * @module
 */

import { Cancellation, returnByForce } from "./cancellation.ts";
import { adopt, type Coroutine, functionName, ignore, isCoroutine, type Named, Native } from "./coroutine.ts";
import { running, setRunning } from "./current.ts";
import { sharedKill, ThreadKilledError } from "./errors.ts";
import { Event, isEvenIfKilled, SUSPENDED } from "./event.ts";
import type { Mark } from "./mark.ts";
import { PREEMPTED, UNSTARTED, WITHDRAWN } from "./placeholder.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Scope } from "./scope.ts";
import type { Trace } from "./trace.ts";
import { leaveTrail } from "./trail.ts";
import type { Wait } from "./wait.ts";
import { excluding, including, tell, tellBlocked, tellOne, type Watcher, type Watchers } from "./watchers.ts";
import { eventFor } from "./yielded.ts";

/** What a thread is doing, in a word. */
export type ThreadState = "ready" | "running" | "waiting" | "done" | "failed" | "killed";

// Where a thread is in its life. It can be resumed up to AWAY, which is waiting for something outside.
const PERFORMING = 0, WAITING = 1, AWAY = 2, READY = 3, RUNNING = 4, DONE = 5, FAILED = 6, KILLED = 7;

const STATES: readonly ThreadState[] = [
  /* PERFORMING */ "running",
  /* WAITING */ "waiting",
  /* AWAY */ "waiting",
  /* READY */ "ready",
  /* RUNNING */ "running",
  /* DONE */ "done",
  /* FAILED */ "failed",
  /* KILLED */ "killed",
];

// How a coroutine is resumed.
const NEXT = 0, THROW = 1, RETURN = 2;

// V8 takes a module's own constants for constants, those of others for variables; and looking `next` up at each
// step would cost more than calling it.
const { next, throw: raise } = Native.prototype, suspended = SUSPENDED;

/** How many coroutines and events that did not wait a thread may have in a row before it goes to the back. */
const PATIENCE = 64;

/** Replaces the stack of a thread that has ended. */
const FINISHED: Coroutine<unknown> = (function* () {})();

/** The error of every kill for which no reason was given. */
const KILL = sharedKill();

// One flat class, whose few fields all threads need: to make it is a good part of what a spawn costs, and its
// size a good part of what a sleeper takes. (Getters are not `#private`: V8 calls its runtime for those.)

/** A green thread. `spawn` makes them. */
export class Thread<T = unknown> implements Wait {
  /** Counts the scheduler's threads from 1. */
  readonly id: number;
  /** The scope that it belongs to, and that waits for it. */
  readonly scope: Scope;
  /** The innermost scope that it has open: where what it spawns belongs. */
  innermost: Scope;
  /** @ignore Its neighbours in its scope. */
  before: Thread | null = null;
  /** @ignore */
  after: Thread | null = null;
  /** The values of `Local`s. The map is never changed, but replaced, so that the threads that this one spawns can share it. */
  locals: ReadonlyMap<object, unknown> | null;
  /** @ignore Marks and cancels; most threads never have any. */
  cancellation: Cancellation | null = null;
  /** @ignore Whether some cancel is under way, so that yields and blocks have to look. */
  attention = false;
  /** The state that the event keeps of this thread's wait, for its `withdraw`. */
  slot: unknown = undefined;
  #phase = READY;
  /** How, and with what, it goes on; once it has ended, its value or error. */
  #mode = NEXT;
  #payload: unknown = undefined;
  /** What it waits for, or last waited for. */
  #event: Event = UNSTARTED;
  #coroutine: Coroutine<unknown>;
  #callers: Coroutine<unknown>[] | null = null;
  #named: Named;
  #watchers: Watchers = null;

  /** @ignore Threads are made by `spawn`, which is to say by scopes. */
  constructor(scope: Scope, coroutine: Coroutine<T>, named: Named) {
    this.id = scope.scheduler.nextId();
    this.scope = this.innermost = scope;
    this.locals = running === null ? null : running.locals;
    this.#named = named;
    this.#coroutine = adopt(coroutine, this as Thread);
  }

  /** The name of the function that it runs, or `thread-<id>`. */
  get name(): string {
    const bottom = this.#callers?.[0] ?? this.#coroutine;
    return this.#named = this.givenName || functionName(bottom) || `thread-${this.id}`;
  }

  /** The name that it was spawned under, or `""`. */
  protected get givenName(): string {
    return typeof this.#named === "string" ? this.#named : this.#named.name;
  }

  /** Itself: a thread is a {@linkcode Wait}, for the event that it yielded. */
  get thread(): Thread {
    return this as Thread;
  }

  /** The scheduler that runs it. */
  get scheduler(): Scheduler {
    return this.scope.scheduler;
  }

  /** The outermost scope that it belongs to: its run. */
  get run(): Scope {
    let { scope } = this;
    while (scope.owner !== null) scope = scope.owner.scope;
    return scope;
  }

  /** The thread in words, for messages: `thread "worker" (#3)`. */
  toString(): string {
    return `thread "${this.name}" (#${this.id})`;
  }

  /** What it is doing. */
  get state(): ThreadState {
    return STATES[this.#phase]!;
  }

  /** Whether it has ended, in whichever way. */
  get ended(): boolean {
    return this.#phase >= DONE;
  }

  /** The event that it waits for, if it waits. */
  get event(): Event | null {
    return this.#phase === WAITING || this.#phase === AWAY ? this.#event : null;
  }

  /** What it waits for, in words. */
  get waitsFor(): string {
    return this.event?.describe() ?? this.state;
  }

  /** Its value, or its error, for code outside any thread. Inside a thread, `join` it. */
  get result(): Promise<T> {
    this.scope.observed = true;
    return new Promise((resolve, reject) => {
      this.onEnd(() => this.#phase === DONE ? resolve(this.#payload as T) : reject(this.#payload));
    });
  }

  /**
   * Its value, if it is done, or else throws what ended it. `hearer` is the thread in which that is thrown: where it
   * ends by it, too, a scope that both belong to is not told of the same error twice.
   */
  outcome(hearer?: Thread): T {
    if (this.#phase === DONE) return this.#payload as T;
    if (this.#phase === FAILED && hearer !== undefined && hearer.scope === this.scope) {
      this.scope.hear(hearer, this as Thread);
    }
    throw this.#payload;
  }

  /** For events: ends `wait`, which waited for its end, with its `outcome`. */
  endWait(wait: Wait): void {
    if (this.#phase === DONE) return wait.resume(this.#payload);
    if (this.#phase === FAILED && wait.thread.scope === this.scope) {
      this.scope.hear(wait.thread, this as Thread);
    }
    wait.raise(this.#payload);
  }

  /** @ignore What ended it, if it has failed or was killed. */
  get failure(): unknown {
    return this.#phase > DONE ? this.#payload : undefined;
  }

  /** @ignore Whether a kill has been thrown into it. Still valid while the watchers of its end are called. */
  get isUnwinding(): boolean {
    return this.cancellation?.isKilling ?? false;
  }

  /**
   * Calls `callback` when the thread has ended, at once if it has already. Threads that never started end too. Calling
   * what it returns takes that back. What the callback throws fails the whole run.
   */
  onEnd(callback: (thread: Thread) => void): () => void {
    const watcher = { ended: callback };
    this.watch(watcher);
    return () => this.unwatch(watcher);
  }

  /** For events: like `onEnd`, without a function for each wait. */
  watch(watcher: Watcher): void {
    if (this.ended) tellOne(watcher, this as Thread);
    else this.#watchers = including(this.#watchers, watcher);
  }

  /** For events: takes a `watch` back. */
  unwatch(watcher: Watcher): void {
    this.#watchers = excluding(this.#watchers, watcher);
  }

  /**
   * Kills the thread from outside, without waiting for its end: `ThreadKilledError` is thrown where it waits.
   * Inside a thread, `yield* kill(thread)` waits as well.
   */
  kill(reason?: string): void {
    if (this.ended || this.cancellation?.kill) return;
    this.cancel(null, reason === undefined ? KILL : this.#killedFor(reason));
  }

  #killedFor(reason: string): ThreadKilledError {
    // Not `name`, which looks for one that was not given.
    const who = this.givenName === "" ? `Thread #${this.id}` : `Thread "${this.givenName}" (#${this.id})`;
    return new ThreadKilledError(`${who} was killed: ${reason}.`);
  }

  /**
   * Cancels what the thread runs as far out as `mark`, or all of it (`null`): `error` is thrown where it waits, or else
   * at its next yield; `lazily`, only where it waits. All cancels are made by this: kills, deadlines, failed scopes.
   */
  cancel(mark: Mark | null, error: unknown, lazily = false): void {
    if (!this.ended) this.cancelling.request(mark, error, this.scheduler.grace, lazily);
  }

  /** The scopes that it has open, outermost first. It ends after the threads in them. */
  get scopes(): readonly Scope[] {
    return this.cancellation?.scopes ?? [];
  }

  /** Whether `error` is what a cancel of this thread throws: a kill of its own, not one that came out of a join. */
  isCancelledBy(error: unknown): boolean {
    return this.cancellation?.has(error) ?? false;
  }

  /** Whether a cancel would be thrown if it waited now. Inside a shield none is. */
  get cancelled(): boolean {
    return this.attention && this.cancellation!.next(true) !== null;
  }

  /** @ignore Throws `error` into it once. It may catch the error and go on. If it has ended, its scope fails. */
  interrupt(error: unknown): void {
    if (this.ended) this.scope.fail(error, null);
    else this.cancelling.interrupt(error);
  }

  /** @ignore Its `cancellation`, made if it has none. */
  get cancelling(): Cancellation {
    return this.cancellation ??= new Cancellation(this as Thread);
  }

  /** How many coroutines wait for the current one. */
  protected get depth(): number {
    return this.#callers === null ? 0 : this.#callers.length;
  }

  /** For events: puts `mark` on the current coroutine, to be told of its end. */
  mark(mark: Mark): void {
    this.cancelling.push(mark, this.depth);
  }

  /** For events: the mark on the current coroutine that was put there last. */
  get topMark(): Mark | undefined {
    const { cancellation } = this;
    return cancellation !== null && cancellation.depth === this.depth ? cancellation.top : undefined;
  }

  /** For events: what the thread waited for happened, with this result. Does nothing unless it waits. */
  resume(value?: unknown): void {
    if (this.#phase > AWAY) return;
    this.#payload = value;
    this.#makeReady();
  }

  /** For events: what the thread waited for failed with this error, which is thrown at its yield. */
  raise(error: unknown): void {
    if (this.#phase > AWAY) return;
    this.#mode = THROW;
    this.#payload = error;
    this.#makeReady();
  }

  /** For events: goes on with `coroutine`, whose value becomes the event's result. `mark.leave` is called at its end. */
  enter(coroutine: Coroutine<unknown>, named: Named = "", mark: Mark | null = null): undefined {
    const caller = this.#coroutine;
    this.#coroutine = adopt(coroutine, named);
    (this.#callers ??= []).push(caller);
    if (mark !== null) this.mark(mark);
    return undefined;
  }

  /** For events: ends the current coroutine with `value`, its `finally` blocks included. */
  return(value: unknown): typeof SUSPENDED {
    this.#mode = RETURN;
    this.#payload = value;
    this.#makeReady();
    return SUSPENDED;
  }

  /** @ignore Takes the thread out of its wait, if it is in one, so that it sees its cancel. */
  wake(): void {
    const { event } = this;
    if (event === null) return;
    this.#event = WITHDRAWN;
    this.#payload = undefined;
    this.#makeReady();
    this.#withdraw(event);
  }

  /** @ignore Runs the thread until it has to wait, or has had its turn. Called by the scheduler alone, which `trace`s it. */
  step(trace: Trace | null): void {
    setRunning(this as Thread);
    if (this.attention && !this.#hasResult() && this.#takeCancel(true) && this.#event === UNSTARTED) {
      return this.#neverStart();
    }
    for (let patience = PATIENCE; patience > 0; patience--) {
      this.#phase = RUNNING;
      let yielded: unknown;
      let done: boolean | undefined;
      const mode = this.#mode;
      const payload = this.#payload;
      this.#payload = undefined;
      try {
        const result = mode === NEXT ? next.call(this.#coroutine, payload) : this.#goOn(mode, payload);
        done = result.done;
        yielded = result.value;
      } catch (error) {
        if (this.#leave(false, error)) continue;
        return;
      }
      if (done) {
        if (this.#leave(true, yielded)) continue;
        return;
      }
      if (trace !== null) trace.yielded(this as Thread, yielded);
      if (this.attention && !isEvenIfKilled(yielded) && this.#takeCancel(false)) {
        ignore(yielded);
        continue;
      }
      let result: unknown;
      try {
        const event = yielded instanceof Event ? yielded : eventFor(yielded, this as Thread);
        if (event === null) continue;
        this.#phase = PERFORMING;
        result = event.perform(this as Thread);
        if (result === suspended) {
          this.#event = event;
          if (this.#block()) continue;
          return;
        }
        this.#mode = NEXT;
      } catch (error) {
        this.#mode = THROW;
        result = error;
      }
      this.#payload = result;
      if (this.#phase === READY) {
        // An event that both resumed the thread and results in something: it is in the queue already.
        this.#event = PREEMPTED;
        return;
      }
    }
    this.#event = PREEMPTED;
    this.#makeReady();
    if (this.attention) this.cancellation!.countGrace();
  }

  /** The event did not complete at once. Returns whether the thread goes on all the same, since it was cancelled. */
  #block(): boolean {
    if (this.#phase === PERFORMING) {
      if (this.attention && this.#takeCancel(true)) {
        this.#withdraw(this.#event);
        return true;
      }
      this.#phase = WAITING;
      if (this.#event.outside) {
        this.#phase = AWAY;
        this.scheduler.outside++;
      }
    }
    if (this.attention) {
      this.cancellation!.countGrace();
      if (this.#event.needs.length > 0) this.#tellBlocked();
    }
    return false;
  }

  /** Tells watchers that its clean-up waits for another thread. That may be the thread that killed it, or its scope. */
  #tellBlocked(): void {
    for (let thread = this as Thread;; thread = thread.scope.owner) {
      tellBlocked(thread.#watchers, thread);
      if (thread.scope.owner === null) break;
    }
  }

  #makeReady(): void {
    const { scheduler } = this;
    if (this.#phase === AWAY) scheduler.outside--;
    this.#phase = READY;
    scheduler.ready(this as Thread);
  }

  /** Takes a wait back. */
  #withdraw(event: Event): void {
    try {
      event.withdraw(this as Thread);
    } catch (error) {
      this.failRun(error);
    }
    this.slot = undefined;
  }

  /**
   * For events: fails the whole run with an error that a callback threw, such as a `withdraw`: no coroutine is to blame
   * for it, and none may catch it. If the run has ended, it is thrown here.
   */
  failRun(error: unknown): void {
    const { run } = this;
    if (run.ended) throw error;
    run.fail(error, null);
  }

  /** Resumes the current coroutine with `throw` or `return`. */
  #goOn(mode: number, payload: unknown): IteratorResult<unknown, unknown> {
    this.#mode = NEXT;
    if (mode === THROW) return raise.call(this.#coroutine, payload);
    if (!this.attention || this.cancellation!.forced() === null) return this.#coroutine.return(payload);
    returnByForce(this.#coroutine, this as Thread);
    return { done: true, value: undefined };
  }

  /** Whether the thread is about to get a result that a cancel must not take away: a value handed over, or an error. */
  #hasResult(): boolean {
    if (this.#mode !== THROW) return this.#event.handsOver;
    // Threads that are killed together are thrown one error: what a join throws may be the thread's own kill.
    const cancel = this.cancellation!.next(true);
    return cancel === null || this.#payload !== cancel.error;
  }

  /** If a cancel is due, its error is thrown next. Returns whether one is; `blocked` if the thread waits, or would. */
  #takeCancel(blocked: boolean): boolean {
    const cancellation = this.cancellation!;
    if (cancellation.forced() !== null) {
      this.#mode = RETURN;
      this.#payload = undefined;
      return true;
    }
    const cancel = cancellation.next(blocked);
    if (cancel === null) return false;
    this.#mode = THROW;
    this.#payload = cancellation.deliver(cancel);
    return true;
  }

  /** The thread was killed before it ran, so it never runs. */
  #neverStart(): void {
    this.#coroutine.return(undefined);
    this.#end(false, this.#payload);
  }

  /** The current coroutine has ended: calls its marks, then resumes its caller. Returns whether the thread goes on. */
  #leave(ok: boolean, value: unknown): boolean {
    const { cancellation } = this;
    if (cancellation !== null) {
      const forced = this.attention ? cancellation.forced() : null;
      if (forced !== null) {
        if (!ok && value !== forced.error) forced.keep([value]);
        ok = false;
        value = forced.error;
      }
      while (cancellation.depth === this.depth) {
        const next = cancellation.leave({ ok, value });
        if (isCoroutine(next)) {
          this.#coroutine = next;
          return true;
        }
        ({ ok, value } = next);
      }
    }
    const callers = this.#callers;
    if (callers === null || callers.length === 0) {
      this.#end(ok, value);
      return false;
    }
    if (!ok) leaveTrail(value, this.#coroutine);
    this.#coroutine = callers.pop()!;
    if (this.attention && cancellation!.forced() !== null) {
      this.#mode = RETURN;
    } else {
      if (!ok) this.#mode = THROW;
      this.#payload = value;
    }
    return true;
  }

  /** Nothing is left to run. A thread may be referenced long after its end, so it lets go of its coroutines. */
  #end(ok: boolean, value: unknown): void {
    const { cancellation } = this;
    const kill = cancellation?.kill ?? null;
    if (kill !== null) ({ ok, value } = kill.conclude({ ok, value }));
    this.#phase = ok ? DONE : kill !== null && value === kill.error ? KILLED : FAILED;
    if (this.#phase === FAILED) leaveTrail(value, String(this));
    cancellation?.end();
    this.#payload = value;
    this.#callers = this.locals = null;
    this.#event = UNSTARTED;
    this.#coroutine = FINISHED;
    this.slot = undefined;
    this.attention = false;
    // They stay in place until all have been called: one that another takes back meanwhile is not called.
    tell(this.#watchers, this as Thread);
    this.#watchers = null;
    this.scope.threadEnded(this as Thread);
    this.cancellation = null;
  }
}
