import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { connectWebSocket, fetch, text, upgradeWebSocket } from "../../src/http/mod.ts";
import { serving, test } from "./serving.ts";

const ws = (url: string) => url.replace("http", "ws");

test("a WebSocket carries text and bytes both ways, and ends with null", () =>
  serving(function* (request) {
    return upgradeWebSocket(request, function* (socket) {
      for (let message; (message = yield* socket.receive()) !== null;) yield* socket.send(message);
    });
  }, function* ({ url }) {
    using socket = yield* connectWebSocket(ws(url));
    yield* socket.send("text");
    assertEquals(yield* socket.receive(), "text");
    yield* socket.send(new Uint8Array([1, 2, 3]));
    assertEquals(yield* socket.receive(), new Uint8Array([1, 2, 3]));
    yield* socket.send("");
    assertEquals(yield* socket.receive(), "");
    socket.close(3001, "enough");
    assertEquals(yield* socket.receive(), null);
    assertEquals([socket.closed, socket.closeCode, socket.closeReason], [true, 3001, "enough"]);
  }));

test("the socket is closed when its handler ends: 1000, 1011 if it failed, 1001 if it was killed", async () => {
  const errors: unknown[] = [];
  await serving(function* (request) {
    return upgradeWebSocket(request, function* (socket) {
      const what = yield* socket.receive();
      if (what === "fail") throw new Error("failed");
      if (what === "stay") yield* bluelet.sleep(60);
      yield* socket.send("last words");
    });
  }, function* ({ url, thread }) {
    const ends: unknown[] = [];
    for (const what of ["end", "fail"]) {
      using socket = yield* connectWebSocket(ws(url));
      yield* socket.send(what);
      if (what === "end") assertEquals(yield* socket.receive(), "last words");
      assertEquals(yield* socket.receive(), null);
      ends.push(socket.closeCode);
    }
    using socket = yield* connectWebSocket(ws(url));
    yield* socket.send("stay");
    yield* bluelet.sleep(0.01);
    thread.kill();
    assertEquals(yield* socket.receive(), null);
    ends.push(socket.closeCode);
    assertEquals(ends, [1000, 1011, 1001]);
  }, { drain: 0.01, onError: (error) => void errors.push(String(error)) });
  assertEquals(errors, ["Error: failed"]);
});

test("receive that is killed leaves the message for the next", () =>
  serving(function* (request) {
    return upgradeWebSocket(request, function* (socket) {
      yield* socket.receive();
      yield* socket.send("late");
      yield* socket.receive();
    });
  }, function* ({ url }) {
    using socket = yield* connectWebSocket(ws(url));
    assertEquals(yield* bluelet.moveOnAfter(0.005, socket.receive()), undefined);
    const { case: which } = yield* bluelet.select({ message: socket.receive(), time: bluelet.sleep(0.005) });
    assertEquals(which, "time");
    yield* socket.send("go");
    assertEquals(yield* socket.receive(), "late");
  }));

test("send waits while more than 1 MiB is not out, and loses nothing", async () => {
  let received = 0;
  await serving(function* (request) {
    return upgradeWebSocket(request, function* (socket) {
      for (let message; (message = yield* socket.receive()) !== null;) received += message.length;
    });
  }, function* ({ url }) {
    using socket = yield* connectWebSocket(ws(url));
    const chunk = new Uint8Array(256 * 1024);
    let waited = 0;
    for (let i = 0; i < 200; i++) {
      const sending = socket.send(chunk);
      if ((yield* bluelet.select([sending, bluelet.null()], { ordered: true })).case === 1) {
        waited++;
        yield* sending;
      }
    }
    assert(waited > 0, "at some time it had to wait");
    while (received < 200 * chunk.length) yield* bluelet.sleep(0.001);
  });
  assertEquals(received, 200 * 256 * 1024);
});

test("what nobody receives is bounded: the socket is closed with 1009", () =>
  serving(function* (request) {
    return upgradeWebSocket(request, function* (socket) {
      while (!socket.closed) yield* bluelet.sleep(0.001);
      let count = 0;
      while ((yield* socket.receive()) !== null) count++;
      assertEquals(count, 1_024);
    });
  }, function* ({ url }) {
    using socket = yield* connectWebSocket(ws(url));
    for (let i = 0; i < 1_025; i++) yield* socket.send("x");
    assertEquals(yield* socket.receive(), null);
    assertEquals(socket.closeCode, 1009);
  }));

test("a closed socket refuses to send; a request that asks for no WebSocket is answered 426", () =>
  serving(function* (request) {
    return upgradeWebSocket(request, function* () {});
  }, function* ({ url }) {
    using socket = yield* connectWebSocket(ws(url));
    assertEquals(yield* socket.receive(), null);
    let thrown: unknown;
    try {
      yield* socket.send("x");
    } catch (error) {
      thrown = error;
    }
    assert(thrown instanceof bluelet.SocketClosedError);
    const response = yield* fetch(url);
    assertEquals([response.status, response.headers.get("upgrade")], [426, "websocket"]);
    yield* text(response);
  }));

test("connectWebSocket: subprotocols, headers, and a server that is not there", () =>
  serving(function* (request) {
    const said = request.headers.get("x-said");
    return upgradeWebSocket(request, function* (socket) {
      yield* socket.send(`${socket.protocol} ${said}`);
    }, { protocol: "two" });
  }, function* ({ url, thread }) {
    using socket = yield* connectWebSocket(ws(url), {
      protocols: ["one", "two"],
      headers: { "x-said": "hi" },
    });
    assertEquals(socket.protocol, "two");
    assertEquals(yield* socket.receive(), "two hi");
    yield* bluelet.kill(thread);
    let thrown: unknown;
    try {
      yield* connectWebSocket(ws(url));
    } catch (error) {
      thrown = error;
    }
    assert(thrown instanceof bluelet.SocketError, String(thrown));
  }));

Deno.test("WebSockets refuse wrong arguments in words", async () => {
  // deno-lint-ignore no-explicit-any
  const any = (value: unknown) => value as any;
  assertThrows(() => upgradeWebSocket(any(1), function* () {}), TypeError, "takes a Request");
  assertThrows(() => upgradeWebSocket(new Request("http://a/"), any(1)), TypeError, "takes a handler");
  assertThrows(() => connectWebSocket(any(1)), TypeError, "takes a URL");
  await assertRejects(() =>
    bluelet.run(function* () {
      yield* connectWebSocket("ftp://a/");
    }())
  );
});
