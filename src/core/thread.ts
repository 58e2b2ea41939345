/**
 * A thread: a stack of coroutines, where it waits, and the loop that runs it until it has to wait.
 *
 * The hot path is {@linkcode Thread.step}, `resume`, and the `perform` of the event between them. How a
 * thread is cancelled is in `cancellation.ts`.
 *
 * @module
 */

import { Cancellation } from "./cancellation.ts";
import { adopt, type Coroutine, describe, functionName, isCoroutine } from "./coroutine.ts";
import { ThreadKilledError } from "./errors.ts";
import { Event, SUSPENDED } from "./event.ts";
import type { Mark } from "./mark.ts";
import { PromiseEvent } from "./promise.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Scope } from "./scope.ts";
import { leaveTrail } from "./trail.ts";

/** What a thread is doing, in a word. */
export type ThreadState = "ready" | "running" | "waiting" | "done" | "failed" | "killed";

// Where a thread is in its life. PERFORMING and WAITING are the ones in which it may be resumed.
const PERFORMING = 0, WAITING = 1, READY = 2, RUNNING = 3, DONE = 4, FAILED = 5, KILLED = 6;
const STATES: readonly ThreadState[] = ["running", "waiting", "ready", "running", "done", "failed", "killed"];

// How a coroutine is gone on with.
const NEXT = 0, THROW = 1, RETURN = 2;

/** How many events that did not wait a thread may have in a row before it goes to the back of the queue. */
const PATIENCE = 64;
/** How many yields a forced coroutine's clean-up may make before it is left as it is. */
const FORCED_RETURNS = 1_000;

/** Stands for the event of a ready thread that has no event to be ready from: is there a result all the same? */
class Stand extends Event<never> {
  readonly #handsOver: boolean;
  constructor(handsOver: boolean) {
    super();
    this.#handsOver = handsOver;
  }
  override get handsOver(): boolean {
    return this.#handsOver;
  }
  override perform(): never {
    throw new Error("A placeholder is never performed.");
  }
}
const WITHDRAWN = new Stand(false), PREEMPTED = new Stand(true);

/** What the stack of a thread that has ended is replaced with. */
const FINISHED: Coroutine<unknown> = (function* () {})();

/** Who is told of a thread's end: a thread that waits for it, or a callback. */
type Watcher = Thread | ((thread: Thread) => void);

let running: Thread | null = null;

/** The thread that is running this very code; throws outside any. */
export function current(): Thread {
  if (running === null) {
    throw new Error("current() was called outside any thread: call it in a coroutine that a run is running.");
  }
  return running;
}

/** @ignore Told by the scheduler when no thread runs any more. */
export function outsideAnyThread(): void {
  running = null;
}

/** A green thread. `spawn` makes them. */
export class Thread<T = unknown> {
  /** Counts the scheduler's threads from 1. */
  readonly id: number;
  /** The scheduler that runs it. */
  readonly scheduler: Scheduler;
  /** The scope that it belongs to, and that waits for it. */
  readonly scope: Scope;
  /** What the event that this thread waits for keeps for its `withdraw`. */
  slot: unknown = undefined;
  /** @ignore The values of `Local`s: never changed, but replaced, so that children can share it. */
  locals: ReadonlyMap<object, unknown> | null;
  /** @ignore The innermost scope that it has open: where what it spawns belongs. */
  innermost: Scope;
  /** @ignore Its neighbours in its scope. */
  before: Thread | null = null;
  /** @ignore */
  after: Thread | null = null;
  /** @ignore Whether some cancel is under way, so that yields and blocks have to look. */
  attention = false;
  /** @ignore Marks and cancels; most threads never have any. */
  cancellation: Cancellation | null = null;

  #name: string;
  #phase = READY;
  #mode = NEXT;
  /** What the thread goes on with; once it has ended, its value or error. */
  #payload: unknown = undefined;
  /** What it waits for, or last waited for. */
  #event: Event | null = null;
  #coroutine: Coroutine<unknown>;
  #callers: Coroutine<unknown>[] | null = null;
  #depth = 0;
  /** The depth of the topmost mark, or -1: so that a coroutine's end can tell with one comparison. */
  #markDepth = -1;
  /** Whether its wait is counted as one for the outside. */
  #outside = false;
  #watchers: Watcher | Set<Watcher> | null = null;

