/**
 * Files on Deno: the suites, and what is the system's own: pipes, links, modes, full disks, permissions.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  type Coroutine,
  join,
  kill,
  null as pass,
  run,
  spawn,
  timeout,
  TimeoutError,
} from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/mod.ts";
import { list, open, readTextFile, writeFile } from "../../src/files/mod.ts";
import { SocketClosedError } from "../../src/streams/mod.ts";
import { codeOf, statesInFolder } from "../files/folder.ts";
import { openFileSuite } from "../files/open_file_suite.ts";
import { wholeFileSuite } from "../files/whole_file_suite.ts";
import { thrownBy } from "../net/pair.ts";
import { lacks } from "../requirements.ts";

async function inFolder(program: (folder: string) => Coroutine<unknown>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "bluelet-files-" });
  try {
    await run(program(folder), { host: denoHost });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const ignore = lacks(["read", "write"]);
const states = statesInFolder("Deno", inFolder, { ignore });
openFileSuite(states);
wholeFileSuite(states);

states(
  "writeFile({ atomic }) keeps the mode, and writes to where a link leads",
  function* (folder): Coroutine<void> {
    yield* writeFile(`${folder}/real`, "old");
    yield Deno.chmod(`${folder}/real`, 0o640);
    yield Deno.symlink("real", `${folder}/link`);
    yield* writeFile(`${folder}/link`, "new", { atomic: true });
    assertEquals(yield* readTextFile(`${folder}/real`), "new");
    const { mode }: Deno.FileInfo = yield Deno.stat(`${folder}/real`);
    assertEquals(mode! & 0o777, 0o640);
    assertEquals((yield* list(folder)).map(({ name, isSymlink }) => [name, isSymlink]), [["link", true], [
      "real",
      false,
    ]]);
  },
);

states("File reads and writes a pipe, which has no positions", function* (folder): Coroutine<void> {
  yield new Deno.Command("mkfifo", { args: [`${folder}/pipe`] }).output();
  using file = yield* open(`${folder}/pipe`, "r+"); // which does not wait for the other end
  yield* file.sendall("one\n");
  assertEquals(yield* file.readline(), "one\n");
  const reader = yield* spawn(function* () {
    return yield* file.readline();
  });
  yield* pass();
  yield* kill(reader);
  using other = yield* open(`${folder}/pipe`, "w");
  yield* other.sendall("two\n");
  assertEquals(yield* file.readline(), "two\n");
  assertInstanceOf(yield* thrownBy(timeout(0.01, file.readline())), TimeoutError);
  assertEquals(yield* codeOf(other.readAt(5, 1)), "ESPIPE");
  const waiting = yield* spawn(() => thrownBy(file.recv(1)));
  yield* pass();
  file.close();
  assertInstanceOf(yield* join(waiting), SocketClosedError);
  yield* pass();
});

states(
  "File.close() while a large write is under way: the write is whole",
  function* (folder): Coroutine<void> {
    const file = yield* open(`${folder}/file`, "w");
    const writer = yield* spawn(() => thrownBy(file.sendall(new Uint8Array(20_000_000))));
    yield* pass();
    file.close();
    assertInstanceOf(yield* join(writer), SocketClosedError);
    for (let i = 0; i < 1_000; i++) {
      const { size }: Deno.FileInfo = yield Deno.stat(`${folder}/file`);
      if (size === 20_000_000) return;
      yield new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error("It is not.");
  },
);

/** What a program prints that runs with no more than `flags`, in `folder`. */
async function printed(program: string, folder: string, flags: string[]): Promise<string> {
  const root = new URL("../../", import.meta.url);
  const source = `import * as bluelet from ${JSON.stringify(new URL("mod.ts", root).href)};
    function* attempt(task) {
      try {
        yield task;
        console.log("allowed");
      } catch (error) {
        console.log(error.constructor === Deno.errors.NotCapable, error.message);
      }
    }
    ${program}`;
  const args = [
    "run",
    "--quiet",
    "--no-prompt",
    "--no-check",
    "--config",
    new URL("deno.json", root).pathname,
  ];
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args, ...flags, `data:application/typescript,${encodeURIComponent(source)}`],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    cwd: folder,
    stdout: "piped",
    stderr: "piped",
  });
  const { stdout, stderr } = await child.output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

Deno.test({
  name: "files without the permission throw NotCapable at the yield, untouched",
  ignore: lacks(["read", "write", "run"]),
  fn: () =>
    inFolder(function* (folder): Coroutine<void> {
      const program = `await bluelet.run(function* () {
        yield* attempt(bluelet.open("file"));
        yield* attempt(bluelet.open("file", "w"));
        yield* attempt(bluelet.readFile("file"));
        yield* attempt(bluelet.writeFile("file", "x", { atomic: true }));
        yield* attempt(bluelet.stat("file"));
        yield* attempt(bluelet.list("."));
        yield* attempt(bluelet.makeDir("dir"));
        yield* attempt(bluelet.watch("."));
      }());`;
      const all: string = yield printed(program, folder, []);
      const needs = ["read", "write", "read", "write", "read", "read", "write", "read"];
      const lines = all.trimEnd().split("\n");
      assertEquals(lines.map((line) => /^true Requires (\w+) access/.exec(line)?.[1] ?? line), needs);
    }),
});

Deno.test({
  name:
    "writeFile({ atomic }) without the permission to read throws NotCapable, since renaming needs it, and leaves nothing",
  ignore: lacks(["read", "write", "run"]),
  fn: () =>
    inFolder(function* (folder): Coroutine<void> {
      const program = `await bluelet.run(function* () {
        yield* attempt(bluelet.writeFile("file", "x", { atomic: true }));
        yield* attempt(bluelet.writeFile("file", "plain"));
      }());`;
      const all: string = yield printed(program, folder, [`--allow-write=${folder}`]);
      assert(/^true Requires read access[^\n]*\nallowed\n$/.test(all), all);
      assertEquals((yield* list(folder)).map(({ name }) => name), ["file"]);
    }),
});

Deno.test({
  name:
    "files of the system's own: a full disk, files that do not know their size; 5,000 opened leave no descriptor",
  ignore: lacks(["read", "write", "run"]),
  fn: () =>
    inFolder(function* (folder): Coroutine<void> {
      const program = `await bluelet.run(function* () {
        using full = yield* bluelet.open("/dev/full", "w");
        for (const task of [full.sendall("x"), bluelet.writeFile("/dev/full", "x")]) {
          try {
            yield task;
          } catch (error) {
            console.log(error.name, error.code);
          }
        }
        console.log((yield* bluelet.readTextFile("/proc/self/status")).slice(0, 5));
        console.log((yield* bluelet.readFile("/dev/null")).length);
        // Of this file alone: the runtime opens sockets for itself at times of its own.
        const isOurs = ({ name }) => {
          try {
            return Deno.readLinkSync("/proc/self/fd/" + name).endsWith("/status");
          } catch {
            return false;
          }
        };
        const count = () => [...Deno.readDirSync("/proc/self/fd")].filter(isOurs).length;
        const before = count();
        for (let i = 0; i < 5_000; i++) {
          using file = yield* bluelet.open("/proc/self/status");
          if (i % 100 === 0) yield* file.readline();
        }
        console.log(count() - before);
      }());`;
      const all: string = yield printed(program, folder, ["-A"]);
      assertEquals(all.split("\n"), ["FileError ENOSPC", "FileError ENOSPC", "Name:", "0", "0", ""]);
    }),
});
