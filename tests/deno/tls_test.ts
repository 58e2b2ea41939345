/**
 * TLS over real sockets: between ourselves, and with `openssl`, python, curl and Node.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { type Certificates, certificates } from "../certificates.ts";
import { lacks } from "../requirements.ts";

function test(name: string, programs: string[], fn: (certs: Certificates) => bluelet.Coroutine<void>): void {
  const ignore = lacks(["net", "run", "read", "write"], ["openssl", "sh", ...programs]);
  Deno.test({ name: `TLS: ${name}`, ignore, fn: () => bluelet.run(fn(certificates())) });
}

function* echo(conn: bluelet.Connection): bluelet.Coroutine<void> {
  for (let data; (data = yield* conn.recv(65_536));) yield* conn.sendall(data);
}

/** Runs `body` beside a server, which is killed in the end. */
function* beside(
  handler: bluelet.Handler,
  options: bluelet.ServerOptions,
  body: (port: number, server: bluelet.Thread) => bluelet.Coroutine<unknown>,
): bluelet.Coroutine<void> {
  const ports = new bluelet.Channel<number>(1);
  const onListen = (addr: bluelet.Address) => void ("port" in addr && ports.trySend(addr.port));
  const server = yield* bluelet.spawn(bluelet.server("127.0.0.1", 0, handler, { ...options, onListen }));
  yield body(yield* ports.receive(), server);
  yield* bluelet.kill(server);
}

function* errorOf(task: bluelet.Task<unknown>): bluelet.Coroutine<Error & { code?: string }> {
  try {
    yield task;
  } catch (error) {
    return error as Error;
  }
  throw new Error("nothing was thrown");
}

const silent = () => {};

test(
  "lines and bytes both ways, ALPN, half-close and the end, over a name and over an address",
  [],
  function* ({ ca, server }) {
    yield beside(
      function* (conn) {
        assertEquals(conn.tls?.alpnProtocol, "two");
        yield echo(conn);
        yield* conn.sendall("after your end");
      },
      { tls: { ...server, alpnProtocols: ["one", "two"] } },
      function* (port) {
        for (const host of ["localhost", "127.0.0.1"]) {
          using conn = yield* bluelet.connect(host, port, { tls: { caCerts: [ca], alpnProtocols: ["two"] } });
          assertEquals(conn.tls?.alpnProtocol, "two");
          yield* conn.sendall("hello\n");
          assertEquals(yield* conn.readline(), "hello\n");
          const sent = crypto.getRandomValues(new Uint8Array(60_000));
          let received = new Uint8Array();
          yield* bluelet.all([
            function* () {
              for (let i = 0; i < 20; i++) yield* conn.sendall(sent);
            }(),
            function* () {
              for (let i = 0; i < 20; i++) received = yield* conn.readexactly(sent.length);
            }(),
          ]);
          assertEquals(received, sent);
          yield* conn.closeWrite();
          assertEquals(yield* conn.readline(), "after your end");
          assertEquals(yield* conn.recv(1), null);
        }
      },
    );
  },
);

test("a read that timed out loses nothing, and select waits for one", [], function* ({ ca, server }) {
  const gate = new bluelet.Flag();
  yield beside(
    function* (conn) {
      yield* gate.wait();
      yield* conn.sendall("late");
    },
    { tls: server },
    function* (port) {
      using conn = yield* bluelet.connect("localhost", port, { tls: { caCerts: [ca] } });
      assertEquals(yield* bluelet.moveOnAfter(0.005, conn.recv(10)), undefined);
      const { case: which } = yield* bluelet.select({ data: conn.recv(10), time: bluelet.sleep(0.005) });
      assertEquals(which, "time");
      gate.set();
      assertEquals(yield* conn.readexactly(4), new TextEncoder().encode("late"));
    },
  );
});

