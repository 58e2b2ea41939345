/**
 * What every host's byte streams must do, seen through the library: one suite, run over each host.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import type { Coroutine } from "../../src/core/mod.ts";
import { connect, type Connection, Listener } from "../../src/net/mod.ts";
import { concat, numbered, pair, text, thrownBy } from "./pair.ts";

/** How to run a program on the host that is tested. */
export type Runner = (program: () => Coroutine<unknown>) => Promise<unknown>;

/** Registers the suite's tests, each named after its statement and `over`. */
export function transportSuite(over: string, run: Runner, options: { ignore?: boolean } = {}): void {
  const states = (name: string, program: () => Coroutine<unknown>) =>
    Deno.test({
      name: `${name} (${over})`,
      ignore: options.ignore ?? false,
      fn: async () => void await run(program),
    });

  states("Connection.recv() gives every byte once, in order, whatever the sizes", function* () {
    const { near, far } = yield* pair();
    const data = numbered(300_000);
    const sender = yield* bluelet.spawn(function* () {
      for (let at = 0, size = 1; at < data.length; at += size, size = size * 7 % 9_973) {
        yield* far.sendall(data.subarray(at, at + size));
      }
      far.close();
    });
    const pieces: Uint8Array[] = [];
    for (let size = 1;; size = size * 5 % 7_919) {
      const piece = yield* near.recv(size);
      if (piece === null) break;
      assert(piece.length >= 1 && piece.length <= size);
      pieces.push(piece);
    }
    assertEquals(concat(pieces), data);
    yield* bluelet.join(sender);
    near.close();
  });

  states("Connection.recv() serves what readline() left in the buffer first", function* () {
    const { near, far } = yield* pair();
    yield* far.sendall("line\nrest");
    assertEquals(yield* near.readline(), "line\n");
    assertEquals(text(yield* near.recv(2)), "re");
    assertEquals(text(yield* near.recv(100)), "st");
    near.close(), far.close();
  });

  states("Connection.recv() gives null at the end, again and again", function* () {
    const { near, far } = yield* pair();
    far.close();
    for (let i = 0; i < 3; i++) assertEquals(yield* near.recv(10), null);
    near.close();
  });

  states("Connection.recv() hands out bytes that later reads leave alone", function* () {
    const { near, far } = yield* pair();
    yield* far.sendall("first");
    const first = yield* near.recv(100);
    yield* far.sendall("other");
    const second = yield* near.recv(100);
    assertEquals([text(first), text(second)], ["first", "other"]);
    first!.fill(0);
    assertEquals(text(second), "other");
    near.close(), far.close();
  });

  states("Connection.recv() that was killed leaves what comes later to the next", function* () {
    const { near, far } = yield* pair();
    const reader = yield* bluelet.spawn(function* () {
      yield* near.recv(100);
    });
    yield* bluelet.null();
    yield* bluelet.kill(reader);
    yield* far.sendall("for the next");
    assertEquals(text(yield* near.readexactly(12)), "for the next");
    near.close(), far.close();
  });

  states("Connection.recv() that timed out loses no byte", function* () {
    const { near, far } = yield* pair();
    const sender = yield* bluelet.spawn(function* () {
      for (let i = 0; i < 30; i++) {
        yield* far.sendall(String(i % 10));
        yield* bluelet.sleep(0.001);
      }
      far.close();
    });
    let got = "";
    for (;;) {
      const piece = yield* bluelet.moveOnAfter(0.0007, near.recv(100));
      if (piece === null) break;
      if (piece !== undefined) got += text(piece);
    }
    assertEquals(got, "012345678901234567890123456789");
    yield* bluelet.join(sender);
    near.close();
  });

  states("Connection.readline() that timed out keeps the part that had come", function* () {
    const { near, far } = yield* pair();
    yield* far.sendall("half a ");
    assertEquals(yield* bluelet.moveOnAfter(0.02, near.readline()), undefined);
    yield* far.sendall("line\n");
    assertEquals(yield* near.readline(), "half a line\n");
    near.close(), far.close();
  });

  states(
    "Connection.recv() by a second thread at once throws SocketBusyError, and the first goes on",
    function* () {
      const { near, far } = yield* pair();
      const first = yield* bluelet.spawn(function* () {
        return text(yield* near.recv(10));
      });
      yield* bluelet.null();
      const error = yield* thrownBy(near.readline());
      assert(error instanceof bluelet.SocketBusyError);
      yield* far.sendall("ok");
      assertEquals(yield* bluelet.join(first), "ok");
      near.close(), far.close();
    },
  );

  states("Connection.readline() keeps the delimiter, gives the last partial line, then null", function* () {
    const { near, far } = yield* pair();
    yield* far.sendall("one\ntwo\r\n\nlast");
    far.close();
    const lines: (string | null)[] = [];
    for (let i = 0; i < 6; i++) lines.push(yield* near.readline());
    assertEquals(lines, ["one\n", "two\r\n", "\n", "last", null, null]);
    near.close();
  });

  states("Connection.readline() takes a delimiter of several bytes that arrives in pieces", function* () {
    const { near, far } = yield* pair();
    const reader = yield* bluelet.spawn(function* () {
      return [yield* near.readline("\r\n\r\n"), yield* near.readline("\r\n\r\n")];
    });
    for (const piece of ["a\r", "\n", "b\r\n\r", "\nnext\r\n\r\n"]) {
      yield* far.sendall(piece);
      yield* bluelet.sleep(0.002);
    }
    assertEquals(yield* bluelet.join(reader), ["a\r\nb\r\n\r\n", "next\r\n\r\n"]);
    near.close(), far.close();
  });

  states(
    "Connection.readline() puts characters together that arrive in pieces, and keeps a byte order mark",
    function* () {
      const { near, far } = yield* pair();
      const reader = yield* bluelet.spawn(() =>
        near.readline()[Symbol.iterator]() as Coroutine<string | null>
      );
      for (const byte of new TextEncoder().encode("\ufeffsmørrebrød 🧵\n")) {
        yield* far.sendall(new Uint8Array([byte]));
        yield* bluelet.null();
      }
      assertEquals(yield* bluelet.join(reader), "\ufeffsmørrebrød 🧵\n");
      near.close(), far.close();
    },
  );

  states(
    "Connection.readline() counts its limit in bytes, and loses nothing when a line is too long",
    function* () {
      const { near, far } = yield* pair();
      yield* far.sendall("éé\nétoile\nrest\n");
      assertEquals(yield* near.readline("\n", { limit: 5 }), "éé\n");
      const error = yield* thrownBy(near.readline("\n", { limit: 7 }));
      assert(error instanceof bluelet.LineTooLongError);
      assertEquals(yield* near.readline("\n", { limit: 8 }), "étoile\n");
      assertEquals(yield* near.readline(), "rest\n");
      near.close(), far.close();
    },
  );

  states("Connection.readline() refuses an endless line as soon as it is over the limit", function* () {
    const { near, far } = yield* pair();
    const sender = yield* bluelet.spawn(function* () {
      for (;;) yield* far.sendall("x".repeat(10_000));
    });
    const error = yield* thrownBy(near.readline());
    assert(error instanceof bluelet.LineTooLongError);
    assertEquals((yield* near.readexactly(65_537)).length, 65_537);
    yield* bluelet.kill(sender);
    near.close(), far.close();
  });

  states("Connection.readuntil() gives bytes, its delimiter kept", function* () {
    const { near, far } = yield* pair();
    yield* far.sendall(new Uint8Array([1, 2, 0, 0, 3, 0, 0, 4]));
    far.close();
    const delimiter = new Uint8Array([0, 0]);
    const found: (number[] | null)[] = [];
    for (let i = 0; i < 4; i++) {
      const bytes = yield* near.readuntil(delimiter);
      found.push(bytes && [...bytes]);
    }
    assertEquals(found, [[1, 2, 0, 0], [3, 0, 0], [4], null]);
    near.close();
  });

  states("Connection.readexactly() waits for all of it, or throws with the part that came", function* () {
    const { near, far } = yield* pair();
    const data = numbered(200_000);
    const sender = yield* bluelet.spawn(function* () {
      yield* far.sendall(data);
      far.close();
    });
    assertEquals(yield* near.readexactly(0), new Uint8Array(0));
    assertEquals(yield* near.readexactly(150_000), data.subarray(0, 150_000));
    const error = yield* thrownBy(near.readexactly(60_000));
    assert(error instanceof bluelet.UnexpectedEofError);
    assertEquals(error.partial, data.subarray(150_000));
    assertEquals(yield* near.recv(1), null);
    yield* bluelet.join(sender);
    near.close();
  });

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

  states("connect() to a port where nobody listens throws ECONNREFUSED, at the yield", function* () {
    const listener = new Listener("127.0.0.1", 0);
    const { port } = listener;
    listener.close();
    const error = yield* thrownBy(connect("127.0.0.1", port));
    assert(error instanceof bluelet.SocketError);
    assertEquals(error.code, "ECONNREFUSED");
  });

  states("connect() with an aborted signal throws its reason", function* () {
    const controller = new AbortController();
    const reason = new Error("changed my mind");
    using listener = new Listener("127.0.0.1", 0);
    const attempt = connect("127.0.0.1", listener.port, { signal: controller.signal });
    const thread = yield* bluelet.spawn(() => thrownBy(attempt));
    yield* bluelet.null();
    controller.abort(reason);
    assertEquals(yield* bluelet.join(thread), reason);
    assertEquals(yield* thrownBy(attempt), reason);
  });

  states("connect() that was killed leaves no connection open", function* () {
    using listener = new Listener("127.0.0.1", 0);
    const ends = yield* bluelet.spawn(function* () {
      using conn = yield* listener.accept();
      return yield* conn.recv(1);
    });
    const thread = yield* bluelet.spawn(function* () {
      yield* connect("127.0.0.1", listener.port);
    });
    yield* bluelet.null();
    yield* bluelet.kill(thread);
    // The connection may have been made all the same; if so it was closed.
    yield* bluelet.moveOnAfter(0.02, bluelet.join(ends));
    yield* bluelet.kill(ends);
  });

  states("Listener.port tells the port that 0 picked", function* () {
    using one = new Listener("127.0.0.1", 0);
    using other = new Listener("127.0.0.1", 0);
    assert(one.port > 0 && other.port > 0 && one.port !== other.port);
    assertEquals(one.addr, { hostname: "127.0.0.1", port: one.port });
    assertEquals(one.host, "127.0.0.1");
    yield* bluelet.null();
  });

  states("Listener: a port that is taken throws EADDRINUSE", function* () {
    using listener = new Listener("127.0.0.1", 0);
    const error = yield* thrownBy(function* () {
      new Listener("127.0.0.1", listener.port);
    }());
    assert(error instanceof bluelet.SocketError);
    assertEquals(error.code, "EADDRINUSE");
  });

  states("Listener.accept() serves its threads in turn", function* () {
    using listener = new Listener("127.0.0.1", 0);
    const order: string[] = [];
    const threads: bluelet.Thread[] = [];
    for (const name of ["first", "second", "third"]) {
      threads.push(
        yield* bluelet.spawn(function* () {
          using conn = yield* listener.accept();
          order.push(name);
          yield* conn.recv(1);
        }),
      );
    }
    for (let i = 0; i < 3; i++) {
      using _conn = yield* connect("127.0.0.1", listener.port);
      yield* bluelet.sleep(0.005);
    }
    for (const thread of threads) yield* bluelet.join(thread);
    assertEquals(order, ["first", "second", "third"]);
  });

  states("Listener.accept() that was killed leaves the connection for the next", function* () {
    using listener = new Listener("127.0.0.1", 0);
    const acceptor = yield* bluelet.spawn(function* () {
      yield* listener.accept();
    });
    yield* bluelet.null();
    yield* bluelet.kill(acceptor);
    using near = yield* connect("127.0.0.1", listener.port);
    yield* bluelet.sleep(0.005);
    using far = yield* listener.accept();
    yield* near.sendall("hi");
    assertEquals(text(yield* far.recv(2)), "hi");
  });

  states(
    "Listener.close() closes a connection that nobody accepted, and wakes who waits to accept",
    function* () {
      const listener = new Listener("127.0.0.1", 0);
      const acceptor = yield* bluelet.spawn(function* () {
        yield* listener.accept();
      });
      yield* bluelet.null();
      yield* bluelet.kill(acceptor);
      using near = yield* connect("127.0.0.1", listener.port);
      yield* bluelet.sleep(0.005);
      listener.close();
      listener.close();
      assertEquals(yield* near.recv(1), null);
      assert((yield* thrownBy(listener.accept())) instanceof bluelet.SocketClosedError);

      const other = new Listener("127.0.0.1", 0);
      const waiting = yield* bluelet.spawn(() => thrownBy(other.accept()));
      yield* bluelet.null();
      other.close();
      assert((yield* bluelet.join(waiting)) instanceof bluelet.SocketClosedError);
      assert(other.closed);
    },
  );

  Deno.test({
    name: `Connection: a run that ends leaves reads in flight to whoever closes it (${over})`,
    ignore: options.ignore ?? false,
    fn: async () => {
      let conn: Connection | undefined;
      await assertRejects(
        () =>
          run(function* () {
            const { near, far } = yield* pair();
            conn = near;
            yield* bluelet.spawn(function* () {
              yield* near.recv(1);
            });
            yield* bluelet.null();
            try {
              throw new Error("the run fails");
            } finally {
              near.close(), far.close();
            }
          }),
        Error,
        "the run fails",
      );
      assert(conn!.closed);
    },
  });
}

function* sends(conn: Connection, data: Uint8Array | string): Coroutine<void> {
  yield* conn.sendall(data);
}
