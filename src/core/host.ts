/**
 * What the scheduler needs from the world: a clock, an alarm, and two ways to be called back.
 *
 * The Deno adapter is one host, the simulator another. Core knows neither.
 *
 * @module
 */

/** An alarm that has been set and not yet rung. */
export interface Alarm {
  /** Silences the alarm; afterwards, and after it rang, this does nothing. */
  cancel(): void;
}

/** The world around a scheduler. */
export interface Host {
  /** Seconds on a clock that never jumps and never runs backwards. */
  now(): number;
  /**
   * Calls `ring` once, at least `seconds` from now. It may ring early by a little: the scheduler looks
   * at the clock and sets another. `Infinity` never rings, but keeps the program alive.
   */
  alarm(seconds: number, ring: () => void): Alarm;
  /** Calls `task` as soon as the code now running has returned to the host. */
  soon(task: () => void): void;
  /** Calls `task` after the outside (sockets, timers) has had a chance to make progress. */
  turn(task: () => void): void;
  /**
   * Is called when a thread is about to wait for a promise. A simulator, whose runs must not depend on the real world,
   * throws here; the error is thrown at the thread's yield.
   */
  promised?(): void;
  /** Keeps the asynchronous context (`AsyncLocalStorage`) that is current now: what it returns calls functions in that. */
  capture?(): InContext;
}

/** Calls `task` in the asynchronous context that it was made in; results in what that returns. */
export type InContext = <T>(task: () => T) => T;

/**
 * The name of something that a host may have besides, such as a network: the host's property of that name. The room
 * that needs it declares it, with its type.
 */
export type Capability<T> = string & {
  /** @ignore Never there: it ties the type to the name. */
  readonly __capability?: T;
};

/** The capability `name` of `host`. Throws `TypeError` if the host does not have it. */
export function capability<T = unknown>(host: Host, name: Capability<T>): T {
  const found = (host as unknown as Record<string, unknown>)[name];
  if (found !== undefined) return found as T;
  throw new TypeError(`This run's host has no ${name}: run on a host that has, or without what needs it.`);
}

let fallback: Host | undefined;

/** Sets the host of every run that names none. `mod.ts` sets Deno's. */
export function setDefaultHost(host: Host): void {
  fallback = host;
}

/** The host of a run that names none; throws where none was set, which is so in `./core` alone. */
export function defaultHost(): Host {
  if (fallback === undefined) {
    throw new Error(
      "There is no host to run on: pass { host }, or import the package's main module, which brings Deno's.",
    );
  }
  return fallback;
}
