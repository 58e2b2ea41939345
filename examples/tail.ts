/**
 * Follows files as `tail -F` does: prints what is added to them, through rotation, cutting off, and absence.
 *
 *     deno run --allow-read=/tmp --allow-write=/tmp examples/tail.ts
 *
 * Without a file it makes a log in a folder of its own, and shows what happens to logs. To follow your own:
 * `deno run --allow-read=/var/log examples/tail.ts /var/log/syslog`. Usage: `tail.ts [--lines N] [FILE...]`.
 *
 * What it shows: files that are read like connections, and watching. Each file has a thread that reads it to its end and
 * then waits for a change or a second, whichever is first; each folder has one that says that something has changed there.
 *
 * @module
 */

import { parseArgs } from "node:util";
import * as bluelet from "../mod.ts";
import { demonstrate, demonstrationLog } from "./tail/demonstration.ts";
import { Follower, type Sink } from "./tail/follower.ts";

/** Seconds before a folder that cannot be watched is tried again. */
const PATIENCE = 5;

/** Prints the files, and whose the next lines are when there are several. */
class Output implements Sink {
  readonly #several: boolean;
  #last = "";

  constructor(several: boolean) {
    this.#several = several;
  }

  *add(path: string, data: Uint8Array): bluelet.Coroutine<void> {
    const title = this.#several && this.#last !== path ? `${this.#last ? "\n" : ""}==> ${path} <==\n` : "";
    this.#last = path;
    // In one piece, so that no other file's come between.
    yield* bluelet.write(Deno.stdout, title === "" ? data : joined(new TextEncoder().encode(title), data));
  }

  say(text: string): void {
    console.error(`tail: ${text}`);
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array {
  const both = new Uint8Array(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}

/** Wakes the followers of the files in `folder` when something has changed there. */
function* watchFolder(folder: string, followers: Follower[]): bluelet.Coroutine<void> {
  for (;;) {
    try {
      const changes = yield* bluelet.watch(folder, { debounce: 0.01 });
      while ((yield* changes.receive(null)) !== null) for (const follower of followers) follower.wake();
    } catch (error) {
      // It is not there, or may not be watched: the followers look by themselves, now and then.
      if (!(error instanceof bluelet.FileError || error instanceof Deno.errors.NotCapable)) throw error;
    }
    yield* bluelet.sleep(PATIENCE);
  }
}

/** Follows the files at `paths`, each from its last `lines` lines on, until it is killed. */
function* follow(paths: string[], lines: number): bluelet.Coroutine<void> {
  const output = new Output(paths.length > 1);
  const followers = paths.map((path) => new Follower(path, output));
  yield* bluelet.scope(function* (scope) {
    const folders = Map.groupBy(followers, ({ path }) => path.replace(/[^/]*$/, "") || ".");
    for (const [folder, inIt] of folders) scope.spawn(watchFolder, folder, inIt);
    for (const follower of followers) scope.spawn(() => follower.run(lines));
  });
}

function* tail(args: string[]): bluelet.Coroutine<void> {
  const options = { lines: { type: "string", short: "n", default: "10" } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  if (!/^\d+$/.test(values.lines)) throw new Error(`--lines takes a number; got ${values.lines}.`);
  const lines = Number(values.lines);
  try {
    if (positionals.length > 0) return yield* follow(positionals, lines);
    const path = yield* demonstrationLog();
    yield* bluelet.race([follow([path], lines), demonstrate(path)]);
    console.error("tail: That is what happens to logs. Give me files of yours to follow.");
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error; // nobody reads what is printed any more
  }
}

if (import.meta.main) await bluelet.main(tail(Deno.args));
