/**
 * A mark stands at a depth of a thread's stack and says what happens when the coroutine there ends:
 * a deadline is disarmed, a scope waits for its threads, deferred work runs, a shield ends.
 *
 * @module
 */

import type { Coroutine } from "./coroutine.ts";
import type { Thread } from "./thread.ts";
import type { Cancel } from "./cancel.ts";
import type { Scope } from "./scope.ts";

/** How a coroutine ended: `value` is what it returned, or what it threw. */
export interface Outcome {
  /** Whether it returned. */
  readonly ok: boolean;
  /** The value or the error. */
  readonly value: unknown;
}

/** What happens when the coroutine at `depth` ends. */
export abstract class Mark {
  /** How many coroutines are below the one that this mark belongs to. */
  depth = 0;
  /** How many marks are below this one. */
  place = 0;
  /** Of a shield: the place of the next one further out. */
  outerShield = 0;
  /** @ignore The cancel that unwinds the thread to this mark, if there is one. */
  cancel: Cancel | null = null;
  /** Whether a cancel from further out has unwound past this mark. Then no cancel may unwind to this mark any more. */
  disarmed = false;

  /** The scope that is open here, if one is. */
  readonly scope: Scope | null = null;

  /** Whether cancels from further out wait until this mark has gone. */
  get shields(): boolean {
    return false;
  }

  /** Whether it only waits for other threads to end. In a deadlock those are forced to end, and this one is not. */
  get endsWithOthers(): boolean {
    return false;
  }

  /**
   * The coroutine ended with `outcome`, and the mark has been taken off the stack. Returns the outcome to use instead, or
   * a coroutine to run in place of the one that ended. `cancel` is the cancel that unwound to this mark, if one did.
   */
  abstract leave(
    thread: Thread,
    outcome: Outcome,
    cancel: { readonly error: unknown } | null,
  ): Outcome | Coroutine<unknown>;

  /** A cancel from further out unwinds past this mark. */
  disarm(_thread: Thread): void {
    this.disarmed = true;
  }

  /** A cancel from further out has to wait for this mark. */
  hold(_thread: Thread): void {}
}

/** Puts cancels off until its coroutine has ended, and stops the count of grace. */
export class Shield extends Mark {
  /** @ignore */
  override get shields(): boolean {
    return true;
  }

  /** @ignore */
  override leave(_thread: Thread, outcome: Outcome): Outcome | Coroutine<unknown> {
    return outcome;
  }
}
