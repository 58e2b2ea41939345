/**
 * What must not end a server or hold up its other clients: connections that fail while they are accepted, and an `onError`
 * that fails. Real sockets, and clients in Python, which can bind themselves to what Deno cannot.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type Coroutine, kill, null as pass, run, sleep, spawn } from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/mod.ts";
import { connect, type Connection, Listener, server } from "../../src/net/mod.ts";
import { SocketError } from "../../src/streams/mod.ts";
import { text, thrownBy } from "../net/pair.ts";
import { lacks } from "../requirements.ts";

/** A test with a folder of its own; what it printed is checked by itself. */
function states(
  name: string,
  program: (folder: string, printed: unknown[][]) => Coroutine<unknown>,
): void {
  Deno.test({
    name,
    ignore: lacks(["net", "read", "write", "run", "env"], ["python3"]),
    async fn() {
      const folder = await Deno.makeTempDir();
      const printed: unknown[][] = [];
      const { error } = console;
      console.error = (...args) => void printed.push(args);
      try {
        await run(program(folder, printed), { host: denoHost });
      } finally {
        console.error = error;
        await new Deno.Command("rm", { args: ["-rf", folder] }).output(); // Deno cannot name those files
      }
    },
  });
}

/** Connects so many clients that are bound to paths which are no UTF-8; they end at once. */
function* badClients(folder: string, count: number): Coroutine<void> {
  const program = `
import socket, sys
folder = sys.argv[1].encode()
for i in range(${count}):
    client = socket.socket(socket.AF_UNIX)
    client.bind(folder + b"/\\xff\\xfe%d" % i)
    client.connect(folder + b"/socket")
    client.close()
`;
  const { success }: Deno.CommandOutput = yield new Deno.Command("python3", { args: ["-c", program, folder] })
    .output();
  assert(success);
}

states(
  "Listener.accept() throws EPROTO for a client at a path that is no UTF-8, and goes on",
  function* (folder) {
    const path = `${folder}/socket`;
    using listener = new Listener({ path });
    yield* badClients(folder, 2);
    for (let i = 0; i < 2; i++) {
      const error = yield* thrownBy(listener.accept());
      assert(error instanceof SocketError && error.code === "EPROTO", String(error));
    }
    using near = yield* connect({ path });
    using far = yield* listener.accept();
    yield* near.sendall("hi");
    assertEquals(text(yield* far.recv(9)), "hi");
  },
);

states(
  "server() goes on after many such clients, says so once, and lets nobody wait",
  function* (folder, printed) {
    const path = `${folder}/socket`;
    const thread = yield* spawn(server({ path }, function* (conn: Connection) {
      for (let data; (data = yield* conn.recv(9));) yield* conn.sendall(data);
    }));
    yield* pass();
    yield* badClients(folder, 100);
    const { host } = thread.scheduler;
    const begin = host.now();
    using conn = yield* connect({ path });
    yield* conn.sendall("hi");
    assertEquals(text(yield* conn.recv(9)), "hi");
    // With a pause that grows, it was a minute and a half.
    assert(host.now() - begin < 5, `${host.now() - begin} s`);
    assertEquals(printed.length, 1);
    assertStringIncludes(String(printed[0]![0]), "EPROTO");
    yield* kill(thread);
  },
);

states(
  "server() whose onError is async and fails goes on, and prints both errors",
  function* (folder, printed) {
    const path = `${folder}/socket`;
    const onError = () => Promise.reject(new Error("onError"));
    const handler = function* (): Coroutine<void> {
      throw new Error("handler");
    };
    const thread = yield* spawn(server({ path }, handler, { onError }));
    yield* pass();
    for (let i = 1; i <= 2; i++) {
      using conn = yield* connect({ path });
      assertEquals(yield* conn.recv(1), null);
      while (printed.length < 2 * i) yield* sleep(0.001);
    }
    yield* kill(thread);
    assertEquals(printed.map((args) => String(args[1])).slice(0, 2), ["Error: handler", "Error: onError"]);
  },
);
