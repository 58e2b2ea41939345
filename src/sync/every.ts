/**
 * Ticks: a channel of numbers that come at equal intervals.
 *
 * @module
 */

import { checkSeconds, Event, type Scheduler, Timer, type Wait } from "../core/mod.ts";
import { belongs } from "./belongings.ts";
import { Channel } from "./channel.ts";
import { OPENS_CHANNEL } from "./channel_events.ts";

/** Options for {@linkcode every}. */
export interface EveryOptions {
  /** Whether the first tick comes at once, and not after the first interval. Default `false`. */
  immediate?: boolean;
}

/** How far before its time, in intervals, a tick may come: what clocks and sums of fractions are off by. */
const EARLY = 1e-6;

/** Sends the ticks, each at its place on a grid of times. */
class Ticker extends Timer {
  readonly channel: Channel<number>;
  /** Is called when the channel is closed. */
  onClose: () => void = () => {};
  readonly #scheduler: Scheduler;
  readonly #seconds: number;
  /** When tick 0 is due, on the host's clock. */
  readonly #start: number;
  /** The tick that is due next. */
  #next = 0;

  constructor(scheduler: Scheduler, seconds: number, immediate: boolean) {
    super();
    this.#scheduler = scheduler;
    this.#seconds = seconds;
    this.#start = scheduler.host.now() + (immediate ? 0 : seconds);
    this.channel = new Channel<number>(1, {
      name: `the ticks of every(${seconds})`,
      onClose: () => {
        scheduler.clearTimer(this);
        this.onClose();
      },
    });
    this.channel.users.add();
    if (immediate) this.channel.trySend(this.#next++);
    this.#set();
  }

  /** A tick is due, or several are: of those only the last, since the others are late already. */
  override fire(): void {
    const { channel } = this;
    const passed = (this.#scheduler.host.now() - this.#start) / this.#seconds;
    const tick = Math.max(this.#next, Math.floor(passed + EARLY));
    this.#next = tick + 1;
    channel.tryReceive(); // what nobody took is dropped
    channel.trySend(tick);
    if (!channel.closed) this.#set();
  }

  #set(): void {
    const due = this.#start + this.#next * this.#seconds;
    this.#scheduler.setTimer(this, Math.max(0, due - this.#scheduler.host.now()));
  }
}

class EveryEvent extends Event<Channel<number>> {
  readonly #seconds: number;
  readonly #immediate: boolean;

  constructor(seconds: number, { immediate = false }: EveryOptions) {
    super();
    checkSeconds(seconds, "every");
    if (seconds === 0) throw new RangeError("every() takes seconds, more than 0; got 0.");
    this.#seconds = seconds;
    this.#immediate = immediate;
  }

  override perform(wait: Wait): Channel<number> {
    const ticker = new Ticker(wait.scheduler, this.#seconds, this.#immediate);
    ticker.onClose = belongs(wait, () => ticker.channel.close());
    return ticker.channel;
  }

  override get unselectable(): string {
    return OPENS_CHANNEL;
  }
}

/**
 * A channel of ticks, 0, 1, 2, ..., one every so many `seconds` from the yield on; with `immediate`, the first at once.
 *
 * They are due on a grid of times, so that work between them, and a tick that came late, do not put off those that
 * follow. A tick that nobody has taken when the next is due is dropped, and its number with it: who is slow gets the last
 * one at once, then the next at its time, and never a burst. The channel is closed when the current coroutine ends, or
 * when you close it.
 *
 * Throws `RangeError` unless `seconds` are more than 0. (Go's `Ticker`, which keeps the older tick.)
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const got: number[] = [];
 * await bluelet.run(function* () {
 *   using ticks = yield* bluelet.every(0.001);
 *   while (got.length < 3) got.push(yield* ticks.receive());
 * }());
 * assertEquals(got.length, 3);
 * ```
 */
export function every(seconds: number, options: EveryOptions = {}): Event<Channel<number>> {
  return new EveryEvent(seconds, options);
}
