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

import { Cancel, insert, INTERRUPT, KILL, LAZY, PENDING, UNWINDING } from "./cancel.ts";
import { type Coroutine, ignore } from "./coroutine.ts";
import { ThreadKilledError } from "./errors.ts";
import { isEvenIfKilled } from "./event.ts";
import type { Mark, Outcome } from "./mark.ts";
import type { Scope } from "./scope.ts";
import type { Thread } from "./thread.ts";

/** The marks on one thread's stack and the cancels that it is under. Threads without any have none. */
export class Cancellation {
  readonly #thread: Thread;
  readonly #marks: Mark[] = [];
  /** The cancels under way, outermost first. There may be thousands: of nested deadlines that expired in a shield. */
  readonly #cancels: Cancel[] = [];
  /** How many of them unwind, and how many of those by force. */
  #unwinding = 0;
  #forced = 0;
  /** The place of the innermost mark that shields: cancels that reach further out wait. */
  #shield = KILL;

  constructor(thread: Thread) {
    this.#thread = thread;
  }

  /** Puts `mark` on the stack, for the coroutine at `depth`. */
  push(mark: Mark, depth: number): void {
    mark.depth = depth;
    mark.place = this.#marks.length;
    this.#marks.push(mark);
    if (!mark.shields) return;
    this.#stopGrace();
    mark.outerShield = this.#shield;
    this.#shield = mark.place;
  }

  /** The topmost mark. */
  get top(): Mark | undefined {
    return this.#marks[this.#marks.length - 1];
  }

  /** The depth of the topmost mark, or -1. */
  get depth(): number {
    return this.top?.depth ?? -1;
  }

  /** The scopes that the thread has open, outermost first. */
  get scopes(): Scope[] {
    return this.#marks.flatMap((mark) => mark.scope ?? []);
  }

  /** The cancel that ends the whole thread. */
  get kill(): Cancel | null {
    const outermost = this.#cancels[0];
    return outermost !== undefined && outermost.reach === KILL ? outermost : null;
  }

  /** Whether the cancel that ends the whole thread has been thrown. */
  get isKilling(): boolean {
    return this.kill?.phase === UNWINDING;
  }

  /** Whether one of the cancels has not been thrown yet. */
  get pending(): boolean {
    return this.#cancels.some(({ phase }) => phase !== UNWINDING);
  }

  /** Whether `error` is what one of the cancels throws. */
  has(error: unknown): boolean {
    return this.#cancels.some((cancel) => cancel.error === error);
  }