test(
  "certificates that are not trusted, for another name, or have expired: ECERT, and what to do",
  [],
  function* ({ ca, server, other, old }) {
    const cases = [
      [server, {}, /give their certificate in \{ caCerts \}/],
      [other, { caCerts: [ca] }, /say \{ serverName \}/],
      [server, { caCerts: [ca], serverName: "wrong.example" }, /say \{ serverName \}/],
      [old, { caCerts: [ca] }, /expired/],
    ] satisfies [bluelet.TlsServerOptions, bluelet.TlsOptions, RegExp][];
    for (const [pair, tls, advice] of cases) {
      const told: unknown[] = [];
      yield beside(echo, { tls: pair, onError: (error) => void told.push(error) }, function* (port) {
        const error = yield* errorOf(bluelet.connect("localhost", port, { tls }));
        assert(error instanceof bluelet.TlsError, String(error));
        assertEquals([error.name, error.code], ["TlsError", "ECERT"]);
        assertMatch(error.message, advice);
        while (told.length === 0) yield* bluelet.sleep(0.001);
      });
      assert(told[0] instanceof bluelet.SocketError, String(told[0]));
    }
    yield beside(echo, { tls: other, onError: silent }, function* (port) {
      const tls = { caCerts: [ca], serverName: "other.example" };
      using conn = yield* bluelet.connect("127.0.0.1", port, { tls });
      yield* conn.sendall("x");
      assertEquals((yield* conn.recv(1))?.length, 1);
    });
  },
);

test("no TLS at the other end: EPROTO on both sides", [], function* ({ server }) {
  const told: unknown[] = [];
  yield beside(echo, { tls: server, onError: (error) => void told.push(error) }, function* (port) {
    using conn = yield* bluelet.connect("127.0.0.1", port);
    yield* conn.sendall("GET / HTTP/1.1\r\n\r\n");
    yield* conn.readall();
    while (told.length === 0) yield* bluelet.sleep(0.001);
  });
  assertEquals((told[0] as bluelet.TlsError).code, "EPROTO");
  yield beside(
    function* (conn) {
      yield* conn.sendall("220 hello\r\n".repeat(100));
      yield* conn.readall();
    },
    { onError: silent },
    function* (port) {
      const error = yield* errorOf(bluelet.connect("127.0.0.1", port, { tls: true }));
      assert(error instanceof bluelet.TlsError && error.code === "EPROTO", String(error));
    },
  );
});

test(
  "200 silent clients do not hold up the next one; late ones are closed, told as TimeoutError, and nothing is printed",
  [],
  function* ({ ca, server }) {
    const told: unknown[] = [], started: unknown[] = [];
    const options = {
      tls: server,
      handshakeTimeout: 0.5,
      onError: (error: unknown) => void told.push(error),
    };
    yield beside(
      function* (conn) {
        started.push(conn);
        yield echo(conn);
      },
      options,
      function* (port) {
        const clients = [];
        for (let i = 0; i < 200; i++) clients.push(yield* bluelet.connect("127.0.0.1", port));
        const start = performance.now();
        using conn = yield* bluelet.connect("localhost", port, { tls: { caCerts: [ca] } });
        yield* conn.sendall("x");
        assertEquals((yield* conn.recv(1))?.length, 1);
        const took = performance.now() - start;
        assert(took < 400, `${took} ms`);
        for (const client of clients) {
          assertEquals(yield* client.recv(1), null);
          client.close();
        }
      },
    );
    assertEquals([started.length, told.length], [1, 200]);
    assert(told.every((error) => error instanceof bluelet.TimeoutError));
  },
);

test(
  "an end without close_notify is ECONNRESET, after all that came; an orderly one is the end",
  ["python3"],
  function* ({ ca, folder }) {
    const program = `
import socket, ssl, sys, os
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1] + "/server.pem", sys.argv[1] + "/server.key")
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
for how in ("cut", "orderly"):
    plain, _ = listener.accept()
    conn = context.wrap_socket(plain, server_side=True)
    conn.sendall(b"whole?\\n")
    if how == "cut":
        os.close(conn.detach())
    else:
        conn.unwrap()
`;
    const python = yield* bluelet.command("python3", ["-c", program, folder]);
    const port = Number(yield* python.stdout!.readline());
    for (const how of ["cut", "orderly"]) {
      using conn = yield* bluelet.connect("localhost", port, { tls: { caCerts: [ca] } });
      assertEquals(yield* conn.readline(), "whole?\n");
      if (how === "orderly") {
        assertEquals(yield* conn.recv(1), null);
      } else {
        const error = yield* errorOf(conn.recv(1));
        assert(error instanceof bluelet.SocketError && error.code === "ECONNRESET", String(error));
        assertStringIncludes(error.message, "without saying that this was the end");
      }
    }
  },
);

