/**
 * The smallest host with a clock of its own: when nothing is left to do, time jumps to the next alarm, so that
 * the tests of the core need neither the simulator nor any waiting.
 *
 * @module
 */

import { type Alarm, type Coroutine, type Host, run, type RunOptions, type Task } from "../src/core/mod.ts";

declare const setImmediate: (task: () => void) => unknown;

/** Seconds by which alarms ring late, so that deadlines which were set in one go come due together. */
const LATE = 2e-5;

/** A clock that jumps. */
export class VirtualHost implements Host {
  /** Seconds since the start. */
  time = 0;
  /** How many alarms are set and have not rung. */
  alarms = 0;

  // Each look costs a microsecond, so that threads that never wait do not stop the clock.
  now = () => this.time += 1e-6;

  alarm(seconds: number, ring: () => void): Alarm {
    const at = this.time + seconds;
    let set = true;
    this.alarms++;
    const silence = () => {
      if (set) this.alarms--;
      set = false;
    };
    if (at < Infinity) {
      setImmediate(() => {
        if (!set) return;
        silence();
        this.time = Math.max(this.time, at + LATE);
        ring();
      });
    }
    return { cancel: silence };
  }

  soon = queueMicrotask;

  turn(task: () => void): void {
    setImmediate(task);
  }
}

/** Runs `body` on a clock that jumps, and sees that no alarm is left. */
export async function play<T>(body: () => Coroutine<T>, options: RunOptions = {}): Promise<T> {
  const host = options.host as VirtualHost | undefined ?? new VirtualHost();
  const outcome = await run(body(), { ...options, host }).then(
    (value) => () => value,
    (error) => () => {
      throw error;
    },
  );
  if (host.alarms > 0) throw new Error(`${host.alarms} alarms are left behind.`);
  return outcome();
}

/** `seconds` as the virtual clock shows them: without the microseconds that looking at it takes. */
export function rounded(seconds: number): number {
  return Math.round(seconds * 1e3) / 1e3;
}

/** What `task` throws, or `undefined` if it does not. */
export function* caught(task: Task<unknown>): Coroutine<unknown> {
  try {
    yield task;
  } catch (error) {
    return error;
  }
  return undefined;
}
