/**
 * What every host must do with whole files and with folders.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { type Coroutine, kill, null as pass, sleep, spawn, timeout } from "../../src/core/mod.ts";
import {
  FileError,
  list,
  makeDir,
  readFile,
  readTextFile,
  remove,
  rename,
  stat,
  writeFile,
} from "../../src/files/mod.ts";
import { numbered, thrownBy } from "../net/pair.ts";
import { codeOf, type StatesInFolder } from "./folder.ts";

/** Registers the tests. */
export function wholeFileSuite(states: StatesInFolder): void {
  states("readFile() reads what writeFile() wrote, of any length", function* (folder) {
    for (const length of [0, 1, 65_535, 65_536, 65_537, 1_000_000]) {
      yield* writeFile(`${folder}/file`, numbered(length));
      assertEquals(yield* readFile(`${folder}/file`), numbered(length));
    }
  });

  states("readTextFile() is UTF-8, without a byte order mark", function* (folder) {
    yield* writeFile(`${folder}/file`, "\ufeffgrüße ✓");
    assertEquals(yield* readTextFile(`${folder}/file`), "grüße ✓");
  });

  states("writeFile() replaces what was there; with append it goes on", function* (folder) {
    const path = `${folder}/file`;
    yield* writeFile(path, "a long old content");
    yield* writeFile(path, "new");
    assertEquals(yield* readTextFile(path), "new");
    yield* writeFile(path, " and more", { append: true });
    assertEquals(yield* readTextFile(path), "new and more");
    yield* writeFile(`${folder}/other`, "made", { append: true });
    assertEquals(yield* readTextFile(`${folder}/other`), "made");
  });

  states("writeFile({ atomic }) makes, and replaces, and leaves nothing beside", function* (folder) {
    const path = `${folder}/file`;
    yield* writeFile(path, "old", { atomic: true });
    yield* writeFile(path, numbered(300_000), { atomic: true });
    assertEquals(yield* readFile(path), numbered(300_000));
    assertEquals((yield* list(folder)).map(({ name }) => name), ["file"]);
  });

  states("writeFile({ atomic }) in a folder that is not there throws ENOENT", function* (folder) {
    assertEquals(yield* codeOf(writeFile(`${folder}/none/file`, "x", { atomic: true })), "ENOENT");
    yield* makeDir(`${folder}/is a folder`);
    const code = yield* codeOf(writeFile(`${folder}/is a folder`, "x", { atomic: true }));
    assert(code === "EISDIR" || code === "EEXIST", code);
    assertEquals((yield* list(folder)).map(({ name }) => name), ["is a folder"]);
  });

  states(
    "writeFile({ atomic }) that is killed leaves the old or the new, and nothing beside",
    function* (folder) {
      const path = `${folder}/file`, contents = ["a", "b"].map((letter) => letter.repeat(100_000));
      yield* writeFile(path, contents[0]!);
      let replaced = 0;
      for (let i = 0; i < 60; i++) {
        const before = yield* readTextFile(path);
        const next = contents[before === contents[0] ? 1 : 0]!;
        const thread = yield* spawn(function* () {
          yield* writeFile(path, next, { atomic: true });
        });
        if (i % 2 === 0) { for (let j = 0; j < i; j++) yield* pass(); }
        else yield* sleep(i / 30_000);
        yield* kill(thread);
        const after = yield* readTextFile(path);
        assert(after === before || after === next, `${after.length} characters`);
        if (after === next) replaced++;
      }
      assertEquals((yield* list(folder)).map(({ name }) => name), ["file"], `${replaced} were replaced`);
    },
  );

  states("writeFile({ atomic }) by many threads at once leaves one of them whole", function* (folder) {
    const path = `${folder}/file`;
    const threads = [];
    for (let i = 0; i < 10; i++) {
      threads.push(
        yield* spawn(function* () {
          yield* writeFile(path, `${i}`.repeat(10_000), { atomic: true });
        }),
      );
    }
    for (const thread of threads) yield* timeout(30, joined(thread));
    const all = yield* readTextFile(path);
    assertEquals(all, all[0]!.repeat(10_000));
    assertEquals((yield* list(folder)).length, 1);
  });

  function* joined(thread: { state: string }): Coroutine<void> {
    while (thread.state !== "done") yield* sleep(0.001);
  }

  states("stat() tells files from folders", function* (folder) {
    yield* writeFile(`${folder}/file`, "12345");
    const file = yield* stat(`${folder}/file`), itself = yield* stat(folder);
    assertEquals([file.isFile, file.isDirectory, file.size], [true, false, 5]);
    assertEquals([itself.isFile, itself.isDirectory], [false, true]);
    assert(file.mtime instanceof Date);
    assertEquals(yield* codeOf(stat(`${folder}/missing`)), "ENOENT");
  });

  states("list() gives what is in a folder, by name", function* (folder) {
    assertEquals(yield* list(folder), []);
    yield* makeDir(`${folder}/b`);
    for (const name of ["c", "a"]) yield* writeFile(`${folder}/${name}`, "");
    assertEquals((yield* list(folder)).map(({ name, isDirectory }) => [name, isDirectory]), [
      ["a", false],
      ["b", true],
      ["c", false],
    ]);
    assertEquals(yield* codeOf(list(`${folder}/missing`)), "ENOENT");
    assertEquals(yield* codeOf(list(`${folder}/a`)), "ENOTDIR");
  });

  states("rename() gives another name, in place of what has it", function* (folder) {
    const [old, name] = [`${folder}/old`, `${folder}/new`];
    yield* writeFile(old, "x");
    yield* writeFile(name, "y");
    yield* rename(old, name);
    assertEquals(yield* readTextFile(name), "x");
    const error = yield* thrownBy(rename(old, name));
    assertInstanceOf(error, FileError);
    assertEquals(error.code, "ENOENT");
    assert(error.message.includes(old) && error.message.includes(name), error.message);
  });

  states("remove() removes files and empty folders, and others with { recursive }", function* (folder) {
    yield* makeDir(`${folder}/dir`);
    yield* writeFile(`${folder}/dir/file`, "");
    assertEquals(yield* codeOf(remove(`${folder}/dir`)), "ENOTEMPTY");
    yield* remove(`${folder}/dir`, { recursive: true });
    assertEquals(yield* codeOf(remove(`${folder}/dir`)), "ENOENT");
    yield* makeDir(`${folder}/dir`);
    yield* remove(`${folder}/dir`);
    yield* writeFile(`${folder}/file`, "");
    yield* remove(`${folder}/file`);
    assertEquals(yield* list(folder), []);
  });

  states("makeDir() makes a folder, and with { recursive } those that it is in", function* (folder) {
    yield* makeDir(`${folder}/a`);
    assertEquals(yield* codeOf(makeDir(`${folder}/a`)), "EEXIST");
    assertEquals(yield* codeOf(makeDir(`${folder}/b/c`)), "ENOENT");
    for (let i = 0; i < 2; i++) yield* makeDir(`${folder}/b/c/d`, { recursive: true });
    assertEquals((yield* stat(`${folder}/b/c/d`)).isDirectory, true);
  });
}