test(
  "openssl s_client talks to our server, and learns that the end is one",
  [],
  function* ({ server, folder }) {
    yield beside(
      function* (conn) {
        yield* conn.sendall((yield* conn.readline() ?? "")!.toUpperCase());
      },
      { tls: server },
      function* (port) {
        const { text } = yield* bluelet.output("sh", [
          "-c",
          `echo hello | openssl s_client -quiet -verify_return_error -CAfile ${folder}/ca.pem -servername localhost ` +
          `-connect 127.0.0.1:${port} 2>&1`,
        ], { check: false });
        assertStringIncludes(text, "HELLO\n");
        assert(!text.includes("error"), text);
      },
    );
  },
);

test("our client talks to openssl s_server", [], function* ({ ca, folder }) {
  const args = [
    "s_server",
    "-accept",
    "127.0.0.1:0",
    "-cert",
    `${folder}/server.pem`,
    "-key",
    `${folder}/server.key`,
    "-rev",
  ];
  const server = yield* bluelet.command("openssl", args);
  let port = 0;
  for (let line; port === 0 && (line = yield* server.stdout!.readline()) !== null;) {
    port = Number(/ACCEPT [^:]*:(\d+)/.exec(line)?.[1] ?? 0);
  }
  using conn = yield* bluelet.connect("localhost", port, { tls: { caCerts: [ca] } });
  yield* conn.sendall("hello\n");
  assertEquals(yield* conn.readline(), "olleh\n");
});

test("curl, python and Node talk to our server", ["curl", "python3", "node"], function* ({ server, folder }) {
  yield beside(
    function* (conn) {
      while ((yield* conn.readline())!.trim() !== "");
      yield* conn.sendall("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nyes");
    },
    { tls: server },
    function* (port) {
      const url = `https://localhost:${port}/`;
      const python =
        `import ssl, urllib.request as u; c = ssl.create_default_context(cafile="${folder}/ca.pem"); ` +
        `print(u.urlopen("${url}", context=c).read().decode())`;
      const node = `require("https").get("${url}", { ca: require("fs").readFileSync("${folder}/ca.pem") }, ` +
        `(r) => r.on("data", (d) => console.log(String(d))))`;
      for (
        const [program, ...args] of [
          ["curl", "-sS", "--noproxy", "*", "--cacert", `${folder}/ca.pem`, url],
          ["python3", "-c", python],
          ["node", "-e", node],
        ] as const
      ) {
        const { text } = yield* bluelet.output(program, args);
        assertEquals(text.trim(), "yes", program);
      }
    },
  );
});

test("startTls: a connection goes on with TLS; the old one is spent", [], function* ({ ca, server }) {
  const wrap = bluelet.denoHost.tls.server!(server);
  yield beside(
    function* (conn) {
      yield* conn.sendall("220 hello\r\n");
      assertEquals(yield* conn.readline(), "STARTTLS\r\n");
      yield* conn.sendall("220 go on\r\n");
      using secure = new bluelet.Connection(wrap(conn.detach()));
      yield echo(secure);
    },
    {},
    function* (port) {
      const plain = yield* bluelet.connect("localhost", port);
      yield* plain.readline();
      yield* plain.sendall("STARTTLS\r\n");
      yield* plain.readline();
      using conn = yield* bluelet.startTls(plain, { caCerts: [ca] });
      yield* conn.sendall("secret\n");
      assertEquals(yield* conn.readline(), "secret\n");
      assert(plain.closed);
      assert((yield* errorOf(plain.recv(1))) instanceof bluelet.SocketClosedError);
    },
  );
});

