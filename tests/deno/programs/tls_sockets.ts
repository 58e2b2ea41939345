/**
 * Gives up handshakes, kills and closes, and prints how many connections are left: a process of its own, since to look into
 * /proc needs all permissions.
 *
 * @module
 */

import * as bluelet from "../../../mod.ts";

const folder = Deno.args[0];
const read = (name: string) => Deno.readTextFileSync(`${folder}/${name}`);
const server = { cert: read("server.pem"), key: read("server.key") }, ca = read("ca.pem");

function sockets(): Set<string> {
  const found = new Set<string>();
  for (const { name } of Deno.readDirSync("/proc/self/fd")) {
    try {
      found.add(Deno.readLinkSync(`/proc/self/fd/${name}`));
    } catch {
      // That of the folder itself.
    }
  }
  return found;
}

/** TCP connections of this process: the runtime opens other sockets for itself. */
function connections(): number {
  const mine = sockets();
  const lines = Deno.readTextFileSync("/proc/net/tcp").trim().split("\n").slice(1);
  return lines.filter((line) => mine.has(`socket:[${line.trim().split(/\s+/)[9]}]`)).length;
}

function* beside(
  options: bluelet.ServerOptions,
  body: (port: number) => bluelet.Coroutine<void>,
): bluelet.Coroutine<void> {
  const { value: port, thread } = yield* bluelet.start<number>((ready) =>
    bluelet.server("127.0.0.1", 0, function* (conn) {
      for (let data; (data = yield* conn.recv(65_536));) yield* conn.sendall(data);
    }, { ...options, onListen: (addr) => "port" in addr && ready(addr.port) })
  );
  yield body(port);
  yield* bluelet.kill(thread);
}

/** Gives `task` so many seconds; how it fails is not what is tested. */
function* attempt(seconds: number, task: bluelet.Task<unknown>): bluelet.Coroutine<void> {
  try {
    yield* bluelet.moveOnAfter(seconds, task);
  } catch (error) {
    if (!(error instanceof bluelet.SocketError)) throw error;
  }
}

await bluelet.run(function* () {
  // The server does not speak TLS, so that no handshake is ever done.
  yield beside({ onError() {} }, function* (port) {
    for (let i = 0; i < 100; i++) {
      yield attempt(0.001 * (i % 5), bluelet.connect("localhost", port, { tls: true }));
    }
  });
  yield beside({ tls: server, onError() {} }, function* (port) {
    const tls = { caCerts: [ca] };
    for (let i = 0; i < 100; i++) {
      yield attempt(
        0.001 * (i % 20),
        function* () {
          using conn = yield* bluelet.connect("localhost", port, { tls });
          yield* conn.sendall(new Uint8Array(100_000));
          yield* conn.recv(1);
        }(),
      );
    }
    // Silent ones, in whose handshakes the server is killed.
    const silent = [];
    for (let i = 0; i < 20; i++) silent.push(yield* bluelet.connect("127.0.0.1", port));
    for (const conn of silent) conn.close();
  });
  for (let looks = 0; connections() > 0 && looks < 500; looks++) yield* bluelet.sleep(0.01);
  console.log(`left: ${connections()}`);
}());
