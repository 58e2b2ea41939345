/**
 * A log to follow, for whoever has none: it grows, is rotated, cut off, taken away and brought back.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";

/** Seconds between what happens. */
const PAUSE = 0.15;

/** Makes a folder for the log `demo.log`, which is removed when the current coroutine ends. Its path. */
export function* demonstrationLog(): bluelet.Coroutine<string> {
  const folder = `/tmp/bluelet-tail-${crypto.randomUUID()}`;
  yield* bluelet.makeDir(folder);
  yield* bluelet.defer(function* () {
    yield* bluelet.remove(folder, { recursive: true });
  });
  return `${folder}/demo.log`;
}

/** Writes the log at `path`, and does to it what happens to logs. */
export function* demonstrate(path: string): bluelet.Coroutine<void> {
  let n = 0;
  function* write(lines: number): bluelet.Coroutine<void> {
    for (let i = 0; i < lines; i++) {
      yield* bluelet.writeFile(path, `line ${++n}\n`, { append: true });
      yield* bluelet.sleep(PAUSE);
    }
  }
  yield* bluelet.sleep(PAUSE);
  yield* write(3);
  yield* bluelet.rename(path, `${path}.1`);
  yield* write(4); // more than come after the cut: otherwise nobody who looks late could see that there was one
  yield* bluelet.writeFile(path, "");
  yield* bluelet.sleep(PAUSE);
  yield* write(3);
  yield* bluelet.remove(path);
  yield* bluelet.sleep(2 * PAUSE);
  yield* write(2);
}
