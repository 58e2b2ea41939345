/**
 * The files and sockets that a coroutine has opened: they are closed when it ends, unless they were closed before.
 *
 * `defer` would do, but for two things: a loop that opens and closes a million files would keep a million clean-ups, where
 * here what has been closed is let go of; and what takes long to end, as processes do, is told to all at once.
 *
 * @module
 */

import { type Coroutine, Event, Mark, type Outcome, Shield, type Thread, type Wait } from "../core/mod.ts";

/**
 * Closes something; it is told how the coroutine ended. What it returns is waited for before the coroutine has ended; that
 * must not fail.
 */
export type Close = ((outcome: Outcome) => void) | ((outcome: Outcome) => Event<void> | undefined);

/** The mark on a coroutine that has opened something. */
class Belongings extends Mark {
  readonly held = new Set<Close>();

  /** The coroutine has ended: what was made last is closed first. */
  override leave(thread: Thread, outcome: Outcome): Outcome | Coroutine<unknown> {
    const ends = [...this.held].reverse().map((close) => close(outcome)).filter((end) =>
      end instanceof Event
    );
    if (ends.length === 0) return outcome;
    thread.mark(new Shield());
    return waitFor(ends, outcome);
  }
}

function* waitFor(ends: readonly Event<void>[], outcome: Outcome): Coroutine<unknown> {
  for (const end of ends) yield end;
  if (!outcome.ok) throw outcome.value;
  return outcome.value;
}

/**
 * For events: calls `close` when the current coroutine of the waiting thread has ended, as `defer` would. Returns a
 * function that takes this back, to be called when it is closed before. `close` must not throw.
 */
export function belongs(wait: Wait, close: Close): () => void {
  const { thread } = wait;
  let mark = thread.topMark;
  if (!(mark instanceof Belongings)) thread.mark(mark = new Belongings());
  const { held } = mark as Belongings;
  held.add(close);
  return () => void held.delete(close);
}
