/**
 * What becomes of connections on which nothing comes or goes, whichever host they are on.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type Coroutine,
  current,
  join,
  kill,
  moveOnAfter,
  scope,
  sleep,
  spawn,
  type Task,
} from "../../src/core/mod.ts";
import { connect, type Connection, Listener, server } from "../../src/net/mod.ts";
import { SocketClosedError } from "../../src/streams/mod.ts";
import { text, thrownBy } from "./pair.ts";
import { type Runner, statesOver } from "./statement.ts";

/** Seconds. */
const IDLE = 0.08;

/** Both ends of a connection, of which the far one was accepted with that idle timeout. */
function* accepted(idleTimeout: number): Coroutine<{ near: Connection; far: Connection }> {
  using listener = new Listener("127.0.0.1", 0, { idleTimeout });
  const acceptor = yield* spawn(() => accepting(listener));
  const near = yield* connect("127.0.0.1", listener.port);
  return { near, far: yield* join(acceptor) };
}

function* accepting(listener: Listener): Coroutine<Connection> {
  return yield* listener.accept();
}

/** Seconds that `task` takes. */
function* seconds(task: Task<unknown>): Coroutine<number> {
  const { host } = current().scheduler;
  const begin = host.now();
  yield task;
  return host.now() - begin;
}

/** That `error` is what an idle connection gives. */
function assertIdle(error: unknown): void {
  assert(error instanceof SocketClosedError, String(error));
  assertStringIncludes(error.message, `${IDLE} s`);
  assertStringIncludes(error.message, "idleTimeout");
}

/** Registers the suite's tests, each named after its statement and `over`. */
export function idleSuite(over: string, run: Runner, options?: { ignore?: boolean }): void {
  const states = statesOver(over, run, options);

  states("idleTimeout closes a connection that nobody uses, and its peer sees the end", function* () {
    const { near, far } = yield* accepted(IDLE);
    const took = yield* seconds(near.recv(1));
    assert(took > 0.9 * IDLE, `${took}`);
    assertEquals(far.closed, true);
    assertEquals(near.closed, false);
    near.close();
  });

  states("idleTimeout gives SocketClosedError to what waits, and to every use afterwards", function* () {
    const waits: ((conn: Connection) => Task<unknown>)[] = [
      (conn) => conn.recv(10),
      (conn) => conn.readline(),
      (conn) => conn.readexactly(10),
      (conn) => conn.sendall(new Uint8Array(50_000_000)), // more than anything between the two ends holds
    ];
    for (const wait of waits) {
      const { near, far } = yield* accepted(IDLE);
      assertIdle(yield* thrownBy(wait(far) as Coroutine<unknown>));
      assertEquals(far.closed, true);
      assertIdle(yield* thrownBy(far.recv(1)));
      assertIdle(yield* thrownBy(far.sendall("late")));
      near.close();
    }
  });

  states("idleTimeout of connect() closes the near end", function* () {
    using listener = new Listener("127.0.0.1", 0);
    const acceptor = yield* spawn(() => accepting(listener));
    using near = yield* connect("127.0.0.1", listener.port, { idleTimeout: IDLE });
    using far = yield* join(acceptor);
    assertIdle(yield* thrownBy(near.recv(1)));
    assertEquals(yield* far.recv(1), null);
  });

  states("idleTimeout counts anew after what comes, and after what goes", function* () {
    for (const comes of [true, false]) {
      const { near, far } = yield* accepted(4 * IDLE);
      const [from, to] = comes ? [near, far] : [far, near];
      for (let i = 0; i < 6; i++) {
        yield* sleep(IDLE);
        yield* from.sendall("x");
        assertEquals(text(yield* to.recv(9)), "x");
      }
      assertEquals(far.closed, false);
      yield* thrownBy(far.recv(1));
      assertEquals(far.closed, true);
      near.close();
    }
  });

  states("idleTimeout leaves nothing behind when the connection is closed before", function* () {
    const { near, far } = yield* accepted(1_000_000);
    far.close();
    near.close();
    assertEquals(current().scheduler.timers.size, 0);
  });

  states("idleTimeout of Infinity is none", function* () {
    const { near, far } = yield* accepted(Infinity);
    assertEquals(current().scheduler.timers.size, 0);
    assertEquals(yield* moveOnAfter(2 * IDLE, far.recv(1)), undefined);
    assertEquals(far.closed, false);
    far.close();
    near.close();
  });

  states("server() does not report connections that were closed for idleness", function* () {
    const reported: unknown[] = [];
    const handled: unknown[] = [];
    let port = 0;
    const options = {
      idleTimeout: IDLE,
      onListen: (addr: object) => void (port = (addr as { port: number }).port),
      onError: (error: unknown) => void reported.push(error),
    };
    // In one thread, in two, and as a bystander of another failure.
    const handlers: ((conn: Connection) => Coroutine<unknown>)[] = [
      function* (conn) {
        yield* conn.recv(1);
      },
      function* (conn) {
        yield* scope(function* (scope) {
          scope.spawn(function* () {
            yield* conn.recv(1);
          });
          yield* conn.sendall(new Uint8Array(50_000_000));
        });
      },
      function* (conn) {
        const error = yield* thrownBy(conn.recv(1));
        handled.push(error);
        throw new Error("of the handler's own");
      },
    ];
    for (const handler of handlers) {
      const thread = yield* spawn(server("127.0.0.1", 0, handler, options));
      yield* sleep(0);
      using conn = yield* connect("127.0.0.1", port);
      // The peer does not read while the server sends.
      if (handler === handlers[1]) yield* sleep(3 * IDLE);
      while ((yield* conn.recv(65_536)) !== null);
      yield* kill(thread);
    }
    assertEquals(reported.map(String), ["Error: of the handler's own"]);
    assertIdle(handled[0]);
  });

  states("server() reports that another connection, which its handler made, was idle", function* () {
    const reported: unknown[] = [];
    using silent = new Listener("127.0.0.1", 0);
    const peer = yield* spawn(function* () {
      using conn = yield* silent.accept();
      yield* conn.recv(1);
    });
    let port = 0;
    const options = {
      onListen: (addr: object) => void (port = (addr as { port: number }).port),
      onError: (error: unknown) => void reported.push(error),
    };
    function* handler(): Coroutine<void> {
      using other = yield* connect("127.0.0.1", silent.port, { idleTimeout: IDLE });
      yield* other.recv(1);
    }
    const thread = yield* spawn(server("127.0.0.1", 0, handler, options));
    yield* sleep(0);
    using conn = yield* connect("127.0.0.1", port);
    assertEquals(yield* conn.recv(1), null);
    yield* join(peer);
    yield* kill(thread);
    assertEquals(reported.length, 1);
    assertIdle(reported[0]);
  });
}
