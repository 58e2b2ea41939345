/**
 * Names on Deno: against dnsmasq, which is not ours, and against servers that answer oddly, or not at all.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf } from "@std/assert";
import { Buffer } from "node:buffer";
import packet, { type Packet } from "dns-packet";
import { type Coroutine, join, kill, null as pass, race, run, sleep, spawn } from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/mod.ts";
import { type DatagramSocket, datagramSocket, lookup, resolve } from "../../src/net/mod.ts";
import { SocketError } from "../../src/streams/mod.ts";
import { thrownBy } from "../net/pair.ts";
import { lacks } from "../requirements.ts";

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

/** What `task` throws, which must be a `SocketError`: its code. */
function* codeOf(task: Parameters<typeof thrownBy>[0]): Coroutine<string> {
  const error = yield* thrownBy(task);
  assertInstanceOf(error, SocketError);
  return error.code;
}

states(
  "lookup() gives the addresses of a name in /etc/hosts, and of an address itself",
  ["net"],
  [],
  function* () {
    const addresses = yield* lookup("localhost");
    assert(addresses.includes("127.0.0.1") || addresses.includes("::1"), `${addresses}`);
    assertEquals(new Set(addresses).size, addresses.length);
    assertEquals(yield* lookup("192.0.2.1"), ["192.0.2.1"]);
    assertEquals(yield* lookup("2001:db8::1"), ["2001:db8::1"]);
  },
);

states("lookup() of a name that nobody knows throws ENOTFOUND, and says which", ["net"], [], function* () {
  for (const name of ["nobody.invalid", "a b", "a..b"]) {
    const error = yield* thrownBy(lookup(name));
    assertInstanceOf(error, SocketError);
    assertEquals(error.code, "ENOTFOUND");
    assert(error.message.includes(name), error.message);
  }
});

states("lookup() can be killed, and is a case of race", ["net"], [], function* () {
  const thread = yield* spawn(function* () {
    yield* lookup("localhost");
    yield* sleep(60);
  });
  yield* pass();
  yield* kill(thread);
  assertEquals(yield* race([lookup("127.0.0.1"), sleep(5)]), ["127.0.0.1"]);
  yield* lookup("localhost"); // the one that was given up has ended by then
});

