/**
 * What a server must do, whichever host it runs on.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import * as bluelet from "../../mod.ts";
import type { Coroutine } from "../../src/core/mod.ts";
import {
  type Address,
  connect,
  type Connection,
  type Handler,
  server,
  type ServerOptions,
} from "../../src/net/mod.ts";
import { text, thrownBy } from "./pair.ts";
import { type Runner, statesOver } from "./statement.ts";

/** A server that runs in a thread, and how to connect to it. */
interface Running {
  thread: bluelet.Thread<void>;
  port: number;
  connect(): bluelet.Event<Connection>;
}

/** Spawns a server on a port of its own, and waits until it listens. */
function* serving(handler: Handler, options: ServerOptions = {}): Coroutine<Running> {
  let port = 0;
  const onListen = (addr: Address) => void (port = "port" in addr ? addr.port : 0);
  const thread = yield* bluelet.spawn(server("127.0.0.1", 0, handler, { ...options, onListen }));
  yield* bluelet.null();
  return { thread, port, connect: () => connect("127.0.0.1", port) };
}

function* echoer(conn: Connection): Coroutine<void> {
  for (let data; (data = yield* conn.recv(1024));) yield* conn.sendall(data);
}

function* hanging(conn: Connection): Coroutine<void> {
  yield* conn.sendall("!");
  yield* bluelet.sleep(Infinity);
}

