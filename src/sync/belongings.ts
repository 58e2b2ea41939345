/**
 * What a coroutine has made that must be closed: it is closed when that coroutine ends, unless it was closed before.
 *
 * `defer` would do, but for one thing: a loop that opens and closes a million files would keep a million clean-ups. What
 * has been closed is let go of here.
 *
 * @module
 */

import { type Coroutine, Mark, type Outcome, type Wait } from "../core/mod.ts";

/** Stands on a coroutine that something belongs to. */
class Belongings extends Mark {
  readonly held = new Set<() => void>();

  /** The coroutine has ended: what was made last is closed first. */
  override leave(_thread: unknown, outcome: Outcome): Outcome | Coroutine<unknown> {
    for (const close of [...this.held].reverse()) close();
    return outcome;
  }
}

/**
 * For events: calls `close` when the current coroutine of what waits has ended, as `defer` would. Calling what it returns
 * takes that back, for what was closed before. `close` must not throw.
 */
export function belongs(wait: Wait, close: () => void): () => void {
  const { thread } = wait;
  let mark = thread.topMark;
  if (!(mark instanceof Belongings)) thread.mark(mark = new Belongings());
  const { held } = mark as Belongings;
  held.add(close);
  return () => void held.delete(close);
}
