/**
 * Rate limits: so many a second.
 *
 * @module
 */

import {
  currentHost,
  type Event,
  type Scheduler,
  SUSPENDED,
  Timer,
  Users,
  type Waiter,
  WaitList,
} from "../core/mod.ts";
import { Label } from "./label.ts";
import { WaitListEvent } from "./wait_list_event.ts";

/** Options for a {@linkcode RateLimiter}, besides its rate. */
export interface RateLimiterOptions {
  /** How many may go on at once, after a time in which none did. Default 1. */
  burst?: number;
  /** What reports call it; left out, `rate limiter-1` and so on. */
  name?: string;
}

/** Seconds by which a sum of fractions may be wrong. */
const ROUNDING = 1e-9;

/** Seconds that are made up for when a timer is late: as late as timers may be, and a little more. */
const LATE = 0.02;

/** Rings when the first in line has its permits. */
class Ring extends Timer {
  readonly #ring: () => void;

  constructor(ring: () => void) {
    super();
    this.#ring = ring;
  }

  override fire(): void {
    this.#ring();
  }
}

/**
 * Gives out permits at a rate: a bucket that holds `burst` of them, full at first, and is filled at `perSecond`. A
 * thread that asks waits until there are enough, first come, first served; nobody gives any back.
 *
 * Permits are given at the very moment that the rate says, and a timer that is late does not put off the threads behind, so that the rate is kept on average. (A token bucket, as Go's `rate.Limiter`.)
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assert } from "@std/assert";
 *
 * const limiter = new bluelet.RateLimiter(1_000, { burst: 2 });
 * const start = performance.now();
 * await bluelet.run(function* () {
 *   for (let i = 0; i < 12; i++) yield* limiter.acquire(); // two at once, ten at their time
 * }());
 * assert(performance.now() - start > 9);
 * ```
 */
export class RateLimiter {
  /** How many permits come each second. */
  readonly perSecond: number;
  /** How many permits there are at most. */
  readonly burst: number;
  readonly #users = new Users();
  readonly #label: Label;
  /** How many permits each wait in line is for. */
  readonly #waiters = new WaitList<number>();
  readonly #acquire: Event<void>;
  /** When the bucket is full, if nobody takes any more, on the host's clock. */
  #full = -Infinity;
  /** What is set for the first in line, and where. */
  #ring: Ring | null = null;
  #ringing: Scheduler | null = null;
  /** For which of the line it is set; not known of the one for which it was set first. */
  #awaited: Waiter<number> | undefined;
  #serving = false;

  /** Makes a full bucket. Throws `RangeError` unless `perSecond` is more than 0, and `burst` a whole number, 1 or more. */
  constructor(perSecond: number, options: RateLimiterOptions = {}) {
    const { burst = 1 } = options;
    if (!(typeof perSecond === "number" && perSecond > 0)) {
      throw new RangeError(`A rate limiter gives out more than 0 permits a second; got ${perSecond}.`);
    }
    if (!(burst === Infinity || Number.isInteger(burst) && burst >= 1)) {
      throw new RangeError(`A rate limiter's burst is a whole number, 1 or more, or Infinity; got ${burst}.`);
    }
    this.perSecond = perSecond;
    this.burst = burst;
    this.#label = new Label("rate limiter", options.name);
    this.#acquire = this.#event(1);
  }

  /** Takes `n` permits, or waits for them. Throws `RangeError` if `n` are more than there can ever be. */
  acquire(n = 1): Event<void> {
    if (n === 1) return this.#acquire;
    this.#check(n, "acquire");
    return this.#event(n);
  }

  /** Takes `n` permits if there are as many, and nobody waits for some; whether it did. */
  tryAcquire(n = 1): boolean {
    this.#check(n, "tryAcquire");
    this.#users.add();
    return this.#waiters.size === 0 && this.#take(n);
  }

  #event(n: number): Event<void> {
    return new WaitListEvent<void, number>({
      list: this.#waiters,
      value: n,
      users: this.#users,
      label: this.#label,
      enter: (wait) => {
        if (this.#waiters.size > 0) return SUSPENDED;
        if (this.#take(n)) return undefined;
        this.#set(wait.scheduler, n);
        return SUSPENDED;
      },
      left: () => this.#serve(),
      describe: () =>
        `${n === 1 ? "a permit" : `${n} permits`} of ${this.#label} (${this.perSecond} a second)`,
      handsOver: true,
    });
  }

  #check(n: number, caller: string): void {
    if (Number.isInteger(n) && n >= 1 && n <= this.burst) return;
    throw new RangeError(
      `${caller}() takes a whole number of permits, from 1 to the burst, which is ${this.burst}; got ${n}.`,
    );
  }

  /** When there will be `n` permits. */
  #due(n: number): number {
    return this.#full - (this.burst - n) / this.perSecond;
  }

  /** Takes `n` permits if there are as many. */
  #take(n: number): boolean {
    const now = currentHost().now();
    if (this.#due(n) > now + ROUNDING) return false;
    this.#full = Math.max(this.#full, now) + n / this.perSecond;
    return true;
  }

  /** Lets in those at the front of the line whose time has come, and sets the timer for the next. */
  readonly #serve = (): void => {
    if (this.#serving) return; // a case of a `select` that was let in has taken others of it back
    this.#serving = true;
    let first: Waiter<number> | undefined;
    for (; (first = this.#waiters.first) !== undefined;) {
      const { wait, value: n } = first;
      const now = wait.scheduler.host.now();
      if (this.#due(n) > now + ROUNDING) break;
      this.#waiters.remove(first);
      this.#full = Math.max(this.#full, now - LATE) + n / this.perSecond;
      wait.resume();
    }
    this.#serving = false;
    if (first === undefined) this.#stop();
    else if (first !== this.#awaited || !this.#ring!.isSet) {
      this.#set(first.wait.scheduler, first.value);
      this.#awaited = first;
    }
  };

  #set(scheduler: Scheduler, n: number): void {
    this.#stop();
    this.#ringing = scheduler;
    this.#ring = new Ring(this.#serve);
    scheduler.setTimer(this.#ring, Math.max(0, this.#due(n) - scheduler.host.now()));
  }

  #stop(): void {
    if (this.#ring !== null) this.#ringing!.clearTimer(this.#ring);
    this.#ring = this.#ringing = null;
    this.#awaited = undefined;
  }
}
