/**
 * Datagrams on Deno: the suite, permissions, and peers that are not ours.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type Coroutine, join, run, spawn, timeout } from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/mod.ts";
import { datagramSocket } from "../../src/net/mod.ts";
import { datagramSuite } from "../net/datagram_suite.ts";
import { text } from "../net/pair.ts";
import { lacks } from "../requirements.ts";

datagramSuite("Deno", (program) => run(program(), { host: denoHost }), { ignore: lacks(["net"]) });

/** A test that runs in threads, on Deno's host, where the permissions and programs are there. */
function states(
  name: string,
  permissions: Deno.PermissionName[],
  programs: string[],
  program: () => Coroutine<unknown>,
): void {
  const ignore = lacks(permissions, programs);
  Deno.test({ name, ignore, fn: async () => void await run(program(), { host: denoHost }) });
}

function* output(command: string, args: string[]): Coroutine<string> {
  const child = new Deno.Command(command, { args, stdout: "piped", stderr: "inherit" });
  const { stdout }: Deno.CommandOutput = yield child.output();
  return new TextDecoder().decode(stdout);
}

const PYTHON = (port: number) => `
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(10)
for size in (0, 1, 1000, 60000):
    s.sendto(b"p" * size, ("127.0.0.1", ${port}))
    data, addr = s.recvfrom(65536)
    print(len(data), addr[1])
`;

states("DatagramSocket talks to Python", ["net", "run"], ["python3"], function* () {
  using socket = yield* datagramSocket("127.0.0.1", 0);
  const peer = yield* spawn(output, "python3", ["-c", PYTHON(socket.port)]);
  for (let i = 0; i < 4; i++) {
    const { data, addr } = yield* timeout(20, socket.receive());
    yield* socket.send(data, addr.hostname, addr.port);
  }
  const lines = [0, 1, 1000, 60000].map((size) => `${size} ${socket.port}\n`);
  assertEquals(yield* join(peer), lines.join(""));
});

states("DatagramSocket talks to Node", ["net", "run"], ["node"], function* () {
  using socket = yield* datagramSocket("127.0.0.1", 0);
  const program = `
    const socket = require("node:dgram").createSocket("udp4");
    socket.on("message", (data, { port }) => { console.log(data.toString(), port); socket.close(); });
    socket.send("from node", ${socket.port}, "127.0.0.1");
  `;
  const peer = yield* spawn(output, "node", ["-e", program]);
  const { data, addr } = yield* timeout(20, socket.receive());
  assertEquals(text(data), "from node");
  yield* socket.send("to node", addr.hostname, addr.port);
  assertEquals(yield* join(peer), `to node ${socket.port}\n`);
});

/** What a program prints that runs with no more than `flags`. */
async function printed(program: string, flags: string[]): Promise<string> {
  const root = new URL("../../", import.meta.url);
  const source = `import * as bluelet from ${JSON.stringify(new URL("mod.ts", root).href)};\n${program}`;
  const args = [
    "run",
    "--quiet",
    "--no-prompt",
    "--no-check",
    "--config",
    new URL("deno.json", root).pathname,
  ];
  const child = new Deno.Command(Deno.execPath(), {
    args: [...args, ...flags, `data:application/typescript,${encodeURIComponent(source)}`],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdout: "piped",
    stderr: "piped",
  });
  const { stdout, stderr } = await child.output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

const ATTEMPT = `
  function* attempt(task) {
    try {
      yield task;
      console.log("allowed");
    } catch (error) {
      console.log(error.constructor === Deno.errors.NotCapable, error.message);
    }
  }
`;

const missing = (place: string) =>
  `true Requires net access to "${place}", run again with the --allow-net flag\n`;

Deno.test({
  name: "datagramSocket() without the permission throws NotCapable at the yield",
  ignore: lacks(["net", "run"]),
  fn: async () => {
    const program = `${ATTEMPT}
      await bluelet.run(function* () {
        yield* attempt(bluelet.datagramSocket("127.0.0.1", 0));
        yield* attempt(bluelet.datagramSocket("", 4000));
        yield* attempt(bluelet.datagramSocket("::", 0));
        yield* attempt(bluelet.datagramSocket("localhost", 0));
      }());`;
    const all = ["127.0.0.1:0", "0.0.0.0:4000", "[::]:0", "localhost"].map(missing);
    assertEquals(await printed(program, []), all.join(""));
    all[0] = "allowed\n";
    assertEquals(await printed(program, ["--allow-net=127.0.0.1"]), all.join(""));
    // The name may be looked up, and its address not be used.
    all[0] = missing("127.0.0.1:0");
    all[3] = missing("127.0.0.1:0");
    assertEquals(await printed(program, ["--allow-net=localhost"]), all.join(""));
  },
});

Deno.test({
  name: "DatagramSocket.send() without the permission throws NotCapable at the yield, and the socket goes on",
  ignore: lacks(["net", "run"]),
  fn: async () => {
    const program = `${ATTEMPT}
      await bluelet.run(function* () {
        const socket = yield* bluelet.datagramSocket("127.0.0.1", 0);
        yield* attempt(socket.send("x", "127.0.0.2", 9));
        yield* attempt(socket.send("x", "localhost", 9));
        yield* attempt(socket.send("x", "127.0.0.1", socket.port));
        console.log((yield* socket.receive()).data.length);
      }());`;
    const expected = `${missing("127.0.0.2:9")}${missing("localhost")}allowed\n1\n`;
    assertEquals(await printed(program, ["--allow-net=127.0.0.1"]), expected);
  },
});

Deno.test({
  name: "main() prints a missing permission for datagrams as one line",
  ignore: lacks(["run"]),
  fn: async () => {
    const program =
      `await bluelet.main(function* () { yield* bluelet.datagramSocket("127.0.0.1", 5353); }());`;
    assertEquals(
      await printed(program, []),
      "Permission is missing: run it with --allow-net=127.0.0.1:5353.\n",
    );
  },
});
