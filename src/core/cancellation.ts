/**
 * Cancelling a thread. A kill, an expired deadline and a failed scope are one thing: an error that is
 * thrown where the thread waits, once, and unwinds it to a mark on its stack (or to its end).
 *
 * Of the cancels that are pending, the outermost one that nothing shields is thrown; everything armed
 * inside its mark is disarmed. Clean-up that a cancel started is itself a shield against the next one, so
 * that a `finally` block which a cancel entered runs to its end. What does not end within its grace is
 * forced to, with the generators' own `return()`.
 *
 * @module
 */

import type { Coroutine } from "./coroutine.ts";
import { InterruptError } from "./errors.ts";
import type { Mark, Outcome } from "./mark.ts";
import type { Scope } from "./scope.ts";
import type { Thread } from "./thread.ts";
import { Timer } from "./timers.ts";

/** What a cancel is doing: `LAZY` strikes when the thread next blocks, `PENDING` at its next yield. */
export const LAZY = 0, PENDING = 1, UNWINDING = 2;

/** One cancel, and (as a timer) its grace. */
export class Cancel extends Timer {
  phase = PENDING;
  /** The thread did not end in time: from here on its generators are made to return. */
  forced = false;
  /** The first error that forced clean-up threw. */
  failure: { error: unknown } | null = null;
  /** A thread that this cancel ends has failed, not been killed: so with an interrupt. */
  readonly fails: boolean;
  /** Seconds of grace that are left while it is not counted. */
  left: number;

  constructor(readonly thread: Thread, readonly mark: Mark | null, readonly error: unknown, grace: number) {
    super();
    this.left = grace;
    this.fails = error instanceof InterruptError;
  }

  /** The grace is over. */
  override fire(): void {
    this.forced = true;
    this.thread.cancellation!.force(this);
  }
}

