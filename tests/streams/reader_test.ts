/** `reader` and `writer`: files and web streams, read and written as connections are. */

import { assert, assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import {
  type Coroutine,
  type Event,
  join,
  kill,
  null as pass,
  race,
  run,
  sleep,
  spawn,
  timeout,
  TimeoutError,
} from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/mod.ts";
import {
  type ByteReader,
  LineTooLongError,
  read,
  reader,
  SocketBusyError,
  SocketClosedError,
  UnexpectedEofError,
  write,
  writer,
} from "../../src/streams/mod.ts";
import { text, thrownBy } from "../net/pair.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const play = (program: () => Coroutine<unknown>) => run(program(), { host: denoHost }).then(() => {});

function* of<T>(event: Event<T>): Coroutine<T> {
  return yield* event;
}

/** A source that gives these chunks, each when it is asked for. */
function file(...chunks: string[]) {
  return {
    closed: false,
    read(p: Uint8Array): Promise<number | null> {
      const chunk = chunks.shift();
      return Promise.resolve(chunk === undefined ? null : new TextEncoder().encodeInto(chunk, p).written);
    },
    close() {
      this.closed = true;
    },
  };
}
const stream = (...chunks: string[]) => ReadableStream.from(chunks.map(bytes)) as ReadableStream<Uint8Array>;

for (const [kind, make] of [["a file", file], ["a stream", stream]] as const) {
  Deno.test(`reader(): ${kind} is read as a connection is`, () =>
    play(function* () {
      const source: ByteReader = reader(make("one\ntw", "o\r\nth", "ree||fo", "ur five", " six"));
      assertEquals(yield* source.readline(), "one\n");
      assertEquals(text(yield* source.recv(2)), "tw");
      assertEquals(text(yield* source.readexactly(3)), "o\r\n");
      assertEquals(text(yield* source.readuntil(bytes("||"))), "three||");
      assertInstanceOf(yield* thrownBy(source.readall({ limit: 5 })), LineTooLongError);
      assertEquals(text(yield* source.readall()), "four five six");
      assertEquals([yield* source.readline(), yield* source.recv(1)], [null, null]);
      assertInstanceOf(yield* thrownBy(source.readexactly(1)), UnexpectedEofError);
    }));

  Deno.test(`reader(): ${kind} has one reader, however often it is asked for`, () =>
    play(function* () {
      const source = make("one\ntwo\n");
      assertEquals(yield* reader(source).readline(), "one\n");
      assertStrictEquals(reader(source), reader(source));
      assertEquals(yield* reader(source).readline(), "two\n");
    }));
}

Deno.test("reader() and read() share what was read of a file", () =>
  play(function* () {
    const source = file("one\ntwo\nthree");
    assertEquals(yield* reader(source).readline(), "one\n");
    assertEquals(text(yield* read(source, 2)), "tw");
    assertEquals(yield* reader(source).readline(), "o\n");
    assertEquals(text(yield* read(source)), "three");
  }));

Deno.test("reader(): chunks of a stream that are larger than what is asked for are taken apart", () =>
  play(function* () {
    const data = new Uint8Array(1_000_000).map((_, i) => i % 251);
    const source = reader(
      ReadableStream.from([data.slice(0, 700_001), new Uint8Array(), data.slice(700_001)]),
    );
    assertEquals(yield* source.readexactly(10), data.subarray(0, 10));
    assertEquals(yield* source.readall(), data.subarray(10));
  }));

Deno.test("reader(): a read that was timed out leaves what comes later for the next", () =>
  play(function* () {
    let give: (chunk: Uint8Array) => void = () => {};
    const source = reader(new ReadableStream({ start: (it) => void (give = (chunk) => it.enqueue(chunk)) }));
    assertInstanceOf(yield* thrownBy(timeout(0.001, source.recv(9))), TimeoutError);
    give(bytes("late"));
    assertEquals(text(yield* source.recv(9)), "late");
    source.close();
  }));

Deno.test("reader(): close() wakes a reader whose source never answers, and closes the source", () =>
  play(function* () {
    let closed = 0;
    const never = { read: () => new Promise<number>(() => {}), close: () => void closed++ };
    let cancelled = 0;
    const silent = new ReadableStream<Uint8Array>({ cancel: () => void cancelled++ });
    for (const source of [never, silent]) {
      const waiting = yield* spawn(() => thrownBy(reader(source).recv(1)));
      yield* pass();
      reader(source).close();
      reader(source).close();
      assertInstanceOf(yield* join(waiting), SocketClosedError);
      assertInstanceOf(yield* thrownBy(reader(source).recv(1)), SocketClosedError);
    }
    assertEquals([closed, cancelled], [1, 1]);
  }));

Deno.test("reader(): a source's error is thrown, also at those who come later", () =>
  play(function* () {
    const broken = new Error("broken");
    for (
      const source of [{ read: () => Promise.reject(broken) }, {
        read: () => {
          throw broken;
        },
      }]
    ) {
      assertStrictEquals(yield* thrownBy(reader(source).recv(1)), broken);
      assertStrictEquals(yield* thrownBy(reader(source).readline()), broken);
    }
    const strings = ReadableStream.from(["text"]) as unknown as ReadableStream<Uint8Array>;
    const error = yield* thrownBy(reader(strings).recv(1));
    assert(error instanceof TypeError && error.message.includes("TextEncoderStream"), String(error));
  }));

Deno.test("reader(): two threads that read one source at once are told", () =>
  play(function* () {
    const source = reader(new ReadableStream<Uint8Array>());
    const first = yield* spawn(of, source.recv(1));
    yield* pass();
    assertInstanceOf(yield* thrownBy(source.recv(1)), SocketBusyError);
    yield* kill(first);
    source.close();
  }));

Deno.test("writer(): what two threads write to a stream does not mix, and closeWrite() waits for its end", () =>
  play(function* () {
    const log: string[] = [];
    let finish = () => {};
    const slow = new WritableStream<Uint8Array>({
      write: async (chunk) => {
        await new Promise((resolve) => setTimeout(resolve, 1));
        log.push(text(chunk));
      },
      close: () => new Promise<void>((resolve) => finish = () => (log.push("closed"), resolve())),
    });
    const sink = writer(slow);
    assertStrictEquals(writer(slow), sink);
    const writers = [yield* spawn(of, sink.sendall("one")), yield* spawn(of, sink.sendall("two"))];
    for (const each of writers) yield* join(each);
    assertEquals(yield* sink.send("three"), 5);
    assertEquals(yield* race([sink.closeWrite(), sleep(0.005)]), undefined);
    assertEquals(log, ["one", "two", "three"]);
    finish();
    yield* sink.closeWrite();
    assertEquals(log, ["one", "two", "three", "closed"]);
  }));

Deno.test("writer() and write() take turns; closeWrite() closes a file, close() too", () =>
  play(function* () {
    const out: string[] = [];
    const sink = {
      write: (p: Uint8Array) => Promise.resolve((out.push(text(p.subarray(0, 3))), Math.min(3, p.length))),
      close: () => void out.push("closed"),
    };
    yield* writer(sink).sendall("abcdef");
    yield* write(sink, "gh");
    yield* writer(sink).closeWrite();
    writer(sink).close();
    assertEquals(out, ["abc", "def", "gh", "closed"]);
    assertInstanceOf(yield* thrownBy(writer(sink).sendall("x")), SocketClosedError);
  }));

Deno.test("writer(): close() wakes a writer whose sink never answers", () =>
  play(function* () {
    for (
      const sink of [
        { write: () => new Promise<number>(() => {}) },
        new WritableStream<Uint8Array>({ write: () => new Promise(() => {}) }),
      ]
    ) {
      const waiting = yield* spawn(() => thrownBy(writer(sink).sendall("x")));
      yield* pass();
      writer(sink).close();
      assertInstanceOf(yield* join(waiting), SocketClosedError);
    }
  }));

Deno.test("reader() and writer() refuse at the call what they cannot take, in words", () => {
  const locked = new ReadableStream<Uint8Array>(), lockedToo = new WritableStream<Uint8Array>();
  locked.getReader();
  lockedToo.getWriter();
  for (const source of [null, undefined, 5, "x", {}, { read: 1 }, locked]) {
    assertThrows(() => reader(source as never), TypeError, "reader takes a");
  }
  for (const sink of [null, undefined, 5, "x", {}, { write: 1 }, lockedToo]) {
    assertThrows(() => writer(sink as never), TypeError, "writer takes a");
  }
});
