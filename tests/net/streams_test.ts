import { assert, assertEquals } from "@std/assert";
import { TextLineStream, toText } from "@std/streams";
import * as bluelet from "../../mod.ts";
import { lacks } from "../requirements.ts";

const ignore = lacks(["net"]);

/** Runs `serve` and `ask` at the two ends of a connection; results in what `ask` does. */
function between<T>(
  serve: (conn: bluelet.Connection) => bluelet.Coroutine<unknown>,
  ask: (conn: bluelet.Connection) => bluelet.Coroutine<T>,
): Promise<T> {
  return bluelet.run(function* () {
    const listener = new bluelet.Listener("127.0.0.1", 0);
    yield* bluelet.spawn(function* server() {
      using conn = yield* listener.accept();
      listener.close();
      yield* bluelet.call(serve, conn);
    });
    using conn = yield* bluelet.connect("127.0.0.1", listener.port);
    return yield* bluelet.call(ask, conn);
  }());
}

Deno.test({
  name: "toStreams: one direction that is closed leaves the other open, both ways",
  ignore,
  async fn() {
    const answer = await between(function* (conn) {
      const { readable, writable } = bluelet.toStreams(conn);
      const asked = yield* bluelet.promise(toText(readable)); // until the peer closed its side
      const writer = writable.getWriter();
      yield* bluelet.promise(writer.write(new TextEncoder().encode(`heard: ${asked}`)));
      yield* bluelet.promise(writer.close());
    }, function* (conn) {
      const { readable, writable } = bluelet.toStreams(conn);
      const sent = ReadableStream.from(["hel", "lo"]).pipeThrough(new TextEncoderStream()).pipeTo(writable);
      yield* bluelet.promise(sent);
      assertEquals(conn.closed, false);
      return yield* bluelet.promise(toText(readable));
    });
    assertEquals(answer, "heard: hello");
  },
});

Deno.test({
  name: "toStreams works with TextLineStream, and lines become a channel",
  ignore,
  async fn() {
    const lines = await between(function* (conn) {
      yield* conn.sendall("one\ntwo\r\nthr");
      yield* conn.sendall("ee\n");
    }, function* (conn) {
      const text = bluelet.toStreams(conn).readable.pipeThrough(new TextDecoderStream()).pipeThrough(
        new TextLineStream(),
      );
      const channel = yield* bluelet.fromAsyncIterable(text);
      const lines: string[] = [];
      for (let line; (line = yield* channel.receive(null)) !== null;) lines.push(line);
      return lines;
    });
    assertEquals(lines, ["one", "two", "three"]);
  },
});

Deno.test({
  name: "toStreams moves large data with back pressure, each byte once",
  ignore,
  async fn() {
    const size = 3_000_000;
    const total = await between(function* (conn) {
      const { readable, writable } = bluelet.toStreams(conn);
      yield* bluelet.promise(readable.pipeTo(writable));
    }, function* (conn) {
      const { readable, writable } = bluelet.toStreams(conn);
      const sent = new Blob([new Uint8Array(size).fill(7)]).stream().pipeTo(writable);
      let total = 0;
      for (const reader = readable.getReader();;) {
        const { done, value } = yield* bluelet.promise(reader.read());
        if (done) break;
        assert(value.every((byte) => byte === 7));
        total += value.length;
      }
      yield* bluelet.promise(sent);
      return total;
    });
    assertEquals(total, size);
  },
});

Deno.test({
  name: "toStreams serves readers that bring their own buffers, to the end",
  ignore,
  async fn() {
    const got = await between(function* (conn) {
      yield* conn.sendall("abcdef");
    }, function* (conn) {
      const reader = bluelet.toStreams(conn).readable.getReader({ mode: "byob" });
      let got = "";
      while (true) {
        const { done, value } = yield* bluelet.promise(reader.read(new Uint8Array(4)));
        if (done) return got;
        got += new TextDecoder().decode(value);
      }
    });
    assertEquals(got, "abcdef");
  },
});

Deno.test({
  name: "toStreams of a connection that is closed fails with SocketClosedError, pending reads too",
  ignore,
  async fn() {
    await between(function* (conn) {
      yield* conn.recv(1);
    }, function* (conn) {
      const reader = bluelet.toStreams(conn).readable.getReader();
      const reading = reader.read().catch((error) => error);
      yield* bluelet.sleep(0.001);
      conn.close();
      const error = yield* bluelet.promise(reading);
      assert(error instanceof bluelet.SocketClosedError, String(error));
    });
  },
});