  /** Cancels the thread as far out as `mark` (`null`: all of it). A second cancel for the same mark is the first. */
  request(mark: Mark | null, error: unknown, grace: number, lazily: boolean): void {
    if (mark === null ? this.kill !== null : mark.cancel !== null || mark.disarmed) return;
    const cancel = new Cancel(this.#thread, mark === null ? KILL : mark.place, error, grace);
    if (mark !== null) mark.cancel = cancel;
    this.#add(cancel, lazily ? LAZY : PENDING);
  }

  /** Throws `error` into the thread once. The thread may catch it and go on. A thread that is being killed is left alone. */
  interrupt(error: unknown): void {
    const outermost = this.#cancels[0];
    if (outermost !== undefined && outermost.reach < 0) return;
    this.#add(new Cancel(this.#thread, INTERRUPT, error, Infinity), PENDING);
  }

  #add(cancel: Cancel, phase: number): void {
    cancel.phase = phase;
    this.#thread.attention = true;
    insert(this.#cancels, cancel);
    if (phase === LAZY) return;
    if (this.next(true) !== null) return this.#thread.wake();
    this.#hold(cancel);
    this.countGrace();
  }

  /** The cancel to throw now, if any; `blocked` says that the thread waits, or would. */
  next(blocked: boolean): Cancel | null {
    const least = blocked ? LAZY : PENDING;
    let found: Cancel | null = null;
    for (let i = this.#cancels.length - 1; i >= 0; i--) {
      const cancel = this.#cancels[i]!;
      if (cancel.reach < this.#shield || cancel.phase === UNWINDING) break;
      if (cancel.phase >= least) found = cancel;
    }
    return found;
  }

  /** Starts to unwind for `cancel`, and drops all cancels inside its mark. Returns the error to throw. */
  deliver(cancel: Cancel): unknown {
    cancel.phase = UNWINDING;
    this.#unwinding++;
    for (let i = this.#cancels.length - 1; this.#cancels[i] !== cancel; i--) {
      const inner = this.#cancels[i]!;
      if (inner.failures !== null) cancel.keep(inner.failures);
      this.#drop(inner);
    }
    const innermost = Math.max(cancel.reach, -1);
    for (let i = this.#marks.length - 1; i > innermost; i--) this.#marks[i]!.disarm(this.#thread);
    return cancel.error;
  }

  /** Removes `cancel`, and stops counting its grace. */
  #drop(cancel: Cancel): void {
    this.#thread.scheduler.timers.remove(cancel);
    if (cancel.reach >= 0) this.#marks[cancel.reach]!.cancel = null;
    if (cancel.phase === UNWINDING) this.#unwinding--;
    if (cancel.forced) this.#forced--;
    this.#cancels.splice(this.#cancels.lastIndexOf(cancel), 1);
    this.#thread.attention = this.#cancels.length > 0;
  }

  /** The coroutine of the topmost mark ended with `outcome`. Returns the outcome for its caller, or a coroutine to run. */
  leave(outcome: Outcome): Outcome | Coroutine<unknown> {
    const mark = this.top!;
    const { cancel } = mark;
    if (cancel !== null) this.#drop(cancel);
    this.#marks.pop();
    if (mark.shields) this.#shield = mark.outerShield;
    if (cancel !== null) {
      // This cancel has unwound to its mark. A cancel further out that waited for this goes on from here.
      if (!outcome.ok && outcome.value === cancel.error) outcome = this.unwound(outcome);
      const outer = outcome.ok ? null : this.#unwindingBy(outcome.value);
      if (outer === null) outcome = cancel.conclude(outcome);
      else if (cancel.failures !== null) outer.keep(cancel.failures);
    }
    return mark.leave(this.#thread, outcome, cancel);
  }

  /**
   * A scope ended with `errors` of other threads, and its body with `outcome`. If the thread is being cancelled further
   * out, or has to be now, these errors wait for the end of that: `null` if it is not. `cut` says that the cancel came
   * while the body ran.
   */
  setAside(errors: readonly unknown[], outcome: Outcome, cut: boolean): Outcome | null {
    let cancel = cut ? this.#cancels.findLast(({ phase }) => phase === UNWINDING) : undefined;
    if (cancel === undefined) {
      const due = this.next(true);
      if (due === null || due.reach === INTERRUPT) return null;
      outcome = { ok: false, value: this.deliver(cancel = due) };
    } else if (cancel.reach === INTERRUPT) {
      return null;
    } else if (!outcome.ok) {
      outcome = { ok: false, value: cancel.error };
    }
    cancel.keep(errors);
    return outcome;
  }

  /** The cancel that unwinds the thread with `error`. */
  #unwindingBy(error: unknown): Cancel | null {
    return this.#cancels.find((cancel) => cancel.phase === UNWINDING && cancel.error === error) ?? null;
  }

  /** Something that delayed an outer cancel ended with `outcome`. Returns the error of that cancel, or `outcome`. */
  unwound(outcome: Outcome): Outcome {
    const outer = this.next(true);
    return outer === null ? outcome : { ok: false, value: this.deliver(outer) };
  }

  /** Calls `hold` of the mark that delays `cancel`: the outermost shield inside its reach and outside of what unwinds. */
  #hold(cancel: Cancel): void {
    const end = this.#unwinding === 0
      ? Infinity
      : this.#cancels.find(({ reach, phase }) => reach > cancel.reach && phase === UNWINDING)?.reach ??
        Infinity;
    let holding: Mark | null = null;
    for (let place = this.#shield; place > cancel.reach && place >= 0;) {
      const mark = this.#marks[place]!;
      if (place < end) holding = mark;
      place = mark.outerShield;
    }
    holding?.hold(this.#thread);
  }

  /** Counts the grace of every cancel that nothing shields and that is not counted yet. */
  countGrace(): void {
    const { timers, host } = this.#thread.scheduler;
    this.#unshielded((cancel) => {
      if (cancel.isSet || cancel.forced || cancel.phase === LAZY || cancel.left === Infinity) return;
      cancel.until = host.now() + cancel.left;
      timers.add(cancel, cancel.until);
    });
  }

