/**
 * Watching the machine's files.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type Coroutine, run, spawn, timeout } from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/mod.ts";
import { type FileChange, makeDir, remove, rename, watch, writeFile } from "../../src/files/mod.ts";
import type { Channel } from "../../src/sync/mod.ts";
import { codeOf, statesInFolder } from "../files/folder.ts";
import { lacks } from "../requirements.ts";

const states = statesInFolder(
  "Deno",
  async (program) => {
    const folder = await Deno.makeTempDir({ prefix: "bluelet-watch-" });
    try {
      await run(program(folder), { host: denoHost });
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
  { ignore: lacks(["read", "write"]) },
);

/** What comes from `changes`, as `create a`, up to the change of the file `end`, which is written here. */
function* changesUntil(changes: Channel<FileChange>, folder: string, end: string): Coroutine<string[]> {
  const told: string[] = [];
  yield* writeFile(end, "end");
  for (;;) {
    const { kind, paths } = yield* timeout(10, changes.receive());
    if (paths.includes(end)) return told;
    told.push([kind, ...paths.map((path) => path.replace(`${folder}/`, ""))].join(" "));
  }
}

states("watch() of a folder tells what is created, modified, removed and renamed in it", function* (folder) {
  yield* writeFile(`${folder}/old`, "");
  const changes = yield* watch(folder, { debounce: 0.01 });
  const end = (n: number) => changesUntil(changes, folder, `${folder}/end ${n}`);
  yield* writeFile(`${folder}/new`, "x");
  assertEquals(yield* end(1), ["create new"]);
  yield* writeFile(`${folder}/old`, "x", { append: true });
  assertEquals(yield* end(2), ["modify old"]);
  yield* rename(`${folder}/old`, `${folder}/other`);
  assertEquals(yield* end(3), ["rename old other"]);
  yield* remove(`${folder}/other`);
  assertEquals(yield* end(4), ["remove other"]);
});

states("watch() of a folder tells nothing of the folders in it, unless recursive", function* (folder) {
  yield* makeDir(`${folder}/sub`);
  const flat = yield* watch(folder, { debounce: 0.01 });
  const deep = yield* watch(folder, { debounce: 0.01, recursive: true });
  yield* writeFile(`${folder}/sub/file`, "x");
  const told = yield* spawn(() => changesUntil(deep, folder, `${folder}/end`));
  assertEquals(yield* changesUntil(flat, folder, `${folder}/end`), []);
  const { result } = told;
  assertEquals(yield result, ["create sub/file"]);
});

states("watch() of a file goes by its name: replaced, removed and made again", function* (folder) {
  const path = `${folder}/file`;
  yield* writeFile(path, "1");
  const changes = yield* watch(path, { debounce: 0.01 });
  const next = () => timeout(10, changes.receive());
  yield* writeFile(path, "2");
  assertEquals(yield* next(), { kind: "modify", paths: [path] });
  for (let i = 0; i < 3; i++) {
    yield* writeFile(path, `${i}`, { atomic: true });
    const { kind, paths } = yield* next();
    assertEquals([kind, paths.at(-1)], ["rename", path]);
  }
  yield* remove(path);
  assertEquals(yield* next(), { kind: "remove", paths: [path] });
  yield* writeFile(`${folder}/unrelated`, "x");
  yield* writeFile(path, "3");
  assertEquals(yield* next(), { kind: "create", paths: [path] });
});

states("watch() tells paths as they were given, through links and dots", function* (folder): Coroutine<void> {
  yield* makeDir(`${folder}/real`);
  yield Deno.symlink("real", `${folder}/link`);
  for (const given of [`${folder}/link`, `${folder}/real/../link/`]) {
    const changes = yield* watch(given, { debounce: 0.01 });
    const path = `${given.replace(/\/$/, "")}/file`;
    yield* writeFile(path, "x");
    assertEquals((yield* timeout(10, changes.receive())).paths, [path]);
    yield* remove(path);
  }
});

states("watch() of several paths tells of each", function* (folder) {
  for (const name of ["a", "b"]) yield* makeDir(`${folder}/${name}`);
  yield* writeFile(`${folder}/c`, "");
  const changes = yield* watch([`${folder}/a`, `${folder}/b`, `${folder}/c`], { debounce: 0.01 });
  for (const path of [`${folder}/a/x`, `${folder}/b/x`, `${folder}/c`]) {
    yield* writeFile(path, "x");
    assertEquals((yield* timeout(10, changes.receive())).paths, [path]);
  }
});

states("watch() of what is not there throws ENOENT", function* (folder) {
  assertEquals(yield* codeOf(watch(`${folder}/missing`)), "ENOENT");
  assertEquals(yield* codeOf(watch([folder, `${folder}/missing`])), "ENOENT");
});

states(
  "watch(): 20,000 new files at once are told as a change of the folder, and it goes on",
  function* (folder) {
    const changes = yield* watch(folder, { debounce: 0.01 });
    for (let i = 0; i < 20_000; i++) Deno.writeTextFileSync(`${folder}/${i}`, "");
    let lost = 0;
    // What is made now is told by its name again, as soon as the flood is over.
    for (let i = 0;; i++) {
      const after = `${folder}/after ${i}`;
      yield* writeFile(after, "x");
      let change: FileChange;
      do {
        change = yield* timeout(10, changes.receive());
        if (change.paths[0] === folder) lost++;
      } while (change.paths[0] !== after && change.paths[0] !== folder);
      if (change.paths[0] === after) break;
    }
    assert(lost > 0);
  },
);
