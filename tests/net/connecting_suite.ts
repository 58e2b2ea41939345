/**
 * What connecting, listening and accepting must do, whichever host they run on.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { connect, Listener } from "../../src/net/mod.ts";
import { text, thrownBy } from "./pair.ts";
import type { States } from "./statement.ts";

/** Registers these statements. */
export function connectingSuite(states: States): void {
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
}