  /** @ignore Threads are made by `spawn`, which is to say by scopes. */
  constructor(scope: Scope, coroutine: Coroutine<T>, name: string) {
    this.scope = this.innermost = scope;
    this.scheduler = scope.scheduler;
    this.id = this.scheduler.nextId();
    this.#name = name;
    this.#coroutine = coroutine;
    this.locals = running === null ? null : running.locals;
    adopt(coroutine, this as Thread);
  }

  /** The name of the function that it runs, or `thread-<id>`. */
  get name(): string {
    return this.#name ||= functionName(this.#callers?.[0] ?? this.#coroutine) || `thread-${this.id}`;
  }

  /** What it is doing. */
  get state(): ThreadState {
    return STATES[this.#phase]!;
  }

  /** Whether it has ended, in whichever way. */
  get ended(): boolean {
    return this.#phase >= DONE;
  }

  /** What it waits for, in words. */
  get waitsFor(): string {
    return this.#phase === WAITING ? this.#event!.describe() : this.state;
  }

  /** @ignore The event that it waits for. */
  get event(): Event | null {
    return this.#phase === WAITING ? this.#event : null;
  }

  /** What its end gives, for code outside any thread; inside one, `join` it. */
  get result(): Promise<T> {
    this.scope.observed = true;
    return new Promise((resolve, reject) => {
      this.onEnd(() => this.#phase === DONE ? resolve(this.#payload as T) : reject(this.#payload));
    });
  }

  /** @ignore Its value, if it is done, or else throws what ended it. */
  outcome(): T {
    if (this.#phase === DONE) return this.#payload as T;
    throw this.#payload;
  }

  /**
   * Kills the thread from outside, without waiting for its end: `ThreadKilledError` is thrown where it waits.
   * Inside a thread, `yield* kill(thread)` waits as well.
   */
  kill(reason?: string): void {
    if (this.ended || this.cancellation?.kill) return;
    const because = reason === undefined ? "" : `: ${reason}`;
    // Not `name`, which looks for one that was not given: kills come in thousands.
    const who = this.#name === "" ? `Thread #${this.id}` : `Thread "${this.#name}" (#${this.id})`;
    this.cancel(null, new ThreadKilledError(`${who} was killed${because}.`));
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

  /** For events: what the thread waited for happened, with this result. Does nothing unless it waits. */
  resume(value?: unknown): void {
    if (this.#phase > WAITING) return;
    this.#payload = value;
    this.#makeReady();
  }

  /** For events: what the thread waited for failed with this error, which is thrown at its yield. */
  raise(error: unknown): void {
    if (this.#phase > WAITING) return;
    this.#mode = THROW;
    this.#payload = error;
    this.#makeReady();
  }

  /** For events: goes on with `coroutine`, whose value becomes the event's result; `mark` is told of its end. */
  enter(coroutine: Coroutine<unknown>, name?: string, mark?: Mark): undefined {
    adopt(coroutine, name ?? "");
    (this.#callers ??= []).push(this.#coroutine);
    this.#coroutine = coroutine;
    this.#depth++;
    if (mark !== undefined) this.mark(mark);
    return undefined;
  }

  /** @ignore Puts `mark` on the current coroutine. */
  mark(mark: Mark): void {
    (this.cancellation ??= new Cancellation(this as Thread)).push(mark, this.#depth);
    this.#markDepth = this.#depth;
  }

  /** @ignore The mark on the current coroutine that was put there last. */
  get topMark(): Mark | undefined {
    return this.#markDepth === this.#depth ? this.cancellation!.top : undefined;
  }

  /** For events: ends the current coroutine with `value`, its `finally` blocks included. */
  return(value: unknown): typeof SUSPENDED {
    this.#mode = RETURN;
    this.#payload = value;
    this.#makeReady();
    return SUSPENDED;
  }

  /** @ignore Cancels as far out as `mark`, or the whole thread. */
  cancel(mark: Mark | null, error: unknown, grace?: number, phase?: number): void {
    if (this.ended) return;
    const cancellation = this.cancellation ??= new Cancellation(this as Thread);
    cancellation.request(mark, error, grace ?? this.scheduler.grace, phase);
  }

  /** @ignore Whether `error` is what a cancel of this thread throws, and so no failure of its code. */
  isCancel(error: unknown): boolean {
    return this.cancellation?.has(error) ?? false;
  }

  /** @ignore The scopes that it has open. */
  scopes(): readonly Scope[] {
    return this.cancellation?.scopes ?? [];
  }

  /** @ignore The last resort: ends the thread where it stands, whatever shields it. */
  abandon(): void {
    if (this.ended) return;
    running = this as Thread; // its clean-up may ask for current()
    this.#event?.withdraw(this as Thread);
    const error = new ThreadKilledError(`Thread "${this.name}" (#${this.id}) was abandoned in a deadlock.`);
    this.cancel(null, error, 0);
    for (
      let coroutine: Coroutine<unknown> | undefined = this.#coroutine;
      coroutine;
      coroutine = this.#callers?.pop()
    ) {
      try {
        coroutine.return(undefined);
      } catch (thrown) {
        this.scope.note(thrown);
      }
    }
    this.#finish(false, this.cancellation!.kill!.error);
    running = null;
  }

  /** @ignore Takes the thread out of its wait, if it is in one, so that it sees its cancel. */
  interrupt(): void {
    if (this.#phase !== WAITING) return;
    const event = this.#event!;
    this.#event = WITHDRAWN;
    this.#payload = undefined;
    this.#makeReady();
    event.withdraw(this as Thread);
    this.slot = undefined;
  }

  /** @ignore Runs the thread until it has to wait, or has had its turn. Called by the scheduler alone. */
  step(): void {
    running = this as Thread;
    if (this.attention && this.#takeCancel()) return;
    this.#phase = RUNNING;
    for (let patience = PATIENCE;;) {
      let yielded: unknown;
      let done: boolean | undefined;
      const mode = this.#mode;
      const payload = this.#payload;
      this.#payload = undefined;
      try {
        const result = mode === NEXT ? this.#coroutine.next(payload) : this.#goOn(mode, payload);
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
      if (this.scheduler.trace !== null) this.scheduler.trace.yielded(this as Thread, yielded);
      if (this.attention && this.#takeCancelAtYield(yielded)) continue;
      let result: unknown;
      try {
        result = this.#perform(yielded);
      } catch (error) {
        this.#phase = RUNNING;
        this.#mode = THROW;
        this.#payload = error;
        continue;
      }
      if (result === SUSPENDED) {
        if (this.#block()) continue;
        return;
      }
      this.#mode = NEXT;
      this.#payload = result;
      if (--patience === 0) {
        this.#event = PREEMPTED;
        this.#makeReady();
        return;
      }
      this.#phase = RUNNING;
    }
  }

  #perform(yielded: unknown): unknown {
    if (yielded instanceof Event) {
      this.#event = yielded;
      this.#phase = PERFORMING;
      this.#mode = NEXT;
      return yielded.perform(this as Thread);
    }
    if (isCoroutine(yielded)) return this.enter(yielded);
    if (typeof (yielded as PromiseLike<unknown> | null)?.then === "function") {
      return this.#perform(new PromiseEvent(yielded as PromiseLike<unknown>));
    }
    throw new TypeError(
      `Thread "${this.name}" yielded ${describe(yielded)}: yield an event, a coroutine or a promise.`,
    );
  }

  /** The event did not complete at once. Whether the thread goes on all the same, since it was cancelled. */
  #block(): boolean {
    if (this.#phase === PERFORMING) {
      if (this.attention) {
        const cancel = this.cancellation!.next(true);
        if (cancel !== null) {
          this.#event!.withdraw(this as Thread);
          this.#phase = RUNNING;
          this.#mode = THROW;
          this.#payload = this.cancellation!.deliver(cancel);
          return true;
        }
      }
      this.#phase = WAITING;
      if (this.#event!.outside) {
        this.#outside = true;
        this.scheduler.outside++;
      }
    }
    if (this.attention) this.cancellation!.countGrace();
    return false;
  }

  #makeReady(): void {
    this.#phase = READY;
    if (this.#outside) {
      this.#outside = false;
      this.scheduler.outside--;
    }
    this.scheduler.ready(this as Thread);
  }

  /** Going on otherwise than with `next`. */
  #goOn(mode: number, payload: unknown): IteratorResult<unknown, unknown> {
    this.#mode = NEXT;
    if (mode === THROW) return this.#coroutine.throw(payload);
    let result = this.#coroutine.return(payload);
    if (this.attention && this.cancellation!.forced() !== null) {
      for (let i = 0; !result.done && i < FORCED_RETURNS; i++) result = this.#coroutine.return(payload);
      return { done: true, value: undefined };
    }
    return result;
  }

  /** Before a step: what a cancel makes of it. A result that was handed over comes first. Whether the thread ended. */
  #takeCancel(): boolean {
    const cancellation = this.cancellation!;
    const cancel = cancellation.forced() ?? cancellation.next(true);
    if (cancel === null) return false;
    if (this.#event === null) { // it never started, and never will
      this.#coroutine.return(undefined);
      this.#finish(false, cancellation.deliver(cancel));
      return true;
    }
    if (cancel.forced) {
      this.#mode = RETURN;
      this.#payload = undefined;
    } else if (this.#mode !== THROW && !this.#event.handsOver) {
      this.#mode = THROW;
      this.#payload = cancellation.deliver(cancel);
    }
    return false;
  }

  /** At a yield: whether a cancel takes the place of what was yielded. */
  #takeCancelAtYield(yielded: unknown): boolean {
    if (yielded instanceof Event && yielded.evenIfKilled) return false;
    const cancellation = this.cancellation!;
    const cancel = cancellation.forced() ?? cancellation.next(false);
    if (cancel === null) return false;
    this.#mode = cancel.forced ? RETURN : THROW;
    this.#payload = cancel.forced ? undefined : cancellation.deliver(cancel);
    return true;
  }

  /** The current coroutine has ended: its marks are told, then its caller. Whether the thread goes on. */
  #leave(ok: boolean, value: unknown): boolean {
    const forced = this.attention ? this.cancellation!.forced() : null;
    if (forced !== null) {
      if (!ok && value !== forced.error) forced.failure ??= { error: value };
      ok = false;
      value = forced.failure === null ? forced.error : forced.failure.error;
    }
    while (this.#markDepth === this.#depth) {
      const next = this.cancellation!.leave({ ok, value });
      this.#markDepth = this.cancellation!.depth;
      if (this.attention) this.attention = this.cancellation!.active;
      if (isCoroutine(next)) {
        this.#coroutine = next;
        this.#mode = NEXT;
        return true;
      }
      ({ ok, value } = next);
    }
    if (this.#depth === 0) {
      this.#finish(ok, value);
      return false;
    }
    if (!ok) leaveTrail(value, this.#coroutine);
    this.#coroutine = this.#callers!.pop()!;
    this.#depth--;
    if (this.attention && this.cancellation!.forced() !== null) {
      this.#mode = RETURN;
    } else {
      this.#mode = ok ? NEXT : THROW;
      this.#payload = value;
    }
    return true;
  }

  #finish(ok: boolean, value: unknown): void {
    const kill = this.cancellation?.kill;
    this.#phase = ok ? DONE : kill && value === kill.error && !kill.fails ? KILLED : FAILED;
    if (this.#phase === FAILED) leaveTrail(value, `thread "${this.name}" (#${this.id})`);
    this.#payload = value;
    this.cancellation?.end();
    // A thread may be held long after its end: what it ran is not.
    this.cancellation =
      this.locals =
      this.#event =
      this.#callers =
        null;
    this.#coroutine = FINISHED;
    this.slot = undefined;
    this.attention = false;
    const watchers = this.#watchers;
    this.#watchers = null;
    if (watchers instanceof Set) { for (const watcher of watchers) this.#tell(watcher); }
    else if (watchers !== null) this.#tell(watchers);
    this.scope.threadEnded(this as Thread, this.#phase === FAILED);
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