/** The marks on one thread's stack and the cancels that it is under. Threads without any have none. */
export class Cancellation {
  readonly #thread: Thread;
  readonly #marks: Mark[] = [];
  /** The cancel that ends the whole thread. */
  kill: Cancel | null = null;
  /** How many marks shield; grace is not counted while any does. */
  #shields = 0;

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  /** Puts `mark` on the stack, for the coroutine at `depth`. */
  push(mark: Mark, depth: number): void {
    mark.depth = depth;
    this.#marks.push(mark);
    if (mark.shields && this.#shields++ === 0) this.#stopGrace();
  }

  /** The topmost mark. */
  get top(): Mark | undefined {
    return this.#marks[this.#marks.length - 1];
  }

  /** Whether any cancel is under way. */
  get active(): boolean {
    return this.kill !== null || this.#marks.some((mark) => mark.cancel !== null);
  }

  /** Whether `error` is what one of the cancels throws. */
  has(error: unknown): boolean {
    return this.#cancels().some((cancel) => cancel.error === error);
  }

  /** The scopes that the thread has open, outermost first. */
  get scopes(): Scope[] {
    return this.#marks.flatMap((mark) => mark.scope ?? []);
  }

  /** The depth of the topmost mark, or -1. */
  get depth(): number {
    return this.top?.depth ?? -1;
  }

  /** The coroutine of the topmost mark ended: what comes of it. */
  leave(outcome: Outcome): Outcome | Coroutine<unknown> {
    const mark = this.#marks.pop()!;
    if (mark.shields) this.#shields--;
    const { cancel } = mark;
    mark.cancel = null;
    if (cancel !== null) {
      this.#thread.scheduler.timers.remove(cancel);
      // It has unwound as far as it should. What waited for that, further out, goes on from here.
      if (!outcome.ok && outcome.value === cancel.error) {
        const outer = this.next(true);
        if (outer !== null) outcome = { ok: false, value: this.deliver(outer) };
      }
    }
    const next = mark.leave(this.#thread, outcome, cancel);
    return next;
  }

  /** Cancels the thread as far out as `mark` (`null`: all of it). A second cancel for the same mark is the first. */
  request(mark: Mark | null, error: unknown, grace: number, phase: number = PENDING): void {
    if (mark === null ? this.kill !== null : mark.cancel !== null || mark.disarmed) return;
    const cancel = new Cancel(this.#thread, mark, error, grace);
    cancel.phase = phase;
    if (mark === null) this.kill = cancel;
    else mark.cancel = cancel;
    this.#thread.attention = true;
    if (phase === LAZY) return;
    if (this.next(true) !== null) this.#thread.interrupt();
    else {
      this.#hold(cancel);
      this.countGrace();
    }
  }

  /** The cancel to throw now, if any; `blocked` says that the thread waits, or would. */
  next(blocked: boolean): Cancel | null {
    const least = blocked ? LAZY : PENDING;
    let found = ripe(this.kill, least);
    for (const mark of this.#marks) {
      const { cancel } = mark;
      if (mark.shields || cancel?.phase === UNWINDING) found = null;
      else found ??= ripe(cancel, least);
    }
    return found;
  }

  /** Starts to unwind for `cancel`: nothing inside its mark cancels any more. */
  deliver(cancel: Cancel): unknown {
    cancel.phase = UNWINDING;
    for (let i = this.#marks.length - 1; i >= 0; i--) {
      const mark = this.#marks[i]!;
      if (mark === cancel.mark) break;
      mark.disarm(this.#thread);
      if (mark.cancel !== null) {
        this.#thread.scheduler.timers.remove(mark.cancel);
        mark.cancel = null;
      }
    }
    return cancel.error;
  }

  /** Tells the mark that keeps `cancel` waiting. */
  #hold(cancel: Cancel): void {
    let inside = cancel.mark === null;
    for (const mark of this.#marks) {
      if (inside && (mark.shields || mark.cancel?.phase === UNWINDING)) return mark.hold(this.#thread);
      if (mark === cancel.mark) inside = true;
    }
  }

  /** Counts the grace of every cancel that is not counted yet, unless a shield stands. */
  countGrace(): void {
    if (this.#shields > 0) return;
    const { timers, host } = this.#thread.scheduler;
    for (const cancel of this.#cancels()) {
      if (cancel.place < 0 && !cancel.forced && cancel.phase !== LAZY && cancel.left < Infinity) {
        timers.add(cancel, host.now() + cancel.left);
      }
    }
  }

  #stopGrace(): void {
    if (!this.#thread.attention) return;
    const { timers, host } = this.#thread.scheduler;
    for (const cancel of this.#cancels()) {
      if (cancel.place < 0) continue;
      cancel.left = Math.max(0, cancel.at - host.now());
      timers.remove(cancel);
    }
  }

  /** The grace of `cancel` is over: it unwinds now, whatever was unwinding inside. */
  force(cancel: Cancel): void {
    if (cancel.phase !== UNWINDING) this.deliver(cancel);
    this.#thread.interrupt();
  }

  /** The forced cancel that the current coroutine is under, unless a shield inside it protects that. */
  forced(): Cancel | null {
    let found = this.kill?.forced ? this.kill : null;
    for (const mark of this.#marks) {
      if (mark.shields) found = null;
      else if (found === null && mark.cancel?.forced) found = mark.cancel;
    }
    return found;
  }

  /** The thread has ended: no timer of its cancels stays behind. */
  end(): void {
    if (this.kill !== null) this.#thread.scheduler.timers.remove(this.kill);
  }

  #cancels(): Cancel[] {
    const cancels = this.kill === null ? [] : [this.kill];
    for (const { cancel } of this.#marks) if (cancel !== null) cancels.push(cancel);
    return cancels;
  }
}

function ripe(cancel: Cancel | null, least: number): Cancel | null {
  return cancel !== null && cancel.phase >= least && cancel.phase < UNWINDING ? cancel : null;
}
