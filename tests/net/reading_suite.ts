/**
 * What a connection's reading must do, whichever host it runs on.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { concat, numbered, pair, text, thrownBy } from "./pair.ts";
import type { States } from "./statement.ts";

/** Registers these statements. */
export function readingSuite(states: States): void {
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

  states(
    "Connection.readall() gives all that is left; past its limit it throws, and loses nothing",
    function* () {
      const { near, far } = yield* pair();
      yield* far.sendall("line\nrest of it");
      far.close();
      assertEquals(yield* near.readline(), "line\n");
      assert((yield* thrownBy(near.readall({ limit: 9 }))) instanceof bluelet.LineTooLongError);
      assertEquals(text(yield* near.readall({ limit: 10 })), "rest of it");
      assertEquals((yield* near.readall()).length, 0);
      near.close();
    },
  );

  states("lines() of a connection leave it open, and what was not received in it", function* () {
    const { near, far } = yield* pair();
    yield* far.sendall("one\r\ntwo\nthree");
    far.close();
    const lines = yield* bluelet.lines(near);
    assertEquals(yield* lines.receive(), "one");
    lines.close();
    assertEquals(text(yield* near.readall()), "two\nthree");
    near.close();
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
      const reader = yield* bluelet.spawn(function* () {
        return yield* near.readline();
      });
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
}
