/**
 * Opening files.
 *
 * @module
 */

import { capability, describe, type Event, type Wait } from "../core/mod.ts";
import { type Completion, OperationEvent } from "../streams/mod.ts";
import { File } from "./file.ts";
import { FILES, type OpenMode } from "./file_system.ts";
import { pathFrom } from "./path.ts";

const MODES: readonly unknown[] = ["r", "r+", "w", "a", "x"] satisfies OpenMode[];

class OpenEvent extends OperationEvent<File> {
  readonly #path: string;
  readonly #mode: OpenMode;

  constructor(path: string, mode: OpenMode) {
    super();
    this.#path = path;
    this.#mode = mode;
  }

  protected override begin(wait: Wait, completion: Completion<File>): () => void {
    return capability(wait.scheduler.host, FILES).open(this.#path, this.#mode, {
      done: (handle) => {
        const file = new File(this.#path, handle);
        file.belongsTo(wait);
        completion.done(file);
      },
      failed: (error) => completion.failed(error),
    });
  }

  override describe(): string {
    return `the file ${this.#path} to be opened`;
  }
}

/**
 * Opens a file: `"r"` to read it, `"r+"` to read and write it, `"w"` to write it anew, `"a"` to write at its end, wherever
 * `seek` has gone, `"x"` to write one that must not be there yet. (The letters are C's and Python's.)
 *
 * The file is closed when the current coroutine ends (as `defer` would), or by `using`, or by `close`. Throws `FileError`
 * (`ENOENT`, `EEXIST`, ...), and without the permission Deno's `NotCapable`. Killed, it opens nothing.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * const path = await Deno.makeTempFile();
 * await bluelet.run(function* () {
 *   using file = yield* bluelet.open(path, "r+");
 *   yield* file.sendall("one\ntwo\n");
 *   yield* file.seek(0);
 *   assertEquals(yield* file.readline(), "one\n");
 * }());
 * await Deno.remove(path);
 * ```
 */
export function open(path: string | URL, mode: OpenMode = "r"): Event<File> {
  const name = pathFrom(path, "open");
  if (!MODES.includes(mode)) {
    throw new TypeError(`open takes a mode: ${MODES.join(", ")}; got ${describe(mode)}.`);
  }
  return new OpenEvent(name, mode);
}