  #stopGrace(): void {
    const { timers, host } = this.#thread.scheduler;
    this.#unshielded((cancel) => {
      if (!cancel.isSet) return;
      cancel.left = Math.max(0, cancel.until - host.now());
      timers.remove(cancel);
    });
  }

  /** Calls `visit` with the cancels that nothing shields, innermost first. */
  #unshielded(visit: (cancel: Cancel) => void): void {
    for (let i = this.#cancels.length - 1; i >= 0 && this.#cancels[i]!.reach >= this.#shield; i--) {
      visit(this.#cancels[i]!);
    }
  }

  /** The grace of `cancel` is over: it unwinds now, even if cancels inside it are unwinding. */
  force(cancel: Cancel): void {
    const interrupt = this.#cancels.find(({ reach }) => reach === INTERRUPT);
    if (interrupt !== undefined && cancel.phase !== UNWINDING) {
      // A thread that caught an interrupt may go on for as long as it likes. The kill reaches it only now.
      this.#drop(interrupt);
      cancel.left = this.#thread.scheduler.grace;
      if (this.next(true) === null) return this.countGrace();
    } else {
      this.#unwindByForce(cancel);
    }
    this.#thread.wake();
  }

  #unwindByForce(cancel: Cancel): void {
    if (cancel.phase !== UNWINDING) this.deliver(cancel);
    if (!cancel.forced) this.#forced++;
    cancel.forced = true;
  }

  /**
   * The last resort in a deadlock: forces the whole thread to end, in spite of all shields. A thread that only waits for
   * other threads to end (`endsWithOthers`) is left alone.
   */
  abandon(): void {
    if (this.top?.endsWithOthers) return;
    for (const mark of this.#marks) mark.outerShield = KILL;
    this.#shield = KILL;
    const { name, id } = this.#thread;
    this.request(
      null,
      new ThreadKilledError(`Thread "${name}" (#${id}) was abandoned in a deadlock.`),
      Infinity,
      false,
    );
    this.#unwindByForce(this.kill!);
    this.#thread.wake();
  }

  /** The forced cancel of the current coroutine, unless a shield protects the coroutine from it. */
  forced(): Cancel | null {
    if (this.#forced === 0) return null;
    return this.#cancels.find((cancel) => cancel.forced && cancel.reach >= this.#shield) ?? null;
  }

  /** The thread has ended: no timer of its cancels stays behind. */
  end(): void {
    for (const cancel of this.#cancels) this.#thread.scheduler.timers.remove(cancel);
  }
}

/** How many yields a forced coroutine's clean-up may make before it is left as it is. */
const FORCED_RETURNS = 1_000;

/** Ends `coroutine`, the top of the stack of `thread`. Its `finally` blocks run, but do not wait at their yields. */
export function returnByForce(coroutine: Coroutine<unknown>, thread: Thread): void {
  for (let i = 0; i < FORCED_RETURNS; i++) {
    const { done, value } = coroutine.return(undefined);
    if (done) return;
    if (isEvenIfKilled(value)) value.perform(thread);
    else ignore(value);
  }
}
