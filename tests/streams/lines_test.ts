/** `lines`: the lines of a stream as a channel; none is lost, none is given twice. */

import { assert, assertEquals, assertInstanceOf, assertStrictEquals, assertThrows } from "@std/assert";
import {
  all,
  type Coroutine,
  join,
  kill,
  moveOnAfter,
  null as pass,
  run,
  select,
  sleep,
  spawn,
} from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/mod.ts";
import {
  lines,
  LineTooLongError,
  reader,
  SocketBusyError,
  SocketClosedError,
} from "../../src/streams/mod.ts";
import { type Channel, ChannelClosedError } from "../../src/sync/mod.ts";
import { text, thrownBy } from "../net/pair.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const play = <T>(program: () => Coroutine<T>) => run(program(), { host: denoHost });

/** A stream that is fed by hand. */
function fed() {
  let controller!: ReadableStreamDefaultController<Uint8Array>;
  const source = reader(new ReadableStream<Uint8Array>({ start: (it) => void (controller = it) }));
  return {
    source,
    give: (text: string) => controller.enqueue(bytes(text)),
    end: () => controller.close(),
    fail: (error: unknown) => controller.error(error),
  };
}

function* rest(channel: Channel<string>): Coroutine<string[]> {
  const got: string[] = [];
  for (let line; (line = yield* channel.receive(null)) !== null;) got.push(line);
  return got;
}

Deno.test("lines(): each line without its end, LF or CRLF; the last one may lack it", () =>
  play(function* () {
    const cases: [string[], string[]][] = [
      [[], []],
      [["\n"], [""]],
      [["a\nb\r\nc"], ["a", "b", "c"]],
      [["a\r", "\nb\r\r\n\r\n\n", "c\r"], ["a", "b\r", "", "", "c\r"]],
      [["é".repeat(3) + "\n\uFEFFx\n"], ["ééé", "\uFEFFx"]],
    ];
    for (const [chunks, expected] of cases) {
      const { source, give, end } = fed();
      chunks.forEach(give);
      end();
      assertEquals(yield* rest(yield* lines(source)), expected);
    }
  }));

Deno.test("lines(): a line that nobody received is still in the source when the channel is closed", () =>
  play(function* () {
    const { source, give } = fed();
    give("one\ntwo\nthree\nfour");
    const channel = yield* lines(source);
    assertEquals(yield* channel.receive(), "one");
    channel.close();
    assertEquals(yield* source.readline(), "two\n"); // at once: nothing has to come back first
    const again = yield* lines(source);
    assertEquals(yield* again.receive(), "three");
    again.close();
    assertEquals(text(yield* source.recv(9)), "four");
    source.close();
  }));

Deno.test("lines(): a receiver that was killed or timed out loses no line", () =>
  play(function* () {
    const { source, give, end } = fed();
    const channel = yield* lines(source);
    const waiting = yield* spawn(function* () {
      return yield* channel.receive();
    });
    yield* pass();
    yield* kill(waiting);
    assertEquals(yield* moveOnAfter(0.001, channel.receive()), undefined);
    give("one\n");
    yield* sleep(0.001);
    assertEquals(channel.tryReceive(), "one");
    give("two\nthree\n");
    end();
    assertEquals(yield* rest(channel), ["two", "three"]);
    assert(channel.closed);
  }));

Deno.test("lines(): several receivers are served in the order in which they came", () =>
  play(function* () {
    const { source, give, end } = fed();
    const channel = yield* lines(source);
    const got: string[] = [];
    const threads = [];
    for (const name of ["a", "b", "c"]) {
      threads.push(
        yield* spawn(function* () {
          got.push(`${name} ${yield* channel.receive(null)}`);
        }),
      );
    }
    yield* pass();
    give("1\n2");
    yield* sleep(0.001);
    give("\n");
    end();
    yield* all(threads.map((thread) => join(thread)));
    assertEquals(got, ["a 1", "b 2", "c null"]);
  }));

