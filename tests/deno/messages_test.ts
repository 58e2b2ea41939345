/**
 * What errors of Deno's network say: where it happened, and what to do. Real sockets, and files that are left of them.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Coroutine, run } from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/mod.ts";
import { connect, Listener, server } from "../../src/net/mod.ts";
import { SocketError } from "../../src/streams/mod.ts";
import { lacks } from "../requirements.ts";
import { thrownBy } from "../net/pair.ts";

/** A test with a folder of its own. */
function states(name: string, program: (folder: string) => Coroutine<unknown>): void {
  Deno.test({
    name,
    ignore: lacks(["net", "read", "write", "run"]),
    async fn() {
      const folder = await Deno.makeTempDir();
      try {
        await run(program(folder), { host: denoHost });
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
}

/** What listening and serving at `path` throw, and connecting to it. */
function* failures(path: string): Coroutine<{ listening: SocketError[]; connecting: SocketError }> {
  const listening = [
    yield* thrownBy(listen(path)),
    yield* thrownBy(server({ path }, function* () {})),
  ] as SocketError[];
  const connecting = (yield* thrownBy(connect({ path }))) as SocketError;
  for (const error of [...listening, connecting]) {
    assert(error instanceof SocketError, String(error));
    assertStringIncludes(error.message, path);
    assert(!/\bports?\b/.test(error.message), error.message);
    assert(/: .*; .*\.$/s.test(error.message), `no advice: ${error.message}`);
  }
  return { listening, connecting };
}

// deno-lint-ignore require-yield
function* listen(path: string): Coroutine<void> {
  new Listener({ path }).close();
}

/** Leaves the file of a socket behind whose program was killed. */
function* leaveSocket(path: string): Coroutine<void> {
  const program = `Deno.listen({ transport: "unix", path: ${JSON.stringify(path)} });
    console.log("listening"); setInterval(() => {}, 1_000_000);`;
  const child = new Deno.Command(Deno.execPath(), { args: ["eval", program], stdout: "piped" }).spawn();
  const output = child.stdout.getReader();
  yield output.read();
  yield output.cancel();
  child.kill("SIGKILL");
  yield child.status;
}

states("a unix socket's file that a dead program has left: errors speak of the file", function* (folder) {
  const path = `${folder}/stale.sock`;
  yield* leaveSocket(path);
  const { listening, connecting } = yield* failures(path);
  for (const error of listening) {
    assertEquals(error.code, "EADDRINUSE");
    assertStringIncludes(error.message, "if the program that made it has ended, remove the file");
  }
  assertEquals(connecting.code, "ECONNREFUSED");
  assertStringIncludes(connecting.message, "the program that made the file has ended");
  // And what the message says helps.
  yield Deno.remove(path);
  yield* listen(path);
});

states("a unix socket's path that cannot be: errors say what is wrong with the path", function* (folder) {
  yield Deno.writeTextFile(`${folder}/file`, "");
  const paths: [string, string, RegExp][] = [
    [`${folder}/missing/socket`, "ENOENT", /check its path/],
    [`${folder}/file/socket`, "ENOTDIR", /no folder/],
    [`${folder}/${"x".repeat(120)}`, "EINVAL", /at most 107 bytes/],
    [`${folder}/a\0b`, "EINVAL", /none of which is 0/],
  ];
  for (const [path, code, message] of paths) {
    const { listening, connecting } = yield* failures(path);
    for (const error of [...listening, connecting]) {
      assertEquals(error.code, code);
      assert(message.test(error.message), error.message);
    }
  }
});

states(
  "a unix socket's path at which something else is: errors say that there is a file",
  function* (folder) {
    yield Deno.writeTextFile(`${folder}/file`, "");
    for (const path of [folder, `${folder}/file`]) {
      const { listening, connecting } = yield* failures(path);
      assertEquals([...listening, connecting].map(({ code }) => code), [
        "EADDRINUSE",
        "EADDRINUSE",
        "ECONNREFUSED",
      ]);
    }
  },
);

states("IPv6 addresses stand in brackets in messages", function* () {
  using listener = new Listener("::1", 0);
  const place = `[::1]:${listener.port}`;
  const messages = [
    yield* thrownBy(function* (): Coroutine<void> {
      new Listener("::1", listener.port);
    }()),
    yield* thrownBy(connect("::1", 1)),
    listener.accept().describe(),
    connect("::1", 1).describe(),
  ].map(String);
  const near = yield* connect("::1", listener.port);
  using far = yield* listener.accept();
  messages.push(far.recv(9).describe(), near.sendall("x").describe());
  near.close();
  messages.push(String(yield* thrownBy(near.recv(1))), String(yield* thrownBy(far.readexactly(3))));
  listener.close();
  messages.push(String(yield* thrownBy(listener.accept())));
  for (const message of messages) assert(/ \[::1\]:\d+/.test(message), message);
  assertStringIncludes(messages[0]!, place);
});

states("a host in brackets, as URLs have it, is that address", function* () {
  using listener = new Listener("[::1]", 0);
  assertEquals(listener.host, "::1");
  using conn = yield* connect("[::1]", listener.port);
  assertEquals(conn.addr, { hostname: "::1", port: listener.port });
});
