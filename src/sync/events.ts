/**
 * The events that an `EventTarget` dispatches, as a channel.
 *
 * @module
 */

import { defer, describe, Event, type Wait } from "../core/mod.ts";
import { Channel } from "./channel.ts";
import { OPENS_CHANNEL } from "./channel_events.ts";

/** Options for {@linkcode events}. */
export interface EventsOptions {
  /** How many events that nobody has received are kept; those that come when it is full are dropped. Default: all. */
  capacity?: number;
  /** What reports call the channel; left out, the type of the events. */
  name?: string;
}

class EventsEvent<E extends globalThis.Event> extends Event<Channel<E>> {
  readonly #target: EventTarget;
  readonly #type: string;
  readonly #options: EventsOptions;

  constructor(target: EventTarget, type: string, options: EventsOptions) {
    super();
    if (!(target instanceof EventTarget)) {
      throw new TypeError(`events() takes an EventTarget and a type of event; got ${describe(target)}.`);
    }
    this.#target = target;
    this.#type = type;
    this.#options = options;
  }

  override perform(wait: Wait): Channel<E> {
    const { capacity = Infinity, name = this.#type } = this.#options;
    const channel = new Channel<E>(capacity, {
      name,
      onClose: () => {
        this.#target.removeEventListener(this.#type, listener);
        release();
      },
    });
    const listener = (event: globalThis.Event) => void channel.trySend(event as E);
    this.#target.addEventListener(this.#type, listener);
    const release = wait.scheduler.hold();
    defer(() => channel.close()).perform(wait);
    return channel;
  }

  override get unselectable(): string {
    return OPENS_CHANNEL;
  }
}

/**
 * A channel of the events of one `type` that `target` dispatches from now on. While it is open the run is never
 * taken for deadlocked, since the next event may come at any time. It is closed, and stops listening, when the
 * current coroutine ends, or when you close it.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const target = new EventTarget();
 * setTimeout(() => target.dispatchEvent(new CustomEvent("news", { detail: "rain" })), 1);
 *
 * const news = await bluelet.run(function* () {
 *   const channel = yield* bluelet.events<CustomEvent<string>>(target, "news");
 *   return (yield* channel.receive()).detail;
 * }());
 * assertEquals(news, "rain");
 * ```
 */
export function events<E extends globalThis.Event = globalThis.Event>(
  target: EventTarget,
  type: string,
  options: EventsOptions = {},
): Event<Channel<E>> {
  return new EventsEvent<E>(target, type, options);
}
