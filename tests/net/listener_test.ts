import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  type Coroutine,
  join,
  kill,
  null as pass,
  setDefaultHost,
  sleep,
  spawn,
  type Thread,
  timeout,
} from "../../src/core/mod.ts";
import { SocketClosedError, SocketError } from "../../src/streams/mod.ts";
import { connect, Connection, Listener, server } from "../../src/net/mod.ts";
import { denoHost } from "../../src/deno/mod.ts";
import { play } from "../virtual_host.ts";
import { thrownBy } from "./pair.ts";
import { PuppetHost, type PuppetListener, Silent } from "./puppet_network.ts";

/** A test that has a puppet network. */
function plays(name: string, program: (host: PuppetHost) => Coroutine<unknown>): void {
  Deno.test(name, async () => {
    const host = new PuppetHost();
    await play(() => program(host), { host });
  });
}

/** A listener, and the puppet behind it. */
function listening(host: PuppetHost): [Listener, PuppetListener] {
  const listener = new Listener("", 4915);
  return [listener, host.listeners.at(-1)!];
}

function* accepting(listener: Listener): Coroutine<Thread<unknown>> {
  const thread = yield* spawn(function* () {
    try {
      return yield* listener.accept();
    } catch (error) {
      return error;
    }
  });
  yield* pass();
  return thread;
}

plays("Listener tells the host where to listen, and how", function* (host) {
  new Listener("", 80, { backlog: 5, reusePort: true });
  new Listener("::1", 0);
  new Listener({ path: "/a" }, { backlog: 1 });
  assertEquals(host.endpoints, [
    { address: { hostname: "0.0.0.0", port: 80 }, backlog: 5, reusePort: true },
    { address: { hostname: "::1", port: 0 } },
    { address: { path: "/a" }, backlog: 1 },
  ]);
});

Deno.test("Listener outside any run listens on the default host", () => {
  const host = new PuppetHost();
  setDefaultHost(host);
  try {
    const listener = new Listener("", 0);
    assertEquals(listener.port, 4915);
    listener.close();
    assert(host.listeners[0]!.closed);
  } finally {
    setDefaultHost(denoHost);
  }
});

plays("Listener.accept() accepts only while somebody waits for it", function* (host) {
  const [listener, puppet] = listening(host);
  yield* pass();
  assert(!puppet.accepting);
  const thread = yield* accepting(listener);
  puppet.comes();
  assert((yield* join(thread)) instanceof Connection);
  assert(!puppet.accepting);
});

for (const code of ["ENOTCONN", "ECONNABORTED", "ECONNRESET"]) {
  plays(`Listener.accept() passes over a peer that has gone: ${code}`, function* (host) {
    const [listener, puppet] = listening(host);
    const thread = yield* accepting(listener);
    for (let i = 0; i < 3; i++) puppet.fails(code);
    puppet.comes();
    assert((yield* join(thread)) instanceof Connection);
    assertEquals(puppet.accepts, 4);
  });
}

plays(
  "Listener.accept() throws other errors in the thread that has waited longest, and goes on",
  function* (host) {
    const [listener, puppet] = listening(host);
    const first = yield* accepting(listener);
    const second = yield* accepting(listener);
    puppet.fails("EMFILE");
    const error = yield* join(first);
    assert(error instanceof SocketError);
    assertEquals(error.code, "EMFILE");
    puppet.comes();
    assert((yield* join(second)) instanceof Connection);
  },
);

plays("Listener.accept() that is killed after its connection came keeps it", function* (host) {
  const [listener, puppet] = listening(host);
  let conn: Connection | undefined;
  const thread = yield* spawn(function* () {
    conn = yield* listener.accept();
    yield* pass();
  });
  yield* pass();
  puppet.comes();
  yield* kill(thread);
  assert(conn instanceof Connection);
});

plays("Listener.close() closes the connection that came for a killed thread", function* (host) {
  const [listener, puppet] = listening(host);
  yield* kill(yield* accepting(listener));
  const transport = puppet.comes();
  assert(!transport.closed);
  listener.close();
  assert(transport.closed && puppet.closed);
});

