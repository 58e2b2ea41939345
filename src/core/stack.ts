/**
 * The part of a thread that runs: its stack of coroutines, where it waits, and the loop that goes on until it
 * has to wait.
 *
 * The hot path is {@linkcode CoroutineStack.step}, `resume`, and the `perform` of the event between them. How
 * a thread is cancelled is in `cancellation.ts`; what it is besides a stack, in `thread.ts`.
 *
 * @module
 */

import { Cancellation, returnByForce } from "./cancellation.ts";
import { adopt, type Coroutine, describe, isCoroutine, type Named, Native } from "./coroutine.ts";
import { setRunning } from "./current.ts";
import { Event, isEvenIfKilled, SUSPENDED } from "./event.ts";
import type { Mark } from "./mark.ts";
import { PromiseEvent } from "./promise.ts";
import type { Scheduler } from "./scheduler.ts";
import type { Scope } from "./scope.ts";
import { PREEMPTED, UNSTARTED, WITHDRAWN } from "./stand.ts";
import type { Thread } from "./thread.ts";
import { leaveTrail } from "./trail.ts";

// Where a thread is in its life. It may be resumed up to AWAY, which is waiting for something outside.
const PERFORMING = 0, WAITING = 1, AWAY = 2, READY = 3, RUNNING = 4, DONE = 5, FAILED = 6, KILLED = 7;

/** A generator's own ways to go on: to look them up at each step costs more than to call them. */
const { next, throw: raise } = Native.prototype;

const suspended = SUSPENDED;

// How a coroutine is gone on with.
const NEXT = 0, THROW = 1, RETURN = 2;

/** How many coroutines and events that did not wait a thread may have in a row before it goes to the back. */
const PATIENCE = 64;

/** What the stack of a thread that has ended is replaced with. */
const FINISHED: Coroutine<unknown> = (function* () {})();

/** A stack of coroutines, of which the top one runs or waits. A {@linkcode Thread} is one that has a name and a scope. */
export abstract class CoroutineStack {
  /** The scope that it belongs to, and that waits for it. */
  readonly scope: Scope;
  /** What the event that this thread waits for keeps for its `withdraw`. */
  slot: unknown = undefined;
  /** @ignore Marks and cancels; most threads never have any. */
  cancellation: Cancellation | null = null;

  /** @ignore Where it is in its life. */
  protected phase = READY;
  /** @ignore What it goes on with; once it has ended, its value or error. */
  protected payload: unknown = undefined;
  #mode = NEXT;
  /** What it waits for, or last waited for. */
  #event: Event = UNSTARTED;
  #coroutine: Coroutine<unknown>;
  #callers: Coroutine<unknown>[] | null = null;

  /** @ignore */
  constructor(scope: Scope, coroutine: Coroutine<unknown>) {
    this.scope = scope;
    this.#coroutine = adopt(coroutine, thread(this));
  }

  /** @ignore What it is called, for messages. */
  abstract get name(): string;

  /** @ignore It has ended: tells whoever has to know. */
  protected abstract finish(): void;

  /** The scheduler that runs it. */
  get scheduler(): Scheduler {
    return this.scope.scheduler;
  }

  /** How many coroutines wait for the current one. */
  protected get depth(): number {
    return this.#callers === null ? 0 : this.#callers.length;
  }

  /** Whether some cancel is under way, so that yields and blocks have to look. */
  protected get attention(): boolean {
    return this.cancellation !== null && this.cancellation.active;
  }

  /** @ignore Whether it ended by returning. */
  protected get done(): boolean {
    return this.phase === DONE;
  }

  /** @ignore Whether it ended by an error that was not its kill. */
  protected get failed(): boolean {
    return this.phase === FAILED;
  }

  /** Whether it has ended, in whichever way. */
  get ended(): boolean {
    return this.phase >= DONE;
  }

  /** @ignore The event that it waits for. */
  get event(): Event | null {
    return this.phase === WAITING || this.phase === AWAY ? this.#event : null;
  }

  /** @ignore The first coroutine. */
  protected get bottom(): Coroutine<unknown> {
    return this.#callers?.[0] ?? this.#coroutine;
  }

  /** For events: what the thread waited for happened, with this result. Does nothing unless it waits. */
  resume(value?: unknown): void {
    if (this.phase > AWAY) return;
    this.payload = value;
    this.#makeReady();
  }

  /** For events: what the thread waited for failed with this error, which is thrown at its yield. */
  raise(error: unknown): void {
    if (this.phase > AWAY) return;
    this.#mode = THROW;
    this.payload = error;
    this.#makeReady();
  }

