import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { type Coroutine, join, kill, null as pass, run, spawn, type Thread } from "../../src/core/mod.ts";
import { SocketBusyError } from "../../src/streams/mod.ts";
import { read, type Reader, write, type Writer } from "../../src/streams/mod.ts";
import { text, thrownBy } from "./pair.ts";
import { host } from "./timeless_host.ts";

/** A test that runs in threads. */
function states(name: string, program: () => Coroutine<unknown>): void {
  Deno.test(name, async () => void await run(program(), { host }));
}

/** A file whose reads each wait for the test to say what comes. */
class SlowFile implements Reader {
  readonly asked: number[] = [];
  #give: ((data: string | null | Error) => void) | null = null;

  read(p: Uint8Array): Promise<number | null> {
    assert(this.#give === null, "a second read is in flight");
    this.asked.push(p.length);
    return new Promise((resolve, reject) => {
      this.#give = (data) => {
        this.#give = null;
        if (data instanceof Error) reject(data);
        else resolve(data === null ? null : new TextEncoder().encodeInto(data, p).written);
      };
    });
  }

  /** Lets the read in flight bring `data`, the end, or an error, and the threads that it wakes run. */
  *gives(data: string | null | Error): Coroutine<void> {
    this.#give!(data);
    yield Promise.resolve();
    yield Promise.resolve();
    for (let i = 0; i < 3; i++) yield* pass();
  }
}

function* reading(file: Reader, size?: number): Coroutine<Thread<unknown>> {
  const thread = yield* spawn(function* () {
    return size === undefined ? yield* read(file) : yield* read(file, size);
  });
  yield* pass();
  return thread;
}

states("read() gives all that is left of a file, and an empty array when nothing is", function* () {
  const file = new SlowFile();
  const reader = yield* reading(file);
  for (const piece of ["all ", "of ", "it", null]) yield* file.gives(piece);
  assertEquals(text((yield* join(reader)) as Uint8Array), "all of it");
  const again = yield* reading(file);
  yield* file.gives(null);
  assertEquals(yield* join(again), new Uint8Array(0));
});

states(
  "read() with a size gives up to so many bytes, never asks for more, and null at the end",
  function* () {
    const file = new SlowFile();
    const reader = yield* reading(file, 5);
    yield* file.gives("abc");
    assertEquals(text((yield* join(reader)) as Uint8Array), "abc");
    const last = yield* reading(file, 7);
    yield* file.gives(null);
    assertEquals(yield* join(last), null);
    assertEquals(file.asked, [5, 7]);
  },
);

states("read() after the end asks the file again: it may have grown", function* () {
  const file = new SlowFile();
  const first = yield* reading(file, 10);
  yield* file.gives(null);
  assertEquals(yield* join(first), null);
  const second = yield* reading(file, 10);
  yield* file.gives("more");
  assertEquals(text((yield* join(second)) as Uint8Array), "more");
});

states("read() that was killed loses no byte for the next read of the same file", function* () {
  const file = new SlowFile();
  yield* kill(yield* reading(file, 10));
  yield* file.gives("late bytes");
  assertEquals(text(yield* read(file, 4)), "late");
  assertEquals(text(yield* read(file, 100)), " bytes");

  yield* kill(yield* reading(file, 10));
  const next = yield* reading(file, 2);
  yield* file.gives("xyz");
  assertEquals(text((yield* join(next)) as Uint8Array), "xy");
  assertEquals(text(yield* read(file, 2)), "z");
});

states("read() of a whole file that was killed half-way leaves all of it to the next", function* () {
  const file = new SlowFile();
  const whole = yield* reading(file);
  yield* file.gives("one ");
  yield* file.gives("two ");
  yield* kill(whole);
  const again = yield* reading(file);
  yield* file.gives("three");
  yield* file.gives(null);
  assertEquals(text((yield* join(again)) as Uint8Array), "one two three");
});

states("read() throws the file's own error, once", function* () {
  const file = new SlowFile();
  const error = new Error("is a directory");
  const reader = yield* spawn(() => thrownBy(read(file, 10)));
  yield* pass();
  yield* file.gives(error);
  assertStrictEquals(yield* join(reader), error);
  const next = yield* reading(file, 10);
  yield* file.gives("fine");
  assertEquals(text((yield* join(next)) as Uint8Array), "fine");
});

states("read() of a file whose read throws at once throws that", function* () {
  const error = new Error("closed");
  const file: Reader = {
    read: () => {
      throw error;
    },
  };
  for (let i = 0; i < 2; i++) assertStrictEquals(yield* thrownBy(read(file, 10)), error);
});

states("read() by two threads at once throws SocketBusyError in the second", function* () {
  const file = new SlowFile();
  const first = yield* reading(file, 10);
  assert((yield* thrownBy(read(file))) instanceof SocketBusyError);
  yield* file.gives("ok");
  assertEquals(text((yield* join(first)) as Uint8Array), "ok");
});

states("write() writes all of it, first come, first served, and says how much that was", function* () {
  let written = "";
  const file: Writer = {
    write: (p) => {
      written += text(p.subarray(0, 2));
      return Promise.resolve(Math.min(2, p.length));
    },
  };
  const threads: Thread<number>[] = [];
  for (const data of ["first", "second", new TextEncoder().encode("third")]) {
    threads.push(
      yield* spawn(function* () {
        return yield* write(file, data);
      }),
    );
  }
  const counts: number[] = [];
  for (const thread of threads) counts.push(yield* join(thread));
  assertEquals([written, ...counts], ["firstsecondthird", 5, 6, 5]);
});

states("write() throws the file's own error", function* () {
  const error = new Error("disk full");
  const file: Writer = { write: () => Promise.reject(error) };
  assertStrictEquals(yield* thrownBy(write(file, "data")), error);
});