plays(
  "Listener.close() closes a connection that comes in the same moment, and wakes every thread",
  function* (host) {
    const [listener, puppet] = listening(host);
    const threads = [yield* accepting(listener), yield* accepting(listener)];
    listener.close();
    const transport = puppet.comes();
    for (const thread of threads) assert((yield* join(thread)) instanceof SocketClosedError);
    assert(transport.closed);
  },
);

plays(
  "server() waits and tries again, less and less often, while there are no file descriptors",
  function* (host) {
    const thread = yield* spawn(server("", 0, function* () {}));
    yield* sleep(0.001);
    const puppet = host.listeners[0]!;
    const times: number[] = [];
    for (let i = 0; i < 12; i++) {
      while (!puppet.accepting) yield* sleep(0.001);
      times.push(host.time);
      puppet.fails(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"][i % 4]!);
    }
    const pauses = times.slice(1).map((time, i) => time - times[i]!);
    assert(pauses[0]! >= 0.005 && pauses[0]! < 0.02, `${pauses}`);
    for (let i = 1; i < pauses.length; i++) assert(pauses[i]! > 0.9 * pauses[i - 1]!, `${pauses}`);
    assert(pauses.at(-1)! >= 1 && pauses.at(-1)! < 1.1, `${pauses}`);
    yield* timeout(0.1, kill(thread));
    assert(puppet.closed);
  },
);

plays("server() goes on after any error of accept, and says so once", function* (host) {
  const printed: string[] = [];
  const { error } = console;
  console.error = (text) => void printed.push(text);
  try {
    const thread = yield* spawn(server("", 0, function* (conn) {
      yield* conn.recv(1);
    }));
    while (!host.listeners[0]?.accepting) yield* pass();
    const puppet = host.listeners[0];
    for (const code of ["EINVAL", "EPROTO", "ENETDOWN", "EMFILE"]) {
      puppet.fails(code);
      yield* sleep(1);
      assert(puppet.accepting);
    }
    const transport = puppet.comes();
    yield* sleep(0.01);
    assert(!transport.closed && puppet.accepting);
    puppet.fails("EINVAL"); // the trouble goes on, so it is not told again
    yield* sleep(61);
    puppet.fails("EINVAL"); // a new one
    yield* sleep(1);
    assertEquals(printed.map((text) => /EINVAL|EPROTO|ENETDOWN|EMFILE/.exec(text)?.[0]), [
      "EINVAL",
      "EINVAL",
    ]);
    yield* kill(thread);
    assert(transport.closed && puppet.closed);
  } finally {
    console.error = error;
  }
});

plays("server() stops to accept at maxConnections", function* (host) {
  const thread = yield* spawn(server("", 0, function* (conn) {
    yield* conn.recv(1);
  }, { maxConnections: 2 }));
  yield* sleep(0.001);
  const puppet = host.listeners[0]!;
  for (let i = 0; i < 2; i++) {
    puppet.comes();
    yield* sleep(0.001);
  }
  assert(!puppet.accepting);
  yield* kill(thread);
});

plays("connect() that was killed tells the network to give up", function* (host) {
  const thread = yield* spawn(function* () {
    yield* connect("example", 80);
  });
  yield* pass();
  assertEquals(host.attempts[0]!.endpoint, { address: { hostname: "example", port: 80 } });
  yield* kill(thread);
  assert(host.attempts[0]!.given);
});

plays("connect() that is killed after it succeeded keeps its connection", function* (host) {
  let conn: Connection | undefined;
  const thread = yield* spawn(function* () {
    conn = yield* connect("example", 80);
    yield* pass();
  });
  yield* pass();
  host.attempts[0]!.completion.done(new Silent());
  yield* kill(thread);
  assert(conn instanceof Connection && !host.attempts[0]!.given);
});

plays("connect() leaves its signal alone once it is over, and heeds it while it waits", function* (host) {
  const controller = new AbortController();
  const attempt = connect("example", 80, { signal: controller.signal });
  const first = yield* spawn(function* () {
    return yield* attempt;
  });
  const second = yield* spawn(() => thrownBy(attempt));
  yield* pass();
  host.attempts[0]!.completion.done(new Silent());
  yield* pass();
  const reason = new Error("enough");
  controller.abort(reason);
  assertStrictEquals(yield* join(second), reason);
  assert((yield* join(first)) instanceof Connection);
  assertEquals(host.attempts.map(({ given }) => given), [false, true]);
});