test(
  "startTls: bytes that came in the clear are EPROTO, and a read in flight is busy",
  [],
  function* ({ ca }) {
    yield beside(
      function* (conn) {
        yield* conn.sendall("220 go on\r\n250 injected\r\n");
        yield* conn.readall();
      },
      { onError: silent },
      function* (port) {
        const plain = yield* bluelet.connect("localhost", port);
        yield* plain.readline();
        const error = yield* errorOf(bluelet.startTls(plain, { caCerts: [ca] }));
        assert(error instanceof bluelet.TlsError && error.code === "EPROTO", String(error));
        assert(plain.closed);

        using busy = yield* bluelet.connect("localhost", port);
        yield* busy.readexactly(25);
        yield* bluelet.moveOnAfter(0.001, busy.recv(1));
        assert((yield* errorOf(bluelet.startTls(busy))) instanceof bluelet.SocketBusyError);
        assert(!busy.closed);
      },
    );
  },
);

test("handshakes that are given up, kills and closes leave no socket", [], function* ({ folder }) {
  const program = new URL("./programs/tls_sockets.ts", import.meta.url).pathname;
  const { text } = yield* bluelet.output(Deno.execPath(), ["run", "--no-check", "-A", program, folder]);
  assertEquals(text, "left: 0\n");
});

test("a peer that never reads: send waits, a kill of it and a close end it", [], function* ({ ca, server }) {
  const gate = new bluelet.Flag();
  yield beside(
    function* () {
      yield* gate.wait();
    },
    { tls: server },
    function* (port) {
      const conn = yield* bluelet.connect("localhost", port, { tls: { caCerts: [ca] } });
      const sender = yield* bluelet.spawn(function* () {
        return yield* errorOf(function* () {
          while (true) yield* conn.sendall(new Uint8Array(1_000_000));
        }());
      });
      yield* bluelet.sleep(0.05);
      assertEquals(sender.state, "waiting");
      conn.close();
      assert((yield* bluelet.join(sender)) instanceof bluelet.SocketClosedError);
      gate.set();
    },
  );
});

Deno.test("TLS: wrong options are refused at the call, in words", () => {
  // deno-lint-ignore no-explicit-any
  const any = (value: unknown) => value as any;
  assertThrows(() => bluelet.connect("a", 1, any({ tls: 5 })), TypeError, "takes tls as true, or {");
  assertThrows(
    () => bluelet.connect("a", 1, any({ tls: { caCerts: "x" } })),
    TypeError,
    "caCerts as an array",
  );
  assertThrows(() => bluelet.connect("a", 1, any({ tls: { cert: "x" } })), TypeError, "together");
  assertThrows(() => bluelet.connect({ path: "/x" }, { tls: true }), TypeError, "{ serverName }");
  assertThrows(() => bluelet.startTls(any(null)), TypeError, "takes a Connection");
  assertThrows(() => bluelet.server("", 1, echo, any({ tls: { cert: 1 } })), TypeError, "{ cert, key }");
  assertThrows(
    () => bluelet.server("", 1, echo, any({ handshakeTimeout: "1" })),
    RangeError,
    "handshakeTimeout",
  );
});

test(
  "what is no certificate, or has another's key, is refused at once",
  [],
  function* ({ ca, server, other }) {
    for (
      const [tls, message] of [
        [{ cert: "no", key: server.key }, "{ cert } in PEM"],
        [{ cert: server.cert, key: "no" }, "{ key } as a private key"],
        [{ cert: server.cert, key: other.key }, "belong together"],
      ] as const
    ) {
      const error = yield* errorOf(function* () {
        yield* bluelet.null();
        new bluelet.Listener("127.0.0.1", 0, { tls });
      }());
      assert(error instanceof TypeError && error.message.includes(message), String(error));
    }
    yield beside(echo, { tls: server, onError: silent }, function* (port) {
      const error = yield* errorOf(bluelet.connect("localhost", port, { tls: { caCerts: [ca, "no"] } }));
      assert(error instanceof TypeError && error.message.includes("{ caCerts } in PEM"), String(error));
    });
  },
);
