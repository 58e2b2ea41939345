/**
 * The signals that the process gets, as a channel.
 *
 * @module
 */

import { capability, Event, type Wait } from "../core/mod.ts";
import { belongs } from "../streams/mod.ts";
import { Channel } from "../sync/mod.ts";
import { checkHeardSignal } from "./signal_names.ts";
import { SIGNALS } from "./signal_source.ts";

class SignalsEvent extends Event<Channel<string>> {
  readonly #names: readonly string[];

  constructor(names: readonly string[]) {
    super();
    this.#names = names;
  }

  override perform(wait: Wait): Channel<string> {
    const { scheduler } = wait;
    const source = capability(scheduler.host, SIGNALS);
    const ends: (() => void)[] = [];
    const channel = new Channel<string>(Infinity, {
      name: `the signals ${this.#names.join(", ")}`,
      onClose: () => ends.forEach((end) => end()),
    });
    try {
      for (const name of this.#names) ends.push(source.listen(name, () => void channel.trySend(name)));
    } catch (error) {
      channel.close();
      throw error;
    }
    ends.push(scheduler.hold(), belongs(wait, () => channel.close())); // a signal may come at any time
    return channel;
  }

  override describe(): string {
    return `the signals ${this.#names.join(", ")}`;
  }
}

/**
 * A channel of the names of the signals that the process gets, of those that you name, from now on. While it is open they
 * do nothing else: neither end the program, nor interrupt `main`. Those that come between two receives are kept. (The system
 * itself makes one of several that are alike and come at once.)
 *
 * It is closed when the current coroutine ends, or when you close it; then they do again what they did before. Throws
 * `TypeError` for a name that is none, and for signals of which no program is told (`SIGKILL`, `SIGSTOP`).
 *
 * @example
 * ```ts ignore
 * import * as bluelet from "@x/bluelet";
 *
 * function* reloading(load: () => bluelet.Coroutine) {
 *   const hangups = yield* bluelet.signals("SIGHUP");
 *   while (true) {
 *     yield* load();
 *     yield* hangups.receive();
 *   }
 * }
 * ```
 */
export function signals(...names: string[]): Event<Channel<string>> {
  if (names.length === 0) {
    throw new TypeError('signals takes the names of signals, such as "SIGHUP"; got none.');
  }
  for (const name of names) checkHeardSignal(name, "signals");
  return new SignalsEvent([...new Set(names)]);
}
