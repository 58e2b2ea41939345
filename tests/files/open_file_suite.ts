/**
 * What every host's open files must do.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { call, type Coroutine, join, kill, null as pass, select, sleep, spawn } from "../../src/core/mod.ts";
import {
  type File,
  FileError,
  open,
  readFile,
  readTextFile,
  rename,
  stat,
  writeFile,
} from "../../src/files/mod.ts";
import {
  LineTooLongError,
  SocketBusyError,
  SocketClosedError,
  SocketError,
  UnexpectedEofError,
} from "../../src/streams/mod.ts";
import { numbered, text, thrownBy } from "../net/pair.ts";
import { codeOf, type StatesInFolder } from "./folder.ts";

/** Registers the tests. */
export function openFileSuite(states: StatesInFolder): void {
  states("open(): what each mode makes of a file that is there, and of one that is not", function* (folder) {
    const path = `${folder}/file`, missing = `${folder}/missing`;
    yield* writeFile(path, "old");
    assertEquals(yield* codeOf(open(path, "x")), "EEXIST");
    for (const mode of ["r", "r+"] as const) assertEquals(yield* codeOf(open(missing, mode)), "ENOENT");
    for (const [mode, expected] of [["r+", "NEW"], ["w", "NEW"], ["a", "oldNEW"]] as const) {
      yield* writeFile(path, "old");
      using file = yield* open(path, mode);
      yield* file.sendall("NEW");
      assertEquals(yield* readTextFile(path), expected, mode);
    }
    for (const mode of ["w", "a", "x"] as const) {
      using file = yield* open(`${folder}/${mode}`, mode);
      yield* file.sendall(mode);
      assertEquals(yield* readTextFile(`${folder}/${mode}`), mode);
    }
  });

  states("open(): a file that was opened for the other thing throws EBADF", function* (folder) {
    yield* writeFile(`${folder}/file`, "x");
    using reading = yield* open(`${folder}/file`);
    assertEquals(yield* codeOf(reading.sendall("y")), "EBADF");
    for (const mode of ["w", "a"] as const) {
      using writing = yield* open(`${folder}/file`, mode);
      assertEquals(yield* codeOf(writing.recv(1)), "EBADF");
    }
  });

  states("open() takes a file: URL", function* (folder) {
    yield* writeFile(new URL(`file://${folder}/a%20b`), "x");
    using file = yield* open(new URL(`file://${folder}/a%20b`));
    assertEquals([file.path, yield* file.readline()], [`${folder}/a b`, "x"]);
  });

  states("File is read like a connection", function* (folder) {
    yield* writeFile(`${folder}/file`, "one\ntwo\r\nthree||four\nfive");
    using file = yield* open(`${folder}/file`);
    assertEquals(yield* file.readline(), "one\n");
    assertEquals(text(yield* file.recv(2)), "tw");
    assertEquals(text(yield* file.readexactly(3)), "o\r\n");
    assertEquals(text(yield* file.readuntil(new TextEncoder().encode("||"))), "three||");
    assertEquals(yield* file.readline("\n"), "four\n");
    assertEquals(yield* file.readline(), "five");
    assertEquals([yield* file.readline(), yield* file.recv(1)], [null, null]);
    const error = yield* thrownBy(file.readexactly(1));
    assertInstanceOf(error, UnexpectedEofError);
  });

  states(
    "File.readall() reads what is left; past its limit it throws, and loses nothing",
    function* (folder) {
      const data = numbered(200_000);
      yield* writeFile(`${folder}/file`, data);
      using file = yield* open(`${folder}/file`);
      yield* file.readexactly(10);
      assertInstanceOf(yield* thrownBy(file.readall({ limit: 100_000 })), LineTooLongError);
      assertEquals(file.position, 10);
      assertEquals(yield* file.readall({ limit: 199_990 }), data.subarray(10));
      assertEquals([(yield* file.readall()).length, file.position], [0, 200_000]);
      yield* writeFile(`${folder}/file`, "more", { append: true });
      assertEquals(text(yield* file.readall()), "more");
    },
  );

  states("File: at its end it goes on when it has grown", function* (folder) {
    yield* writeFile(`${folder}/file`, "one\ntw");
    using file = yield* open(`${folder}/file`);
    assertEquals([yield* file.readline(), yield* file.readline(), yield* file.recv(9)], [
      "one\n",
      "tw",
      null,
    ]);
    yield* writeFile(`${folder}/file`, "o\nthree", { append: true });
    assertEquals([yield* file.readline(), text(yield* file.recv(9)), yield* file.recv(9)], [
      "o\n",
      "three",
      null,
    ]);
  });

  states("File: large data goes in and comes out", function* (folder) {
    const data = numbered(3_000_000);
    using file = yield* open(`${folder}/file`, "x");
    yield* file.sendall(data);
    assertEquals(yield* file.size(), 3_000_000);
    using again = yield* open(`${folder}/file`);
    const back = new Uint8Array(3_000_000);
    for (let at = 0, piece; (piece = yield* again.recv(70_001)) !== null; at += piece.length) {
      back.set(piece, at);
    }
    assertEquals(back, data);
  });

  states("File has one position, which reading, writing and seek() move", function* (folder) {
    yield* writeFile(`${folder}/file`, "0123456789\nabcdef\n");
    using file = yield* open(`${folder}/file`, "r+");
    assertEquals(yield* file.readline(), "0123456789\n"); // and reads ahead of it
    assertEquals(file.position, 11);
    yield* file.sendall("ABC");
    assertEquals(file.position, 14);
    assertEquals(yield* file.readline(), "def\n");
    yield* file.seek(3);
    assertEquals(text(yield* file.recv(2)), "34");
    assertEquals(yield* file.send("--"), 2);
    assertEquals([file.position, text(yield* file.recv(1))], [7, "7"]);
    yield* file.seek(100);
    assertEquals(yield* file.recv(1), null);
    yield* file.seek(20);
    yield* file.sendall("!");
    assertEquals(yield* readTextFile(`${folder}/file`), "01234--789\nABCdef\n\0\0!");
  });

  states('File in mode "a" writes at the end, wherever seek() and writeAt() say', function* (folder) {
    yield* writeFile(`${folder}/file`, "start");
    using file = yield* open(`${folder}/file`, "a");
    using other = yield* open(`${folder}/file`, "a");
    yield* file.seek(0);
    yield* file.sendall(" one");
    yield* other.sendall(" two");
    yield* file.seek(2);
    yield* file.sendall(" three");
    yield* file.writeAt(0, " four");
    assertEquals(yield* readTextFile(`${folder}/file`), "start one two three four");
  });

  states("File.readAt() and writeAt() leave the position alone", function* (folder) {
    yield* writeFile(`${folder}/file`, "0123456789");
    using file = yield* open(`${folder}/file`, "r+");
    assertEquals(text(yield* file.recv(2)), "01");
    assertEquals(text(yield* file.readAt(5, 3)), "567");
    assertEquals(text(yield* file.readAt(8, 100)), "89");
    assertEquals([yield* file.readAt(10, 1), yield* file.readAt(99, 1)], [null, null]);
    yield* file.writeAt(7, "ab");
    assertEquals([file.position, yield* readTextFile(`${folder}/file`)], [2, "0123456ab9"]);
    yield* file.seek(6);
    assertEquals(text(yield* file.recv(9)), "6ab9");
  });

  states("File: readAt() by many threads at once, beside a reader, mixes nothing up", function* (folder) {
    const data = numbered(100_000);
    yield* writeFile(`${folder}/file`, data);
    using file = yield* open(`${folder}/file`);
    const threads = [];
    for (let i = 0; i < 20; i++) {
      threads.push(
        yield* spawn(function* () {
          for (let at = i * 1_000; at < 100_000; at += 20_000) {
            assertEquals(yield* file.readAt(at, 1_000), data.subarray(at, at + 1_000));
          }
        }),
      );
    }
    for (let at = 0; at < 100_000; at += 500) {
      assertEquals(yield* file.readexactly(500), data.subarray(at, at + 500));
    }
    for (const thread of threads) yield* join(thread);
  });

  states("File.truncate() cuts and extends; size(), stat() and sync() say what is", function* (folder) {
    const path = `${folder}/file`;
    using file = yield* open(path, "x");
    yield* file.sendall("0123456789");
    yield* file.truncate(4);
    assertEquals([yield* file.size(), file.position], [4, 10]);
    yield* file.truncate(6);
    yield* file.sync();
    assertEquals(yield* readTextFile(path), "0123\0\0");
    yield* file.truncate();
    assertEquals(yield* file.size(), 0);
    yield* rename(path, `${folder}/other`);
    const { ino, dev, isFile } = yield* file.stat();
    assertEquals(
      { ino, dev, isFile },
      (({ ino, dev, isFile }) => ({ ino, dev, isFile }))(yield* stat(`${folder}/other`)),
    );
  });

  states("File.recv() by a second thread throws SocketBusyError", function* (folder) {
    yield* writeFile(`${folder}/file`, "0123456789");
    using file = yield* open(`${folder}/file`);
    const first = yield* spawn(function* () {
      return yield* file.recv(5);
    });
    yield* pass();
    assertInstanceOf(yield* thrownBy(file.recv(5)), SocketBusyError);
    assertEquals(text((yield* join(first)) ?? null), "01234");
  });

  states("File.sendall() by many threads writes one after another", function* (folder) {
    using file = yield* open(`${folder}/file`, "w");
    const threads = [];
    for (let i = 0; i < 10; i++) {
      threads.push(
        yield* spawn(function* () {
          yield* file.sendall(`${i}`.repeat(50_000));
        }),
      );
    }
    for (const thread of threads) yield* join(thread);
    const all = yield* readTextFile(`${folder}/file`);
    assertEquals(all.length, 500_000);
    assertEquals(all.replace(/(.)\1*/g, "$1"), "0123456789");
  });

  states("File.closeWrite() ends writing, and not reading", function* (folder) {
    yield* writeFile(`${folder}/file`, "0123456789");
    using file = yield* open(`${folder}/file`, "r+");
    const writer = yield* spawn(function* () {
      yield* file.sendall("abc");
    });
    yield* pass();
    yield* file.closeWrite();
    yield* join(writer);
    const error = yield* thrownBy(file.sendall("more"));
    assertInstanceOf(error, SocketError);
    assertEquals(error.code, "EPIPE");
    assertEquals(text(yield* file.recv(9)), "3456789");
  });

  states("File: a killed recv() leaves its bytes for the next, wherever the kill comes", function* (folder) {
    const data = numbered(200_000);
    yield* writeFile(`${folder}/file`, data);
    using file = yield* open(`${folder}/file`);
    const got: number[] = [];
    function* reader(): Coroutine<void> {
      for (let piece; (piece = yield* file.recv(777)) !== null;) got.push(...piece);
    }
    for (let i = 0; i < 100; i++) {
      const thread = yield* spawn(reader);
      for (let j = 0; j < i % 5; j++) yield* pass();
      if (i % 3 === 0) yield* sleep(0.000_1);
      yield* kill(thread);
    }
    yield* reader();
    assertEquals(new Uint8Array(got), data);
    assertEquals(file.position, 200_000);
  });

  states("File: a killed write finishes what is in flight before the next one starts", function* (folder) {
    using file = yield* open(`${folder}/file`, "w");
    for (let i = 0; i < 50; i++) {
      const before = yield* file.size();
      assertEquals(file.position, before);
      const thread = yield* spawn(function* () {
        yield* file.sendall("a".repeat(100_000));
      });
      for (let j = 0; j < i % 4; j++) yield* pass();
      yield* kill(thread);
      yield* file.sendall("B");
      const size = yield* file.size();
      assertEquals([size, text(yield* readAtOf(folder, size - 1))], [file.position, "B"]);
    }
    assert(/^(a*B){50}$/.test(yield* readTextFile(`${folder}/file`)));
  });

  function* readAtOf(folder: string, position: number): Coroutine<Uint8Array> {
    using file = yield* open(`${folder}/file`);
    return (yield* file.readAt(position, 1))!;
  }

  states("File: a killed readAt(), writeAt() or size() leaves the file usable", function* (folder) {
    yield* writeFile(`${folder}/file`, "0123456789");
    using file = yield* open(`${folder}/file`, "r+");
    const make = [() => file.readAt(0, 5), () => file.size(), () => file.sync(), () => file.truncate(10)];
    for (let i = 0; i < 40; i++) {
      const thread = yield* spawn(function* () {
        for (;;) yield make[i % 4]!();
      });
      for (let j = 0; j < i % 7; j++) yield* pass();
      yield* kill(thread);
    }
    assertEquals(text(yield* file.recv(20)), "0123456789");
  });

  states("File: seek() while another thread's read is under way is where that goes on", function* (folder) {
    yield* writeFile(`${folder}/file`, "0123456789");
    for (let i = 0; i < 5; i++) {
      using file = yield* open(`${folder}/file`);
      const reader = yield* spawn(function* () {
        return yield* file.recv(3);
      });
      for (let j = 0; j < i; j++) yield* pass();
      yield* file.seek(5);
      const got = text((yield* join(reader)) ?? null);
      assert(got === "567" || got === "012" && i > 0, got);
      if (got === "567") assertEquals(text(yield* file.recv(2)), "89");
      else assertEquals(text(yield* file.recv(2)), "56");
    }
  });

  states(
    "File.close() ends what waits and what comes after with SocketClosedError, naming the file",
    function* (folder) {
      const path = `${folder}/file`;
      yield* writeFile(path, "0123456789");
      const file = yield* open(path, "r+");
      const waiting = [];
      for (const task of [file.recv(1), file.sendall("x"), file.readAt(0, 1), file.sync()]) {
        waiting.push(yield* spawn(() => thrownBy(task)));
      }
      yield* pass();
      file.close();
      file.close();
      assert(file.closed);
      for (const thread of waiting) assertInstanceOf(yield* join(thread), SocketClosedError);
      const after = [
        file.recv(1),
        file.readline(),
        file.sendall("x"),
        file.readAt(0, 1),
        file.writeAt(0, "x"),
      ];
      for (const task of [...after, file.size(), file.truncate(), file.sync(), file.seek(0), file.stat()]) {
        const error = yield* thrownBy(task);
        assertInstanceOf(error, SocketClosedError);
        assert(error.message.includes(`The file ${path} is closed`), error.message);
      }
    },
  );

  states(
    "open(): the file is closed when the coroutine that opened it ends, whichever way",
    function* (folder) {
      yield* writeFile(`${folder}/file`, "x");
      const files: File[] = [];
      function* use(how: string): Coroutine<void> {
        files.push(yield* open(`${folder}/file`));
        if (how === "throws") throw new Error(how);
        if (how === "killed") yield* sleep(60);
      }
      yield* call(use, "returns");
      yield* thrownBy(use("throws"));
      const thread = yield* spawn(use, "killed");
      while (files.length < 3) yield* pass();
      yield* kill(thread);
      assertEquals(files.map(({ closed }) => closed), [true, true, true]);
      const file = yield* (function* () {
        return yield* open(`${folder}/file`);
      })();
      assertEquals(file.closed, false, "inside a native yield* it is the caller's");
    },
  );

  states("open() that is killed while it opens leaves nothing open", function* (folder) {
    yield* writeFile(`${folder}/file`, "x");
    for (let i = 0; i < 200; i++) {
      const thread = yield* spawn(function* () {
        yield* open(`${folder}/file`);
        yield* sleep(60);
      });
      for (let j = 0; j < i % 5; j++) yield* pass();
      yield* kill(thread);
    }
    yield* readFile(`${folder}/file`); // the late ones are open by then, and closed
  });

  states("open() is a case of select", function* (folder) {
    yield* writeFile(`${folder}/file`, "x");
    const got = yield* select({ file: open(`${folder}/file`), late: sleep(5) });
    assert(got.case === "file");
    assertEquals(yield* got.value.readline(), "x");
  });

  states("FileError has the code, the path and the cause, and says what it was", function* (folder) {
    const path = `${folder}/missing`;
    const error = yield* thrownBy(open(path));
    assertInstanceOf(error, FileError);
    assertEquals([error.name, error.code, error.path], ["FileError", "ENOENT", path]);
    assertEquals(error.message, `Opening ${path} failed (ENOENT): there is no such file or folder.`);
    assert(error.cause !== undefined);
    yield* writeFile(path, "x");
    assertEquals(yield* codeOf(open(`${path}/below`)), "ENOTDIR");
    assertEquals(yield* codeOf(open(folder, "w")), "EISDIR");
    using opened = yield* open(folder);
    const reading = yield* thrownBy(opened.recv(1));
    assertInstanceOf(reading, FileError);
    assertEquals([reading.code, reading.path], ["EISDIR", folder]);
  });
}
