/**
 * What a connection's writing and closing must do, whichever host it runs on.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import * as bluelet from "../../mod.ts";
import type { Coroutine } from "../../src/core/mod.ts";
import type { Connection } from "../../src/net/mod.ts";
import { numbered, pair, text, thrownBy } from "./pair.ts";
import type { States } from "./statement.ts";

/** Registers these statements. */
export function writingSuite(states: States): void {
  states("Connection.send() says how many bytes went out", function* () {
    const { near, far } = yield* pair();
    assertEquals(yield* near.send("é"), 2);
    assertEquals(yield* near.send(""), 0);
    assertEquals(text(yield* far.readexactly(2)), "é");
    near.close(), far.close();
  });

  states("Connection.sendall() of 20 MB to a slow reader blocks its thread alone", function* () {
    const { near, far } = yield* pair();
    const data = new Uint8Array(20_000_000).fill(7);
    let sent = false;
    const sender = yield* bluelet.spawn(function* () {
      yield* far.sendall(data);
      sent = true;
      far.close();
    });
    let ticks = 0;
    for (; ticks < 5; ticks++) yield* bluelet.sleep(0.002);
    assert(!sent, "nobody has read, and 20 MB are gone");
    let count = 0;
    for (let piece; (piece = yield* near.recv(1 << 20)) !== null;) count += piece.length;
    assertEquals(count, data.length);
    yield* bluelet.join(sender);
    near.close();
  });

  states("Connection.sendall() of several threads never interleaves, first come, first served", function* () {
    const { near, far } = yield* pair();
    const size = 500_000;
    for (const letter of "abcd") {
      yield* bluelet.spawn(function* () {
        yield* far.sendall(letter.repeat(size));
      });
    }
    yield* bluelet.null();
    for (const letter of "abcd") assertEquals(text(yield* near.readexactly(size)), letter.repeat(size));
    near.close(), far.close();
  });

  states(
    "Connection.sendall() that was killed lets what is in flight finish before the next writer",
    function* () {
      const { near, far } = yield* pair();
      const first = yield* bluelet.spawn(() => sends(far, "a".repeat(10_000_000)));
      const second = yield* bluelet.spawn(() => sends(far, "b".repeat(1_000)));
      const third = yield* bluelet.spawn(() => sends(far, "c".repeat(1_000)));
      yield* bluelet.sleep(0.005);
      yield* bluelet.kill(second);
      yield* bluelet.kill(first);
      let got = "";
      for (let piece; !got.endsWith("c".repeat(1_000)) && (piece = yield* near.recv(1 << 20)) !== null;) {
        got = (got + text(piece)).replace(/^a+/, "a");
      }
      assertEquals(got, "a" + "c".repeat(1_000));
      yield* bluelet.join(third);
      near.close(), far.close();
    },
  );

  states("Connection.closeWrite() ends one direction, after what is being sent", function* () {
    const { near, far } = yield* pair();
    const sender = yield* bluelet.spawn(() => sends(near, "x".repeat(3_000_000)));
    yield* bluelet.null();
    const closer = yield* bluelet.spawn(function* () {
      yield* near.closeWrite();
      yield* near.closeWrite();
    });
    let count = 0;
    for (let piece; (piece = yield* far.recv(1 << 20)) !== null;) count += piece.length;
    assertEquals(count, 3_000_000);
    yield* bluelet.join(sender);
    yield* bluelet.join(closer);
    yield* far.sendall("still open");
    yield* far.closeWrite();
    assertEquals(text(yield* near.readexactly(10)), "still open");
    assertEquals(yield* near.recv(1), null);
    const error = yield* thrownBy(near.sendall("more"));
    assert(error instanceof bluelet.SocketError);
    assertEquals(error.code, "EPIPE");
    near.close(), far.close();
  });

  states("Connection: both ends may send and receive a lot at once", function* () {
    const { near, far } = yield* pair();
    const data = numbered(4_000_000);
    const threads: bluelet.Thread[] = [];
    for (const end of [near, far]) {
      threads.push(yield* bluelet.spawn(() => sends(end, data)));
      threads.push(
        yield* bluelet.spawn(function* () {
          assertEquals(yield* end.readexactly(data.length), data);
        }),
      );
    }
    for (const thread of threads) yield* bluelet.join(thread);
    near.close(), far.close();
  });

  states("Connection.close() wakes its reader and its writers with SocketClosedError", function* () {
    const { near, far } = yield* pair();
    const waits = [
      near.recv(1),
      near.sendall(new Uint8Array(20_000_000)),
      near.sendall("later"),
      near.closeWrite(),
    ];
    const threads: bluelet.Thread<unknown>[] = [];
    for (const wait of waits) threads.push(yield* bluelet.spawn(() => thrownBy(wait)));
    yield* bluelet.sleep(0.005);
    near.close();
    near.close();
    for (const thread of threads) assert((yield* bluelet.join(thread)) instanceof bluelet.SocketClosedError);
    assert(near.closed);
    far.close();
  });

  states("Connection: everything on a closed one throws SocketClosedError", function* () {
    const { near, far } = yield* pair();
    yield* far.sendall("in the buffer\nand more");
    yield* near.readline();
    near.close();
    const uses = [
      near.recv(1),
      near.send("a"),
      near.sendall("a"),
      near.readline(),
      near.readuntil(new Uint8Array([10])),
      near.readexactly(1),
      near.closeWrite(),
    ];
    for (const use of uses) {
      assert((yield* thrownBy(use as bluelet.Event<unknown>)) instanceof bluelet.SocketClosedError);
    }
    far.close();
  });

  states("Connection.sendall() to a peer that has gone throws SocketError with its code", function* () {
    const { near, far } = yield* pair();
    far.close();
    const error = yield* thrownBy(function* () {
      for (;;) {
        yield* near.sendall("is anybody there?");
        yield* bluelet.sleep(0.001);
      }
    }());
    assert(error instanceof bluelet.SocketError);
    assert(error.code === "EPIPE" || error.code === "ECONNRESET", error.code);
    near.close();
  });

  states("Connection.addr is the peer and localAddr this end", function* () {
    const { near, far, listener } = yield* pair();
    assertEquals(near.addr, far.localAddr);
    assertEquals(near.localAddr, far.addr);
    assertEquals(near.addr, { hostname: "127.0.0.1", port: listener.port });
    near.close(), far.close();
  });
}

function* sends(conn: Connection, data: Uint8Array | string): Coroutine<void> {
  yield* conn.sendall(data);
}
