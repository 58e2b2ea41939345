/**
 * Who wants to know what changed: the server's side of `idle`.
 *
 * @module
 */

import { Flag } from "../../mod.ts";

/** The parts of a server that a client may watch. */
// deno-fmt-ignore
export const SUBSYSTEMS = [
  "database", "update", "playlist", "player", "mixer", "options",
  // These never change here, but clients ask for them.
  "stored_playlist", "output", "partition", "sticker", "subscription", "message", "neighbor", "mount",
] as const;

/** One of them. */
export type Subsystem = typeof SUBSYSTEMS[number];

/** Tells every watcher what changed. */
export class Changes {
  readonly #watchers = new Set<Watcher>();

  /** From now on the result collects what changes. Dispose of it to stop that. */
  watch(): Watcher {
    const watcher = new Watcher(() => this.#watchers.delete(watcher));
    this.#watchers.add(watcher);
    return watcher;
  }

  /** Says that `subsystem` changed. */
  tell(subsystem: Subsystem): void {
    for (const watcher of this.#watchers) watcher.add(subsystem);
  }
}

/** What changed since one client last asked. Nothing is forgotten between two `idle`s. */
export class Watcher {
  /** Set whenever something may have to be told. */
  readonly news = new Flag();
  readonly #changed = new Set<Subsystem>();

  constructor(readonly stop: () => void) {}

  /** Notes that `subsystem` changed. */
  add(subsystem: Subsystem): void {
    this.#changed.add(subsystem);
    this.news.set();
  }

  /** Takes what changed among `wanted`. */
  take(wanted: ReadonlySet<Subsystem>): Subsystem[] {
    return [...wanted].filter((subsystem) => this.#changed.delete(subsystem));
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}