/** dnsmasq on a free port, with a few records; `use` is given the port. */
function* withDnsmasq(use: (server: { hostname: string; port: number }) => Coroutine<void>): Coroutine<void> {
  let port;
  {
    using probe = yield* datagramSocket("127.0.0.1", 0);
    port = probe.port;
  }
  const child = new Deno.Command("dnsmasq", {
    args: [
      ..."--no-daemon --conf-file=/dev/null --no-resolv --no-hosts --bind-interfaces --pid-file=".split(" "),
      "--user=root",
      `--port=${port}`,
      "--listen-address=127.0.0.1",
      "--host-record=host.test,10.0.0.1,fd00::1",
      "--cname=alias.test,host.test",
      "--mx-host=mail.test,mx.test,10",
      "--txt-record=text.test,hello,world.",
      "--srv-host=_x._tcp.test,srv.test,5228,1,2",
      "--ptr-record=1.0.0.10.in-addr.arpa,host.test",
    ],
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const lines = child.stderr.getReader();
  try {
    yield lines.read(); // it says that it has started
    lines.releaseLock();
    yield* use({ hostname: "127.0.0.1", port });
  } finally {
    child.kill();
    yield child.status;
    yield child.stderr.cancel();
  }
}

states("resolve() gives each type of record its shape", ["net", "run"], ["dnsmasq"], function* () {
  yield* withDnsmasq(function* (server) {
    assertEquals(yield* resolve("host.test", "A", { server }), ["10.0.0.1"]);
    assertEquals(yield* resolve("host.test.", "AAAA", { server }), ["fd00::1"]);
    assertEquals(yield* resolve("alias.test", "A", { server }), ["10.0.0.1"]);
    assertEquals(yield* resolve("alias.test", "CNAME", { server }), ["host.test"]);
    assertEquals(yield* resolve("mail.test", "MX", { server }), [{ preference: 10, exchange: "mx.test" }]);
    assertEquals(yield* resolve("text.test", "TXT", { server }), [["hello", "world."]]);
    assertEquals(yield* resolve("_x._tcp.test", "SRV", { server }), [
      { priority: 1, weight: 2, port: 5228, target: "srv.test" },
    ]);
    for (const name of ["1.0.0.10.in-addr.arpa", "10.0.0.1"]) {
      assertEquals(yield* resolve(name, "PTR", { server }), ["host.test"]);
    }
    assertEquals(yield* codeOf(resolve("nobody.test", "A", { server })), "ENOTFOUND");
    assertEquals(yield* codeOf(resolve("host.test", "MX", { server })), "ENOTFOUND");
  });
});

/** A DNS server whose answers are what `answer` makes of a question; `null` for none. */
function* answering(
  socket: DatagramSocket,
  answer: (question: Packet) => Partial<Packet> | null,
): Coroutine<void> {
  for (;;) {
    const { data, addr } = yield* socket.receive();
    const question = packet.decode(Buffer.from(data));
    const parts = answer(question);
    if (parts === null) continue;
    const { id, questions } = question;
    const bytes = packet.encode({ type: "response", id, questions, ...parts } as Packet);
    yield* socket.send(bytes, addr.hostname, addr.port);
  }
}

states("resolve() gives names without a dot at their end, NS too", ["net"], [], function* () {
  using socket = yield* datagramSocket("127.0.0.1", 0);
  const name = "zone.test";
  const thread = yield* spawn(answering, socket, () => ({
    answers: [{ type: "NS", name, data: "ns1.zone.test" }, { type: "NS", name, data: "ns2.zone.test" }],
  }));
  const server = { hostname: "127.0.0.1", port: socket.port };
  assertEquals(yield* resolve(name, "NS", { server }), ["ns1.zone.test", "ns2.zone.test"]);
  yield* kill(thread);
});

for (const [rcode, name] of [[2, "SERVFAIL"], [3, "NXDOMAIN"], [5, "REFUSED"]] as const) {
  states(`resolve() of what a server answers with ${name} throws ENOTFOUND`, ["net"], [], function* () {
    using socket = yield* datagramSocket("127.0.0.1", 0);
    const thread = yield* spawn(answering, socket, () => ({ flags: rcode }));
    const server = { hostname: "127.0.0.1", port: socket.port };
    assertEquals(yield* codeOf(resolve("x.test", "A", { server })), "ENOTFOUND");
    yield* kill(thread);
  });
}

states("resolve() of a name that cannot be throws ENOTFOUND", ["net"], [], function* () {
  const server = { hostname: "127.0.0.1", port: 9 };
  for (const name of ["a..b", "a".repeat(64), `${"a.".repeat(200)}b`]) {
    assertEquals(yield* codeOf(resolve(name, "A", { server })), "ENOTFOUND");
  }
});

states("resolve() throws ETIMEDOUT if the server is silent", ["net"], [], function* () {
  using socket = yield* datagramSocket("127.0.0.1", 0);
  const server = { hostname: "127.0.0.1", port: socket.port };
  const start = performance.now();
  const error = yield* thrownBy(resolve("x.test", "A", { server, timeout: 0.1 }));
  assertInstanceOf(error, SocketError);
  assertEquals(error.code, "ETIMEDOUT");
  assert(
    error.message.includes("0.1 s") && error.message.includes(`127.0.0.1:${socket.port}`),
    error.message,
  );
  const seconds = (performance.now() - start) / 1000;
  assert(seconds >= 0.1 && seconds < 5, `${seconds}`);
});

states("resolve() that is killed stops asking", ["net"], [], function* () {
  using socket = yield* datagramSocket("127.0.0.1", 0);
  const server = { hostname: "127.0.0.1", port: socket.port };
  const thread = yield* spawn(function* () {
    yield* resolve("x.test", "A", { server });
  });
  yield* socket.receive();
  yield* kill(thread);
  // Sanitizers would find what was still going on.
  const never = yield* spawn(function* () {
    yield* resolve("y.test", "A", { server });
  });
  yield* pass();
  yield* kill(never);
  yield* thrownBy(join(never));
});

states("resolve() takes none of a stranger's answers", ["net"], [], function* () {
  using socket = yield* datagramSocket("127.0.0.1", 0);
  using stranger = yield* datagramSocket("127.0.0.1", 0);
  const server = { hostname: "127.0.0.1", port: socket.port };
  const asking = yield* spawn(function* () {
    return yield* resolve("x.test", "A", { server });
  });
  const { data, addr } = yield* socket.receive();
  const { id, questions } = packet.decode(Buffer.from(data));
  const answer = (address: string) =>
    packet.encode(
      { type: "response", id, questions, answers: [{ type: "A", name: "x.test", data: address }] } as Packet,
    );
  yield* stranger.send(answer("10.6.6.6"), addr.hostname, addr.port);
  yield* socket.send(answer("10.0.0.1"), addr.hostname, addr.port);
  assertEquals(yield* join(asking), ["10.0.0.1"]);
});
