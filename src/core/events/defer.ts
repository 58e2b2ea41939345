/**
 * Work that is put off to the end of a coroutine.
 *
 * @module
 */

import { type Coroutine, describe } from "../coroutine.ts";
import { Event } from "../event.ts";
import { Mark, type Outcome, Shield } from "../mark.ts";
import type { Thread } from "../thread.ts";
import type { Wait } from "../wait.ts";

/** Work that runs at the end of a coroutine, however that ends. */
type Cleanup = () => Coroutine<unknown> | void;

/** The mark on a coroutine that deferred something. */
class Deferred extends Mark {
  readonly cleanups: Cleanup[] = [];

  /** @ignore */
  override leave(thread: Thread, outcome: Outcome): Coroutine<unknown> {
    thread.mark(new Shield());
    return cleanUp(this.cleanups, outcome, !outcome.ok && thread.isCancelledBy(outcome.value));
  }
}

function* cleanUp(cleanups: Cleanup[], outcome: Outcome, cancelled: boolean): Coroutine<unknown> {
  const errors: unknown[] = outcome.ok || cancelled ? [] : [outcome.value];
  for (let cleanup; (cleanup = cleanups.pop()) !== undefined;) {
    try {
      const work = cleanup();
      if (isWork(work)) yield work;
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 1) {
    throw new AggregateError(errors, `${errors.length} errors, in a coroutine and in what it deferred`);
  }
  if (errors.length === 1) throw errors[0];
  if (!outcome.ok) throw outcome.value;
  return outcome.value;
}

/**
 * Whether the value that a clean-up returned has to be yielded: to wait for it, or to refuse it, as an async generator is
 * refused. Any other value, which an arrow function happens to return, is ignored.
 */
function isWork(work: unknown): work is Coroutine<unknown> {
  if (typeof work !== "object" || work === null) return false;
  return work instanceof Event || "next" in work || "then" in work;
}

/** Registers work for the current coroutine's end. */
export class DeferEvent extends Event<void> {
  readonly #cleanup: Cleanup;

  /** Registers `cleanup`. */
  constructor(cleanup: Cleanup) {
    super();
    if (typeof cleanup !== "function") {
      throw new TypeError(`defer() takes a function, plain or function*; got ${describe(cleanup)}.`);
    }
    this.#cleanup = cleanup;
  }

  /** @ignore */
  override perform({ thread }: Wait): void {
    let mark = thread.topMark;
    if (!(mark instanceof Deferred)) thread.mark(mark = new Deferred());
    (mark as Deferred).cleanups.push(this.#cleanup);
  }

  /** @ignore */
  override get unselectable(): string {
    return "belongs to the current coroutine: yield it on its own";
  }

  /** @ignore */
  override get evenIfKilled(): boolean {
    return true;
  }
}

/**
 * Runs `cleanup` when the current coroutine ends, however it ends, shielded from kills; last registered,
 * first run, as Go's `defer`. It registers even when a kill is pending. The current coroutine is the one
 * that `spawn`, `call` or a plain `yield` started.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * await bluelet.run(function* () {
 *   yield* bluelet.defer(() => void log.push("first registered, last run"));
 *   yield* bluelet.defer(function* () {
 *     yield* bluelet.sleep(0.001);
 *     log.push("may wait");
 *   });
 *   log.push("body");
 * }());
 * assertEquals(log, ["body", "may wait", "first registered, last run"]);
 * ```
 */
export function defer(cleanup: () => Coroutine<unknown> | void): Event<void> {
  return new DeferEvent(cleanup);
}