Deno.test("lines(): as a case of select, it takes a line only if that case happened", () =>
  play(function* () {
    const one = fed(), two = fed();
    const a = yield* lines(one.source), b = yield* lines(two.source);
    one.give("a1\na2\n");
    two.give("b1\n");
    const first = yield* select({ a: a.receive(), b: b.receive() });
    assertEquals([first.case, first.value].join(), "a,a1");
    yield* sleep(0.001);
    const got = [yield* a.receive(), yield* b.receive()];
    assertEquals(got, ["a2", "b1"]);
    a.close();
    b.close();
    one.source.close();
    two.source.close();
  }));

Deno.test("lines(): nothing is read ahead of those who receive", () =>
  play(function* () {
    let asked = 0;
    const source = { read: (p: Uint8Array) => (asked++, p.set(bytes("line\n")), Promise.resolve(5)) };
    const channel = yield* lines(reader(source));
    yield* sleep(0.002);
    assertEquals(asked, 0);
    for (let i = 0; i < 10; i++) yield* channel.receive();
    yield* sleep(0.002);
    assertEquals(asked, 10);
  }));

Deno.test("lines(): the channel is closed with the coroutine that opened it, and the source is not", () =>
  play(function* () {
    const { source, give } = fed();
    let channel!: Channel<string>;
    const opener = yield* spawn(function* () {
      channel = yield* lines(source);
      yield* sleep(Infinity);
    });
    yield* pass();
    const receiver = yield* spawn(() => thrownBy(channel.receive()));
    yield* pass();
    assertInstanceOf(yield* thrownBy(source.recv(1)), SocketBusyError);
    yield* kill(opener);
    assertInstanceOf(yield* join(receiver), ChannelClosedError);
    give("still here\n");
    assertEquals(yield* source.readline(), "still here\n");
    source.close();
  }));

Deno.test("lines(): what the source fails with is thrown once the lines before it were received", () =>
  play(function* () {
    const broken = new Error("broken");
    const { source, give, fail } = fed();
    const channel = yield* lines(source);
    give("one\ntwo");
    assertEquals(yield* channel.receive(), "one");
    fail(broken);
    assertStrictEquals(yield* thrownBy(channel.receive(null)), broken);

    const closed = fed();
    const other = yield* lines(closed.source);
    const waiting = yield* spawn(() => thrownBy(other.receive()));
    yield* pass();
    closed.source.close();
    assertInstanceOf(yield* join(waiting), SocketClosedError);
    assertInstanceOf(yield* thrownBy((yield* lines(closed.source)).receive()), SocketClosedError);
  }));

Deno.test("lines(): a line past the limit ends the channel, and stays in the source", () =>
  play(function* () {
    const { source, give } = fed();
    const channel = yield* lines(source, { limit: 5 });
    give("abc\nabcdefgh\n");
    assertEquals(yield* channel.receive(), "abc");
    assertInstanceOf(yield* thrownBy(channel.receive(null)), LineTooLongError);
    assertEquals(yield* source.readline(), "abcdefgh\n");
    source.close();
  }));

Deno.test("lines(): 100,000 lines in pieces of odd sizes come whole, each once", () =>
  play(function* () {
    const all = Array.from({ length: 100_000 }, (_, i) => `line ${i} ${"x".repeat(i % 37)}`);
    const data = bytes(all.join("\r\n"));
    let at = 0;
    const source = {
      read(p: Uint8Array) {
        const piece = data.subarray(at, at += Math.min(p.length, 1 + at % 7_919));
        p.set(piece);
        return Promise.resolve(piece.length === 0 ? null : piece.length);
      },
    };
    assertEquals(yield* rest(yield* lines(reader(source))), all);
  }));

Deno.test("lines() refuses at the call what is no byte stream", () => {
  for (const source of [null, 5, "x", {}, { readline: () => "x" }]) {
    assertThrows(() => lines(source as never), TypeError, "lines takes a");
  }
});
