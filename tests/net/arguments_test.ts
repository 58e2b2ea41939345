import { assert, assertEquals } from "@std/assert";
import { type Coroutine, run } from "../../src/core/mod.ts";
import { connect, Connection, Listener, server } from "../../src/net/mod.ts";
import { read, write } from "../../src/streams/mod.ts";
import type { Transport } from "../../src/net/mod.ts";
import { host } from "./timeless_host.ts";

/** A transport that must never be used. */
const unused = { remoteAddr: { hostname: "127.0.0.1", port: 80 } } as Transport;
const conn = new Connection(unused);
const file = { read: () => Promise.resolve(null), write: (p: Uint8Array) => Promise.resolve(p.length) };

function* handler(): Coroutine<void> {}

// deno-lint-ignore no-explicit-any -- wrong arguments are what this is about
const wrong = (value: unknown) => value as any;

const cases: [string, () => unknown, typeof RangeError | typeof TypeError, RegExp][] = [
  ["connect() to port -1", () => connect("a", -1), RangeError, /port from 1 to 65535.*got -1/],
  ["connect() to port 0", () => connect("a", 0), RangeError, /port from 1 to 65535.*got 0/],
  ["connect() to port 65536", () => connect("a", 65_536), RangeError, /got 65536/],
  ["connect() to port 1.5", () => connect("a", 1.5), RangeError, /whole number.*got 1\.5/],
  ["connect() to port NaN", () => connect("a", NaN), RangeError, /got NaN/],
  ["connect() to a port that is text", () => connect("a", wrong("80")), TypeError, /port as a number.*"80"/],
  ["connect() to no host", () => connect(wrong(undefined), 80), TypeError, /host as a string.*undefined/],
  ["connect() to an empty path", () => connect({ path: "" }), TypeError, /path of a unix socket.*""/],
  ["new Listener() on port -1", () => new Listener("", -1), RangeError, /port from 0 to 65535.*got -1/],
  ["new Listener() without a port", () => new Listener("", wrong(undefined)), TypeError, /got undefined/],
  [
    "new Listener() with backlog 0",
    () => new Listener("", 1, { backlog: 0 }),
    RangeError,
    /backlog of 1 or more/,
  ],
  ["server() on port -1", () => server("", -1, handler), RangeError, /server takes a port.*got -1/],
  [
    "server() without a handler",
    () => server("", 1, wrong(undefined)),
    TypeError,
    /takes a handler.*undefined/,
  ],
  [
    "server() at a path without a handler",
    () => server({ path: "a" }, wrong(5)),
    TypeError,
    /takes a handler/,
  ],
  [
    "server() with maxConnections 0",
    () => server("", 1, handler, { maxConnections: 0 }),
    RangeError,
    /maxConnections/,
  ],
  ["server() with drain NaN", () => server("", 1, handler, { drain: NaN }), RangeError, /drain.*0 or more/],
  [
    "server() with idleTimeout 0",
    () => server("", 1, handler, { idleTimeout: 0 }),
    RangeError,
    /above 0.*got 0/,
  ],
  [
    "new Listener() with idleTimeout NaN",
    () => new Listener("", 1, { idleTimeout: NaN }),
    RangeError,
    /got NaN/,
  ],
  [
    "connect() with idleTimeout -1",
    () => connect("a", 1, { idleTimeout: -1 }),
    RangeError,
    /connect takes idleTimeout as a number of seconds above 0.*got -1/,
  ],
  [
    "connect() to a path with an idleTimeout that is text",
    () => connect({ path: "a" }, { idleTimeout: wrong("5") }),
    TypeError,
    /idleTimeout.*got "5"/,
  ],
  ["server() with drain -1", () => server("", 1, handler, { drain: -1 }), RangeError, /drain.*-1/],
  ["Connection.recv() of 0 bytes", () => conn.recv(0), RangeError, /1 or more; got 0/],
  ["Connection.recv() of 1.5 bytes", () => conn.recv(1.5), RangeError, /whole number.*got 1\.5/],
  ["Connection.recv() of NaN bytes", () => conn.recv(NaN), RangeError, /got NaN/],
  [
    "Connection.recv() without a size",
    () => conn.recv(wrong(undefined)),
    TypeError,
    /number of bytes.*undefined/,
  ],
  [
    "Connection.send() of a number",
    () => conn.send(wrong(5)),
    TypeError,
    /Uint8Array or a string; got number 5/,
  ],
  ["Connection.sendall() of nothing", () => conn.sendall(wrong(null)), TypeError, /got null/],
  ["Connection.readline() up to nothing", () => conn.readline(""), RangeError, /not empty/],
  [
    "Connection.readline() up to bytes",
    () => conn.readline(wrong(new Uint8Array(1))),
    TypeError,
    /as a string/,
  ],
  [
    "Connection.readline() with limit 0",
    () => conn.readline("\n", { limit: 0 }),
    RangeError,
    /limit.*1 or more/,
  ],
  ["Connection.readuntil() nothing", () => conn.readuntil(new Uint8Array(0)), RangeError, /not empty/],
  ["Connection.readuntil() text", () => conn.readuntil(wrong("\n")), TypeError, /as a Uint8Array/],
  ["Connection.readexactly() -1 bytes", () => conn.readexactly(-1), RangeError, /0 or more; got -1/],
  ["read() of no file", () => read(wrong(0)), TypeError, /read takes a file.*number 0/],
  ["read() of 0 bytes", () => read(file, 0), RangeError, /1 or more; got 0/],
  ["write() to no file", () => write(wrong(1), ""), TypeError, /write takes a file.*number 1/],
  ["write() of a number", () => write(file, wrong(5)), TypeError, /write takes a Uint8Array or a string/],
];

for (const [name, call, type, message] of cases) {
  Deno.test(`${name} is refused at the call, in words`, () => {
    let error: unknown;
    try {
      call();
    } catch (thrown) {
      error = thrown;
    }
    assert(error instanceof Error, "nothing was thrown");
    assertEquals(error.name, type.name);
    assert(message.test(error.message), error.message);
  });
}

Deno.test("connect() on a host without a network says so at the yield", async () => {
  let message = "";
  await run(
    function* () {
      try {
        yield* connect("127.0.0.1", 80);
      } catch (error) {
        message = String(error);
      }
    }(),
    { host },
  );
  assert(/TypeError: This run's host has no network/.test(message), message);
});