/** Registers the suite's tests, each named after its statement and `over`. */
export function serverSuite(over: string, run: Runner, options?: { ignore?: boolean }): void {
  const states = statesOver(over, run, options);

  states("server() serves connections at the same time, until it is killed", function* () {
    const { thread, connect } = yield* serving(echoer);
    using one = yield* connect();
    using other = yield* connect();
    for (const conn of [one, other, one]) {
      yield* conn.sendall("hello");
      assertEquals(text(yield* conn.readexactly(5)), "hello");
    }
    yield* bluelet.kill(thread);
    assertEquals(yield* one.recv(1), null);
    const error = yield* thrownBy(connect());
    assert(error instanceof bluelet.SocketError && error.code === "ECONNREFUSED");
  });

  states("server() closes a connection when its handler returns", function* () {
    const { thread, connect } = yield* serving(function* (conn) {
      yield* conn.sendall("bye");
    });
    using conn = yield* connect();
    assertEquals(text(yield* conn.readexactly(3)), "bye");
    assertEquals(yield* conn.recv(1), null);
    yield* bluelet.kill(thread);
  });

  states("server() closes a connection when its handler throws, tells onError, and goes on", function* () {
    const errors: [unknown, Connection][] = [];
    let served: Connection | undefined;
    const failure = new Error("handler");
    const { thread, connect } = yield* serving(function* (conn) {
      served = conn;
      if ((yield* conn.readline()) === "fail\n") throw failure;
      yield* conn.sendall("fine");
    }, { onError: (...args) => errors.push(args) });
    using bad = yield* connect();
    yield* bad.sendall("fail\n");
    assertEquals(yield* bad.recv(1), null);
    assertEquals(errors, [[failure, served!]]);
    using good = yield* connect();
    yield* good.sendall("go\n");
    assertEquals(text(yield* good.readexactly(4)), "fine");
    yield* bluelet.kill(thread);
    assertEquals(errors.length, 1);
  });

  states("server() closes a connection when its handler is killed, and goes on", function* () {
    const threads: bluelet.Thread[] = [];
    const { thread, connect } = yield* serving(function* (conn) {
      threads.push(bluelet.current());
      yield* hanging(conn);
    });
    using one = yield* connect();
    yield* one.recv(1);
    yield* bluelet.kill(threads[0]!);
    assertEquals(yield* one.recv(1), null);
    using other = yield* connect();
    assertEquals(text(yield* other.recv(1)), "!");
    yield* bluelet.kill(thread);
  });

  states("server() fails a handler whose own thread fails, once, and nothing else", function* () {
    const errors: unknown[] = [];
    const { thread, connect } = yield* serving(function* (conn) {
      if ((yield* conn.readline()) === "spawn\n") {
        yield* bluelet.spawn(function* () {
          throw new Error("in the handler's thread");
        });
      }
      yield* hanging(conn);
    }, { onError: (error) => errors.push(error) });
    using good = yield* connect();
    yield* good.sendall("\n");
    assertEquals(text(yield* good.recv(1)), "!");
    using bad = yield* connect();
    yield* bad.sendall("spawn\n");
    let last: Uint8Array | null = new Uint8Array(0);
    while (last !== null) last = yield* bad.recv(10);
    assertEquals(errors.map(String), ["Error: in the handler's thread"]);
    assertEquals(yield* bluelet.moveOnAfter(0.005, good.recv(1)), undefined);
    yield* bluelet.kill(thread);
  });

  states("server() lets what a handler deferred use its connection", function* () {
    const { thread, connect } = yield* serving(function* (conn) {
      yield* bluelet.defer(function* () {
        yield* conn.sendall("goodbye");
      });
    });
    using conn = yield* connect();
    assertEquals(text(yield* conn.readexactly(7)), "goodbye");
    yield* bluelet.kill(thread);
  });

  states("server() does not report a peer that has gone", function* () {
    const errors: unknown[] = [];
    const { thread, connect } = yield* serving(function* talker(conn) {
      for (;;) {
        yield* conn.sendall("are you there?");
        yield* bluelet.sleep(0.001);
      }
    }, { onError: (error) => errors.push(error) });
    const conn = yield* connect();
    yield* conn.recv(5);
    conn.close();
    yield* bluelet.sleep(0.02);
    assertEquals(errors, []);
    const names = bluelet.current().scheduler.threads.map(({ name }) => name);
    assert(!names.includes("talker"), `the handler has not ended: ${names}`);
    yield* bluelet.kill(thread);
  });

  states("server() reports the reset of a connection that a handler made elsewhere", function* () {
    const errors: unknown[] = [];
    const gone = yield* serving(function* () {});
    const { thread, connect } = yield* serving(function* () {
      using other = yield* gone.connect();
      for (;;) {
        yield* other.sendall("are you there?");
        yield* bluelet.sleep(0.001);
      }
    }, { onError: (error) => errors.push(error) });
    using conn = yield* connect();
    assertEquals(yield* conn.recv(5), null);
    assert(errors[0] instanceof bluelet.SocketError);
    yield* bluelet.kill(thread);
    yield* bluelet.kill(gone.thread);
  });

  states("server() with maxConnections delays the next client until one has ended", function* () {
    let serving_ = 0, most = 0;
    const { thread, connect } = yield* serving(function* (conn) {
      most = Math.max(most, ++serving_);
      yield* echoer(conn);
      serving_--;
    }, { maxConnections: 2 });
    const one = yield* connect();
    const two = yield* connect();
    using three = yield* connect();
    yield* three.sendall("waited");
    assertEquals(yield* bluelet.moveOnAfter(0.02, three.recv(10)), undefined);
    one.close();
    assertEquals(text(yield* three.recv(10)), "waited");
    assertEquals(most, 2);
    two.close();
    yield* bluelet.kill(thread);
  });

  states(
    "server() that is killed kills its handlers, clean-up included, and leaves nothing open",
    function* () {
      const log: string[] = [];
      const { thread, connect, port } = yield* serving(function* (conn) {
        try {
          yield* hanging(conn);
        } finally {
          yield* bluelet.sleep(0.005);
          yield* conn.sendall("?");
          log.push("cleaned up");
        }
      });
      using conn = yield* connect();
      assertEquals(text(yield* conn.recv(1)), "!");
      yield* bluelet.kill(thread);
      assertEquals(log, ["cleaned up"]);
      assertEquals(text(yield* conn.recv(1)), "?");
      assertEquals(yield* conn.recv(1), null);
      // Its port is free at once.
      const again = yield* bluelet.spawn(server("127.0.0.1", port, echoer));
      yield* bluelet.null();
      yield* bluelet.kill(again);
    },
  );

  states("server() with drain lets handlers finish, and refuses new clients meanwhile", function* () {
    const { thread, connect } = yield* serving(function* (conn) {
      yield* conn.sendall("!");
      yield* bluelet.sleep(0.02);
      yield* conn.sendall("done");
    }, { drain: 5 });
    using conn = yield* connect();
    yield* conn.recv(1);
    const killer = yield* bluelet.spawn(function* () {
      yield* bluelet.kill(thread);
    });
    yield* bluelet.sleep(0.005);
    const error = yield* thrownBy(connect());
    assert(error instanceof bluelet.SocketError && error.code === "ECONNREFUSED");
    assertEquals(text(yield* conn.readexactly(4)), "done");
    assertEquals(yield* conn.recv(1), null);
    yield* bluelet.join(killer);
  });

  states("server() kills the handlers that are left when drain is over", function* () {
    const { thread, connect } = yield* serving(hanging, { drain: 0.02 });
    using conn = yield* connect();
    yield* conn.recv(1);
    yield* bluelet.timeout(2, bluelet.kill(thread));
    assertEquals(yield* conn.recv(1), null);
  });

  states("server() closes the connection of a handler that was killed before it started", function* () {
    let started = false;
    const { thread, connect } = yield* serving(function* late(conn) {
      started = true;
      yield* hanging(conn);
    });
    using conn = yield* connect();
    // Kill the handler's thread the moment it appears, when it cannot have run.
    const { scheduler } = bluelet.current();
    const handler = () => scheduler.threads.find(({ name }) => name === "late");
    while (handler() === undefined) yield* bluelet.null();
    handler()!.kill();
    assertEquals(yield* conn.recv(1), null);
    assert(!started);
    yield* bluelet.kill(thread);
  });

  states("server() whose onError throws goes on, and prints both errors", function* () {
    const printed: unknown[][] = [];
    const { error } = console;
    console.error = (...args) => void printed.push(args);
    try {
      const { thread, connect } = yield* serving(function* () {
        throw new Error("handler");
      }, {
        onError: () => {
          throw new Error("onError");
        },
      });
      for (let i = 0; i < 2; i++) {
        using conn = yield* connect();
        assertEquals(yield* conn.recv(1), null);
      }
      yield* bluelet.kill(thread);
    } finally {
      console.error = error;
    }
    assertEquals(printed.map((args) => String(args[1])).slice(0, 2), ["Error: handler", "Error: onError"]);
  });

  states("server() at an address that is taken throws when it runs", function* () {
    const { thread, port } = yield* serving(echoer);
    const error = yield* thrownBy(server("127.0.0.1", port, echoer));
    assert(error instanceof bluelet.SocketError && error.code === "EADDRINUSE");
    yield* bluelet.kill(thread);
  });
}
