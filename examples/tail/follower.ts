/**
 * Following one file by its name: what is added to it, whichever file has the name.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";

/** How much is read at a time. */
const PIECE = 65_536;
/** Seconds after which a file is looked at again, should nobody have told of a change: not every disk does. */
const POLL = 1;

const NEWLINE = 10;

/** Where the contents of the files go, and what there is to say about them. */
export interface Sink {
  /** Prints what was added to the file at `path`. */
  add(path: string, data: Uint8Array): bluelet.Coroutine<void>;
  /** Tells what happened to it. */
  say(text: string): void;
}

/** Follows one file. */
export class Follower {
  /** Its path. */
  readonly path: string;
  readonly #sink: Sink;
  readonly #changed = new bluelet.Flag();

  constructor(path: string, sink: Sink) {
    this.path = path;
    this.#sink = sink;
  }

  /** Something happened where the file is, or should be. */
  wake(): void {
    this.#changed.set();
  }

  /** Prints the last `lines` lines, then what is added, until it is killed. */
  *run(lines: number): bluelet.Coroutine<void> {
    let complaint = "";
    for (let first = true;; first = false) {
      this.#changed.clear();
      try {
        using file = yield* bluelet.open(this.path);
        if (first) yield* file.seek(yield* startOfLast(file, lines));
        else this.#sink.say(`${this.path} is there; following it.`);
        complaint = "";
        yield* this.#follow(file);
      } catch (error) {
        if (!(error instanceof bluelet.FileError)) throw error;
        if (complaint !== error.code) this.#sink.say(error.message);
        complaint = error.code;
        yield* this.#change();
      }
    }
  }

  /** Prints what is added to `file`, until another file has its name. */
  *#follow(file: bluelet.File): bluelet.Coroutine<void> {
    for (let gone = false;;) {
      this.#changed.clear();
      yield* this.#copy(file);
      const own = yield* file.stat(), named = yield* this.#named();
      if (named !== null && (named.ino !== own.ino || named.dev !== own.dev)) {
        yield* this.#copy(file); // what was written to it while it still had the name
        return;
      }
      if (own.size < file.position) {
        this.#sink.say(`${this.path} was cut off; following it from its beginning.`);
        yield* file.seek(0);
        continue;
      }
      if (named === null && !gone) this.#sink.say(`${this.path} is gone; waiting for it.`);
      gone = named === null;
      yield* this.#change();
    }
  }

  /** Prints the rest of `file`. */
  *#copy(file: bluelet.File): bluelet.Coroutine<void> {
    for (let data; (data = yield* file.recv(PIECE)) !== null;) yield* this.#sink.add(this.path, data);
  }

  /** What has the file's name now; `null` if nothing has. */
  *#named(): bluelet.Coroutine<bluelet.FileInfo | null> {
    try {
      return yield* bluelet.stat(this.path);
    } catch (error) {
      if (error instanceof bluelet.FileError) return null;
      throw error;
    }
  }

  /** Waits until something has happened. */
  *#change(): bluelet.Coroutine<void> {
    yield* bluelet.select({ changed: this.#changed.wait(), late: bluelet.sleep(POLL) });
  }
}

/** Where the last `lines` lines of `file` begin; looked for from its end, since it may be long. */
export function* startOfLast(file: bluelet.File, lines: number): bluelet.Coroutine<number> {
  const end = yield* file.size();
  if (lines === 0) return end;
  let found = 0;
  for (let from = end; from > 0;) {
    const size = Math.min(PIECE, from);
    from -= size;
    const piece = yield* file.readAt(from, size);
    if (piece === null) break; // it was cut off meanwhile
    for (let at = piece.length - 1; at >= 0; at--) {
      if (piece[at] !== NEWLINE || from + at + 1 === end) continue; // the end of the last line begins no other
      if (++found === lines) return from + at + 1;
    }
  }
  return 0;
}