  /** For events: goes on with `coroutine`, whose value becomes the event's result. */
  enter(coroutine: Coroutine<unknown>, named?: Named): undefined {
    const current = this.#coroutine;
    this.#coroutine = adopt(coroutine, named ?? "");
    (this.#callers ??= []).push(current);
    return undefined;
  }

  /** For events: ends the current coroutine with `value`, its `finally` blocks included. */
  return(value: unknown): typeof SUSPENDED {
    this.#mode = RETURN;
    this.payload = value;
    this.#makeReady();
    return SUSPENDED;
  }

  /** @ignore Puts `mark` on the current coroutine. */
  mark(mark: Mark): void {
    (this.cancellation ??= new Cancellation(thread(this))).push(mark, this.depth);
  }

  /** @ignore The mark on the current coroutine that was put there last. */
  get topMark(): Mark | undefined {
    const { cancellation } = this;
    return cancellation !== null && cancellation.depth === this.depth ? cancellation.top : undefined;
  }

  /** @ignore Takes the thread out of its wait, if it is in one, so that it sees its cancel. */
  wake(): void {
    const { event } = this;
    if (event === null) return;
    this.#event = WITHDRAWN;
    this.payload = undefined;
    this.#makeReady();
    this.#withdraw(event);
  }

  /** @ignore Runs the thread until it has to wait, or has had its turn. Called by the scheduler alone. */
  step(): void {
    setRunning(thread(this));
    if (this.attention && !this.#hasResult() && this.#takeCancel(true) && this.#event === UNSTARTED) {
      return this.#neverStart();
    }
    const { trace } = this.scheduler;
    for (let patience = PATIENCE; patience > 0; patience--) {
      this.phase = RUNNING;
      let yielded: unknown;
      let done: boolean | undefined;
      const mode = this.#mode;
      const payload = this.payload;
      this.payload = undefined;
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
      if (trace !== null) trace.yielded(thread(this), yielded);
      if (this.attention && !isEvenIfKilled(yielded) && this.#takeCancel(false)) continue;
      let result: unknown;
      try {
        const event = yielded instanceof Event ? yielded : this.#eventOf(yielded);
        if (event === null) continue;
        this.phase = PERFORMING;
        result = event.perform(thread(this));
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
      this.payload = result;
      // An event that both resumes the thread and results in something has put it into the queue already.
      if (this.phase === READY) {
        this.#event = PREEMPTED;
        return;
      }
    }
    this.#event = PREEMPTED;
    this.#makeReady();
    if (this.attention) this.cancellation!.countGrace();
  }

  /** The event that `yielded` stands for, or `null` for a coroutine, which has been entered. */
  #eventOf(yielded: unknown): Event | null {
    if (isCoroutine(yielded)) return this.enter(yielded) ?? null;
    if (typeof (yielded as PromiseLike<unknown> | null)?.then === "function") {
      return new PromiseEvent(yielded as PromiseLike<unknown>);
    }
    throw new TypeError(
      `Thread "${this.name}" yielded ${describe(yielded)}: yield an event, a coroutine or a promise.`,
    );
  }

  /** The event did not complete at once. Whether the thread goes on all the same, since it was cancelled. */
  #block(): boolean {
    if (this.phase === PERFORMING) {
      if (this.attention && this.#takeCancel(true)) {
        this.#withdraw(this.#event);
        return true;
      }
      this.phase = WAITING;
      if (this.#event.outside) {
        this.phase = AWAY;
        this.scheduler.outside++;
      }
    }
    if (this.attention) this.cancellation!.countGrace();
    return false;
  }

  #makeReady(): void {
    const { scheduler } = this.scope;
    if (this.phase === AWAY) scheduler.outside--;
    this.phase = READY;
    scheduler.ready(thread(this));
  }

  /** Takes a wait back. What the event throws at that is a failure of the thread's, and no one else's. */
  #withdraw(event: Event): void {
    try {
      event.withdraw(thread(this));
    } catch (error) {
      this.scope.fail(error, thread(this));
    }
    this.slot = undefined;
  }

  /** Going on otherwise than with `next`. */
  #goOn(mode: number, payload: unknown): IteratorResult<unknown, unknown> {
    this.#mode = NEXT;
    if (mode === THROW) return raise.call(this.#coroutine, payload);
    if (!this.attention || this.cancellation!.forced() === null) return this.#coroutine.return(payload);
    returnByForce(this.#coroutine, thread(this));
    return { done: true, value: undefined };
  }

  /** Whether the thread goes on with something that a cancel must not take away: what was handed over, or an error. */
  #hasResult(): boolean {
    if (this.#mode !== THROW) return this.#event.handsOver;
    // Threads that are killed together are thrown one error: what a join throws may be the thread's own kill.
    return this.payload !== this.cancellation!.next(true)?.error;
  }

  /** Whether a cancel is due, which then is what the thread goes on with; `blocked` if it waits, or would. */
  #takeCancel(blocked: boolean): boolean {
    const cancellation = this.cancellation!;
    if (cancellation.forced() !== null) {
      this.#mode = RETURN;
      this.payload = undefined;
      return true;
    }
    const cancel = cancellation.next(blocked);
    if (cancel === null) return false;
    this.#mode = THROW;
    this.payload = cancellation.deliver(cancel);
    return true;
  }

  /** It was killed before it ran, and never will. */
  #neverStart(): void {
    this.#coroutine.return(undefined);
    this.#end(false, this.payload);
  }

  /** The current coroutine has ended: its marks are told, then its caller. Whether the thread goes on. */
  #leave(ok: boolean, value: unknown): boolean {
    const { cancellation } = this;
    if (cancellation !== null) {
      const forced = cancellation.forced();
      if (forced !== null) {
        if (!ok && value !== forced.error) forced.failure ??= { error: value };
        ok = false;
        value = forced.failure === null ? forced.error : forced.failure.error;
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
    if (cancellation !== null && cancellation.forced() !== null) {
      this.#mode = RETURN;
    } else {
      if (!ok) this.#mode = THROW;
      this.payload = value;
    }
    return true;
  }

  /** Nothing is left to run. A thread may be held long after its end: what it ran is not. */
  #end(ok: boolean, value: unknown): void {
    const cancellation = this.cancellation;
    const kill = cancellation?.kill ?? null;
    this.phase = ok ? DONE : kill !== null && value === kill.error ? KILLED : FAILED;
    if (this.phase === FAILED) leaveTrail(value, `thread "${this.name}" (#${thread(this).id})`);
    this.payload = value;
    cancellation?.end();
    this.cancellation = this.#callers = null;
    this.#event = UNSTARTED;
    this.#coroutine = FINISHED;
    this.slot = undefined;
    this.finish();
  }
}

/** Every stack is a thread's. (A getter for this would cost the hot path a quarter of its time.) */
function thread(stack: CoroutineStack): Thread {
  return stack as unknown as Thread;
}
