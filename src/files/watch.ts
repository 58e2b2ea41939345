/**
 * Watching files.
 *
 * @module
 */

import { capability, checkSeconds, type Event, type Scheduler, Timer, type Wait } from "../core/mod.ts";
import { belongs, type Completion, OperationEvent } from "../streams/mod.ts";
import { Channel } from "../sync/mod.ts";
import { Changes, type FileChange, lossOf } from "./changes.ts";
import { type ChangeKind, FILES, type Watcher } from "./file_system.ts";
import { pathFrom } from "./path.ts";

/** Options for {@linkcode watch}. */
export interface WatchOptions {
  /** Watches the folders inside a folder, too. Default `false`. */
  recursive?: boolean;
  /** Seconds of quiet to wait for, so that changes that belong together come together. Default 0.05. */
  debounce?: number;
}

/** The most changes that wait to be received. */
const CAPACITY = 1_024;
/** A change waits at most this many times the debounce, if there is no quiet. */
const LONGEST = 10;

/** Puts changes together until there is quiet, and sends them to a channel. */
class Watching extends Timer implements Watcher {
  readonly channel: Channel<FileChange>;
  /** Is called when the channel is closed. */
  onClose: () => void = () => {};
  readonly #scheduler: Scheduler;
  readonly #watched: readonly string[];
  readonly #debounce: number;
  readonly #changes = new Changes();
  /** The latest time at which the collected changes are sent. */
  #latest = 0;

  constructor(scheduler: Scheduler, watched: readonly string[], debounce: number) {
    super();
    this.#scheduler = scheduler;
    this.#watched = watched;
    this.#debounce = debounce;
    // While it watches, a wait for a change is no deadlock: one may come at any time.
    const release = scheduler.hold();
    this.channel = new Channel<FileChange>(CAPACITY, {
      name: `the changes of ${watched.join(", ")}`,
      onClose: () => {
        scheduler.clearTimer(this);
        release();
        this.onClose();
      },
    });
  }

  changed(kind: ChangeKind, paths: string[]): void {
    this.#found(() => this.#changes.add(kind, paths));
  }

  lost(): void {
    this.#found(() => this.#changes.lose());
  }

  failed(error: unknown): void {
    if (this.channel.closed) return;
    this.fire();
    this.channel.fail(error);
  }

  #found(note: () => void): void {
    if (this.channel.closed) return;
    const now = this.#scheduler.host.now();
    if (this.#changes.empty) this.#latest = now + LONGEST * this.#debounce;
    note();
    this.#scheduler.clearTimer(this);
    this.#scheduler.setTimer(this, Math.max(0, Math.min(this.#debounce, this.#latest - now)));
  }

  /** There was quiet. */
  override fire(): void {
    for (const change of this.#changes.take(this.#watched)) {
      if (this.channel.trySend(change)) continue;
      // No thread receives them, so they are dropped, and one change stands for all of them.
      while (this.channel.tryReceive() !== undefined);
      this.channel.trySend(lossOf(this.#watched));
      return;
    }
  }
}

class WatchEvent extends OperationEvent<Channel<FileChange>> {
  readonly #paths: string[];
  readonly #recursive: boolean;
  readonly #debounce: number;

  constructor(paths: string[], recursive: boolean, debounce: number) {
    super();
    this.#paths = paths;
    this.#recursive = recursive;
    this.#debounce = debounce;
  }

  protected override begin(wait: Wait, completion: Completion<Channel<FileChange>>): () => void {
    const watching = new Watching(wait.scheduler, this.#paths, this.#debounce);
    const { channel } = watching;
    try {
      const giveUp = capability(wait.scheduler.host, FILES).watch(this.#paths, this.#recursive, watching, {
        done: (end) => {
          const release = belongs(wait, () => channel.close());
          watching.onClose = () => {
            end();
            release();
          };
          completion.done(channel);
        },
        failed: (error) => {
          channel.close();
          completion.failed(error);
        },
      });
      return () => {
        channel.close();
        giveUp();
      };
    } catch (error) {
      channel.close();
      throw error;
    }
  }

  override describe(): string {
    return `watching ${this.#paths.join(", ")} to begin`;
  }
}

/**
 * A channel of the changes of files, and of what is in folders, from now on: what was created, modified, removed or
 * renamed. A file is watched by its name: replaced, or made again, it is watched on.
 *
 * Changes within `debounce` seconds are put together. At most 1,024 wait to be received: more are forgotten, and one
 * `"modify"` with all of the `paths` that are watched says to look at all of it again. The channel is closed when the
 * current coroutine ends, or when you close it. Throws `FileError` (`ENOENT`, ...), and without the permission Deno's
 * `NotCapable`.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const folder = await Deno.makeTempDir();
 * await bluelet.run(function* () {
 *   const changes = yield* bluelet.watch(folder);
 *   yield* bluelet.writeFile(`${folder}/new.txt`, "hello");
 *   const change = yield* bluelet.timeout(5, changes.receive());
 *   assertEquals(change, { kind: "create", paths: [`${folder}/new.txt`] });
 * }());
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export function watch(
  paths: string | URL | readonly (string | URL)[],
  options: WatchOptions = {},
): Event<Channel<FileChange>> {
  const names = (Array.isArray(paths) ? paths : [paths]).map((path) => pathFrom(path, "watch"));
  if (names.length === 0) throw new TypeError("watch takes at least one path.");
  const { recursive = false, debounce = 0.05 } = options;
  checkSeconds(debounce, "watch");
  return new WatchEvent(names, recursive, debounce);
}
