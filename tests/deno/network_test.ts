/**
 * What the library makes of Deno's network: its errors, its permissions, unix sockets, and peers that are not ours.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import {
  all,
  type Coroutine,
  join,
  kill,
  moveOnAfter,
  null as pass,
  run,
  sleep,
  spawn,
  timeout,
} from "../../src/core/mod.ts";
import { SocketError } from "../../src/streams/mod.ts";
import { cpuUsage } from "node:process";
import { denoHost } from "../../src/deno/host.ts";
import { connect, type Connection, Listener, server } from "../../src/net/mod.ts";
import { read, write } from "../../src/streams/mod.ts";
import { lacks } from "../requirements.ts";
import { numbered, text, thrownBy } from "../net/pair.ts";

/** A test that runs in threads, on Deno's host, where the permissions and programs are there. */
function states(
  name: string,
  permissions: Deno.PermissionName[],
  programs: string[],
  program: () => Coroutine<unknown>,
): void {
  Deno.test({
    name,
    ignore: lacks(permissions, programs),
    fn: async () => void await run(program(), { host: denoHost }),
  });
}

function* echoer(conn: Connection): Coroutine<void> {
  for (let data; (data = yield* conn.recv(1024));) yield* conn.sendall(data);
}

/** Spawns an echo server on a free port. */
function* echoing() {
  let port = 0;
  const onListen = (addr: unknown) => void (port = (addr as Deno.NetAddr).port);
  const thread = yield* spawn(server("127.0.0.1", 0, echoer, { onListen }));
  yield* pass();
  return { thread, port };
}

function* together(tasks: Coroutine<void>[]): Coroutine<void> {
  yield* all(tasks);
}

/** Runs a program to its end; what it printed. */
function* output(command: string, args: string[], input = ""): Coroutine<string> {
  const child = new Deno.Command(command, { args, stdin: "piped", stdout: "piped", stderr: "inherit" })
    .spawn();
  const writer = child.stdin.getWriter();
  yield writer.write(new TextEncoder().encode(input));
  yield writer.close();
  const { stdout }: Deno.CommandOutput = yield child.output();
  return new TextDecoder().decode(stdout);
}

states("server() serves Deno.connect()", ["net"], [], function* (): Coroutine<void> {
  const { thread, port } = yield* echoing();
  const conn: Deno.Conn = yield Deno.connect({ hostname: "127.0.0.1", port });
  const data = numbered(100_000);
  const writing = (async () => {
    for (let at = 0; at < data.length;) at += await conn.write(data.subarray(at));
    await conn.closeWrite();
  })();
  const back: number[] = [];
  const buffer = new Uint8Array(4_000);
  for (let count: number | null; (count = yield conn.read(buffer)) !== null;) {
    back.push(...buffer.subarray(0, count));
  }
  yield writing;
  assertEquals(new Uint8Array(back), data);
  conn.close();
  yield* kill(thread);
});

states("server() serves node:net", ["net"], [], function* (): Coroutine<void> {
  const { thread, port } = yield* echoing();
  const net: typeof import("node:net") = yield import("node:net");
  const got: string = yield new Promise<string>((resolve, reject) => {
    let got = "";
    const socket = net.connect(port, "127.0.0.1", () => socket.end("hello from node"));
    socket.on("data", (data: Uint8Array) => void (got += new TextDecoder().decode(data)));
    socket.on("error", reject);
    socket.on("close", () => resolve(got));
  });
  assertEquals(got, "hello from node");
  yield* kill(thread);
});

states("connect() talks to a server of node:net", ["net"], [], function* (): Coroutine<void> {
  const net: typeof import("node:net") = yield import("node:net");
  const peer = net.createServer((socket) => void socket.pipe(socket));
  yield new Promise<void>((resolve) => void peer.listen(0, "127.0.0.1", () => resolve()));
  const { port } = peer.address() as { port: number };
  const conn = yield* connect("127.0.0.1", port);
  yield* conn.sendall("line\n");
  assertEquals(yield* conn.readline(), "line\n");
  yield* conn.closeWrite();
  assertEquals(yield* conn.readline(), null);
  conn.close();
  yield new Promise<void>((resolve) => void peer.close(() => resolve()));
});

