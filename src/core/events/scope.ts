/**
 * Opening a scope around a body: it ends when the body and all its threads have.
 *
 * @module
 */

import { type Coroutine, describe, ignore, isCoroutine } from "../coroutine.ts";
import { Event, RUNS_COROUTINE, SUSPENDED } from "../event.ts";
import { Mark, type Outcome, Shield } from "../mark.ts";
import { Scope, type Supervisor } from "../scope.ts";
import type { Thread } from "../thread.ts";
import type { Wait } from "../wait.ts";

const CANCELLED = "the thread that opened its scope was cancelled";

/** Options for {@linkcode scope}. */
export interface ScopeOptions {
  /** Is called for each thread that fails, and the scope goes on. Without it, the first failure ends the scope. */
  supervise?: Supervisor;
}

/** The mark on the body of a scope. */
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
    const end = new Drain(scope, outcome, this.disarmed, thread);
    if (!outcome.ok) scope.kill("the body of its scope ended");
    if (scope.size === 0) {
      scope.close();
      return end.settle(thread);
    }
    // A cancel that let the body's last result through is due now, and does not call `hold` of this mark again.
    if (thread.cancelled) end.hold();
    thread.mark(end);
    return drain(scope);
  }

  /** The thread is cancelled from further out, and all that is open in it with it. */
  override disarm(thread: Thread): void {
    super.disarm(thread);
    this.scope.kill(CANCELLED);
  }
}

/** The mark of a scope that waits for its threads. A cancel from outside kills them, and waits for their end too. */
class Drain extends Shield {
  override readonly scope: Scope;
  /** How the body ended. */
  readonly #outcome: Outcome;
  /** Whether it failed by itself, and was not cut short. */
  readonly #failed: boolean;
  /** Whether a cancel from further out has cut it short. */
  readonly #cut: boolean;
  #held = false;

  constructor(scope: Scope, outcome: Outcome, cut: boolean, thread: Thread) {
    super();
    this.scope = scope;
    this.#outcome = outcome;
    this.#cut = cut || !outcome.ok && thread.isCancelledBy(outcome.value);
    this.#failed = !outcome.ok && !scope.isOwnKill(outcome.value) && !thread.isCancelledBy(outcome.value);
    // First first: a thread's error that ended the body is there already.
    if (this.#failed) scope.note(outcome.value);
  }

  /** @ignore In a deadlock its threads are forced to end, not the waiting thread. */
  override get endsWithOthers(): boolean {
    return true;
  }

  override hold(): void {
    this.#held = true;
    this.scope.kill(CANCELLED);
  }

  override leave(thread: Thread, waited: Outcome): Outcome {
    return waited.ok ? this.settle(thread) : waited;
  }

  /** All threads have ended. Returns the outcome of the scope. */
  settle(thread: Thread): Outcome {
    const { scope } = this, outcome = this.#outcome, cancellation = thread.cancellation!;
    if (scope.errors.length > 0) {
      const aside = this.#failed ? null : cancellation.setAside(scope.errors, outcome, this.#cut);
      return aside ?? { ok: false, value: scope.failure };
    }
    const goesOn = outcome.ok ? this.#held && !scope.keepsValue : scope.isOwnKill(outcome.value);
    return goesOn ? cancellation.unwound(outcome) : outcome;
  }
}

function* drain(scope: Scope): Coroutine {
  yield new DrainedEvent(scope);
}

/** Happens when the last thread of a scope has ended. Its shield keeps this wait from being taken back. */
class DrainedEvent extends Event<void> {
  /** @ignore */
  readonly scope: Scope;

  /** Waits for the threads of `scope`. */
  constructor(scope: Scope) {
    super();
    this.scope = scope;
  }

  /** @ignore */
  override perform(wait: Wait): undefined | typeof SUSPENDED {
    if (this.scope.size === 0) return undefined;
    this.scope.whenEmpty(() => wait.resume());
    return SUSPENDED;
  }

  /** @ignore */
  override describe(): string {
    const names = this.scope.threads.slice(0, 5).map(String);
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
  override perform(wait: Wait): T {
    const { thread } = wait;
    const scope = new Scope(thread.scheduler, thread, this.#supervise);
    const body = this.#body(scope);
    if (!isCoroutine(body)) {
      ignore(body);
      throw new TypeError(
        `The body of scope() must be a generator function (function*); it returned ${describe(body)}.`,
      );
    }
    const mark = new Body(scope, thread.innermost);
    wait.enter(body, this.#body.name || "scope", mark);
    scope.body = mark;
    thread.innermost = scope;
    return undefined as T;
  }

  /** @ignore */
  override describe(): string {
    return "a scope";
  }

  /** @ignore */
  override get unselectable(): string {
    return RUNS_COROUTINE;
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
