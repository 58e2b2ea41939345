/**
 * Flags: something that has happened or has not.
 *
 * @module
 */

import { type Event, SUSPENDED, Users, WaitList } from "../core/mod.ts";
import { Label } from "./label.ts";
import { WaitListEvent } from "./wait_list_event.ts";

/** Options for a {@linkcode Flag}. */
export interface FlagOptions {
  /** What reports call it; left out, `flag-1` and so on. */
  name?: string;
}

/**
 * A flag that threads can wait for. Setting it wakes all that wait, even if it is cleared at once; while it
 * is set, waiting takes no time. (Other libraries call this an event, a word that is taken here.)
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const log: string[] = [];
 * await bluelet.run(function* () {
 *   const ready = new bluelet.Flag();
 *   yield* bluelet.spawn(function* waiter() {
 *     yield* ready.wait();
 *     log.push("go");
 *   });
 *   log.push("ready");
 *   ready.set();
 * }());
 * assertEquals(log, ["ready", "go"]);
 * ```
 */
export class Flag {
  readonly #users = new Users();
  readonly #waiters = new WaitList();
  readonly #wait: Event<void>;
  #isSet = false;

  /** Makes a flag that is not set. */
  constructor(options: FlagOptions = {}) {
    const label = new Label("flag", options.name);
    this.#wait = new WaitListEvent<void>({
      list: this.#waiters,
      users: this.#users,
      enter: () => this.#isSet ? undefined : SUSPENDED,
      label,
      describe: () => `${label} to be set`,
      handsOver: false,
    });
  }

  /** Whether it is set. */
  get isSet(): boolean {
    return this.#isSet;
  }

  /** Sets it and wakes all that wait for it. */
  set(): void {
    this.#users.add();
    this.#isSet = true;
    for (let waiter; (waiter = this.#waiters.shift()) !== undefined;) waiter.wait.resume();
  }

  /** Clears it: from now on, a thread that waits for it has to wait. */
  clear(): void {
    this.#users.add();
    this.#isSet = false;
  }

  /** Waits until it is set. */
  wait(): Event<void> {
    return this.#wait;
  }
}