states("server() serves a client in Python", ["net", "run"], ["python3"], function* () {
  const { thread, port } = yield* echoing();
  const program = `
import socket
s = socket.create_connection(("127.0.0.1", ${port}))
s.sendall(b"x" * 1000000)
s.shutdown(socket.SHUT_WR)
n = 0
while True:
    d = s.recv(65536)
    if not d: break
    n += len(d)
print(n)
`;
  assertEquals((yield* output("python3", ["-c", program])).trim(), "1000000");
  yield* kill(thread);
});

states("server() serves curl", ["net", "run"], ["curl"], function* () {
  let port = 0;
  const thread = yield* spawn(
    server("127.0.0.1", 0, function* (conn) {
      const head: string[] = [];
      for (let line; (line = yield* conn.readline("\r\n")) && line !== "\r\n";) head.push(line.trim());
      const length = Number(head.find((line) => /^content-length:/i.test(line))?.split(":")[1] ?? 0);
      const body = text(yield* conn.readexactly(length));
      yield* conn.sendall(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${head[0]} <${body}>`);
    }, { onListen: (addr) => void (port = (addr as Deno.NetAddr).port) }),
  );
  yield* pass();
  const url = `http://127.0.0.1:${port}/path`;
  assertEquals(
    yield* output("curl", ["-s", "--noproxy", "*", "-d", "data", url]),
    "POST /path HTTP/1.1 <data>",
  );
  yield* kill(thread);
});

states(
  "Listener.accept() survives clients that reset before they are accepted",
  ["net", "run"],
  ["python3"],
  function* () {
    const listener = new Listener("127.0.0.1", 0);
    const program = `
import socket, struct
for i in range(20):
    s = socket.create_connection(("127.0.0.1", ${listener.port}))
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.close()
s = socket.create_connection(("127.0.0.1", ${listener.port}))
s.sendall(b"real\\n")
print(s.recv(10).decode())
`;
    // They reset while nobody accepts, so that every one of them is in the queue by then.
    const client = yield* spawn(() => output("python3", ["-c", program]));
    let real: string | null = null;
    yield* sleep(0.3);
    while (real === null) {
      using conn = yield* listener.accept();
      try {
        real = yield* conn.readline();
        if (real !== null) yield* conn.sendall("served");
      } catch (error) {
        assertEquals((error as SocketError).code, "ECONNRESET");
      }
    }
    assertEquals(real, "real\n");
    assertEquals(yield* join(client), "served\n");
    listener.close();
  },
);

states("server() does not report a client's reset", ["net", "run"], ["python3"], function* () {
  const errors: unknown[] = [];
  let port = 0;
  let resets = 0;
  const thread = yield* spawn(
    server("127.0.0.1", 0, function* (conn) {
      yield* conn.sendall("hello");
      try {
        for (;;) yield* conn.recv(1);
      } catch (error) {
        assertEquals((error as SocketError).code, "ECONNRESET");
        resets++;
        throw error;
      }
    }, {
      onListen: (addr) => void (port = (addr as Deno.NetAddr).port),
      onError: (error) => errors.push(error),
    }),
  );
  yield* pass();
  yield* output("python3", [
    "-c",
    `
import socket, struct
s = socket.create_connection(("127.0.0.1", ${port}))
s.recv(5)
s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
s.close()
`,
  ]);
  for (let i = 0; i < 100 && resets === 0; i++) yield* sleep(0.01);
  yield* pass();
  assertEquals([resets, errors.length], [1, 0]);
  yield* kill(thread);
});

states(
  "server() survives running out of file descriptors",
  ["net", "run", "read"],
  ["sh"],
  function* (): Coroutine<
    void
  > {
    const program = new URL("programs/few_files.ts", import.meta.url).pathname;
    const args = ["-c", `ulimit -n 64; exec "${Deno.execPath()}" run --allow-net --no-prompt "${program}"`];
    const child = new Deno.Command("sh", { args, stdout: "piped" }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value: port }: { value: string } = yield lines.read();

    let served = 0;
    let finish = false;
    const clients = yield* spawn(
      together,
      Array.from({ length: 100 }, () =>
        function* (): Coroutine<void> {
          using conn = yield* connect("127.0.0.1", Number(port));
          yield* conn.sendall("!");
          yield* conn.recv(1);
          served++;
          while (!finish) yield* sleep(0.01);
        }()),
    );
    yield* sleep(0.5);
    assert(served > 20 && served < 64, `${served} of 100 clients are served with 64 file descriptors`);
    finish = true;
    yield* timeout(20, join(clients));
    assertEquals(served, 100);

    yield lines.cancel();
    child.kill();
    yield child.status;
  },
);

states("Listener at the path of a unix socket", ["net", "read", "write"], [], function* (): Coroutine<void> {
  const folder: string = yield Deno.makeTempDir();
  const path = `${folder}/socket`;
  const listener = new Listener({ path });
  assertEquals([listener.addr, listener.host, listener.port], [{ path }, path, 0]);
  const missing = yield* thrownBy(connect({ path: `${folder}/missing` }));
  assertInstanceOf(missing, SocketError);
  assertEquals(missing.code, "ENOENT");
  listener.close();

  const thread = yield* spawn(server({ path }, echoer));
  yield* pass();
  const conn = yield* connect({ path });
  assertEquals(conn.addr, { path });
  yield* conn.sendall("through a file");
  yield* conn.closeWrite();
  assertEquals(text(yield* conn.readexactly(14)), "through a file");
  assertEquals(yield* conn.recv(1), null);
  conn.close();
  yield* kill(thread);
  yield Deno.remove(folder, { recursive: true });
});

states('Listener on the host "" is on every IPv4 interface', ["net"], [], function* () {
  using listener = new Listener("", 0);
  assertEquals(listener.host, "0.0.0.0");
  using conn = yield* connect("", listener.port);
  assertEquals(conn.addr, { hostname: "127.0.0.1", port: listener.port });
});

states('Listener on the host "::" takes both kinds of address', ["net"], [], function* () {
  using listener = new Listener("::", 0);
  for (const host of ["127.0.0.1", "::1"]) {
    using near = yield* connect(host, listener.port);
    using far = yield* listener.accept();
    yield* near.sendall("hi");
    assertEquals(text(yield* far.recv(2)), "hi");
  }
});

states(
  "Listener on a port that a listener in another process has throws EADDRINUSE",
  ["net"],
  [],
  function* () {
    const other = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const error = yield* thrownBy(server("127.0.0.1", (other.addr as Deno.NetAddr).port, echoer));
    assertInstanceOf(error, SocketError);
    assertEquals(error.code, "EADDRINUSE");
    assertInstanceOf(error.cause, Deno.errors.AddrInUse);
    other.close();
  },
);

states("connect() to a name that nobody knows throws ENOTFOUND", ["net"], [], function* () {
  const error = yield* thrownBy(connect("no-such-host.invalid", 80));
  assertInstanceOf(error, SocketError);
  assertEquals(error.code, "ENOTFOUND");
  assertInstanceOf(error.cause, Error);
});

states(
  "connect() that is killed while a name is looked up, or a handshake waits, is over at once",
  ["net"],
  [],
  function* () {
    // 192.0.2.1 is set aside for documentation: nobody answers, or the machine has no route.
    for (const host of ["no-such-host.invalid", "192.0.2.1"]) {
      const thread = yield* spawn(function* () {
        yield* connect(host, 80);
      });
      yield* pass();
      yield* kill(thread);
      assertEquals(thread.state, "killed");
    }
  },
);

states("connect() that is killed in the moment of success leaks nothing", ["net"], [], function* () {
  using listener = new Listener("127.0.0.1", 0);
  for (let i = 0; i < 40; i++) {
    // Let the system's answer come at each of several points of the kill.
    const thread = yield* spawn(function* () {
      (yield* connect("127.0.0.1", listener.port)).close();
    });
    for (let j = 0; j < i % 20; j++) yield* pass();
    yield* kill(thread);
    (yield* moveOnAfter(0.05, listener.accept()))?.close();
  }
});

Deno.test({
  name: "connect() and Listener without the permission throw Deno's NotCapable, untouched, at the yield",
  permissions: { net: false },
  fn: async () => {
    await run(
      function* () {
        assertInstanceOf(yield* thrownBy(connect("127.0.0.1", 80)), Deno.errors.NotCapable);
        assertInstanceOf(yield* thrownBy(server("127.0.0.1", 0, echoer)), Deno.errors.NotCapable);
      }(),
      { host: denoHost },
    );
  },
});

states(
  "Connection: two small writes are not held back (Nagle's algorithm is off)",
  ["net"],
  [],
  function* () {
    using listener = new Listener("127.0.0.1", 0);
    using near = yield* connect("127.0.0.1", listener.port);
    using far = yield* listener.accept();
    for (const [sender, receiver] of [[near, far], [far, near]] as const) {
      let best = Infinity;
      for (let i = 0; i < 5; i++) {
        const start = performance.now();
        yield* sender.sendall("head");
        yield* sender.sendall("body");
        yield* receiver.readexactly(8);
        yield* receiver.sendall("ok");
        yield* sender.readexactly(2);
        best = Math.min(best, performance.now() - start);
      }
      assert(best < 20, `the fastest of five exchanges took ${best} ms`);
    }
  },
);

states(
  "read() and write() of Deno's files, whole and in pieces",
  ["read", "write"],
  [],
  function* (): Coroutine<void> {
    const path: string = yield Deno.makeTempFile();
    const data = numbered(300_000);
    const out: Deno.FsFile = yield Deno.open(path, { write: true });
    assertEquals(yield* write(out, data), data.length);
    out.close();
    const whole: Deno.FsFile = yield Deno.open(path);
    assertEquals(yield* read(whole), data);
    assertEquals(yield* read(whole, 10), null);
    whole.close();
    const pieces: Deno.FsFile = yield Deno.open(path);
    assertEquals(yield* read(pieces, 1_000), data.subarray(0, 1_000));
    // Nothing is read ahead: the file's position is where a reader of its own finds it.
    assertEquals(yield pieces.seek(0, Deno.SeekMode.Current), 1_000);
    pieces.close();
    assertInstanceOf(yield* thrownBy(read(pieces, 1)), Deno.errors.BadResource);
    yield Deno.remove(path);
  },
);

states("read() and write() of a pipe: a program's standard streams", ["run", "read"], [], function* () {
  const program = new URL("programs/shout.ts", import.meta.url).pathname;
  const args = ["run", "--no-prompt", program];
  assertEquals(yield* output(Deno.execPath(), args, "quiet\nwords"), "QUIET\nWORDS");
});

/** Milliseconds of processor time, which other programs hardly disturb, that a line takes in pieces of 1 KB. */
function* timeOfLine(size: number): Coroutine<number> {
  using listener = new Listener("127.0.0.1", 0);
  using near = yield* connect("127.0.0.1", listener.port);
  using far = yield* listener.accept();
  const piece = "x".repeat(1_000);
  const start = cpuUsage();
  const sender = yield* spawn(function* () {
    for (let sent = 0; sent < size; sent += piece.length) yield* near.sendall(piece);
    yield* near.sendall("\n");
  });
  assertEquals((yield* far.readline("\n", { limit: Infinity }))!.length, size + 1);
  yield* join(sender);
  const { user, system } = cpuUsage(start);
  return (user + system) / 1_000;
}

states(
  "Connection.readline() of 4 MB takes at most 5 times as long as of 1 MB, in pieces of 1 KB",
  ["net"],
  [],
  function* () {
    // The machine has other things to do: the best of a few rounds, of more if those were disturbed.
    let short = Infinity, long = Infinity;
    for (let round = 0; round < 5 || round < 30 && long > 5 * short; round++) {
      short = Math.min(short, yield* timeOfLine(1_000_000));
      long = Math.min(long, yield* timeOfLine(4_000_000));
    }
    assert(long <= 5 * short, `${short} ms, then ${long} ms`);
  },
);

/** What the system's table says of the sockets between two ports: the number of the timer that each has. */
function* timersBetween(near: number, far: number): Coroutine<string[]> {
  const hex = (port: number) => `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const table = yield* output("cat", ["/proc/net/tcp"]);
  return table.split("\n").map((line) => line.trim().split(/\s+/))
    .filter(([, from, to]) => [from, to].every((end) => end?.endsWith(hex(near)) || end?.endsWith(hex(far))))
    .map((fields) => fields[5]!.split(":")[0]!);
}

states("TCP keep-alive is on at both ends of a connection", ["net", "run"], ["cat"], function* () {
  using listener = new Listener("127.0.0.1", 0);
  const acceptor = yield* spawn(function* () {
    return yield* listener.accept();
  });
  using near = yield* connect("127.0.0.1", listener.port);
  using _far = yield* join(acceptor);
  // 02 is the timer that probes a connection on which nothing comes. (See the kernel's proc_net_tcp.rst.)
  assertEquals(yield* timersBetween((near.localAddr as Deno.NetAddr).port, listener.port), ["02", "02"]);
});
