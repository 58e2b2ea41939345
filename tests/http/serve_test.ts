import {
  assert,
  assertEquals,
  assertMatch,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import * as bluelet from "../../mod.ts";
import { fetch, serve, stream, text } from "../../src/http/mod.ts";
import { request, serving, test } from "./serving.ts";

test("serve answers each request in a thread named after it", () =>
  serving(function* (request, { addr }) {
    assert("port" in addr && addr.hostname === "127.0.0.1");
    return new Response(`${bluelet.current().name} ${yield* text(request)}`);
  }, function* ({ url }) {
    const response = yield* fetch(`${url}/a/b?c=d`, { method: "POST", body: "body" });
    assertEquals(yield* text(response), "POST /a/b body");
  }));

test("a client that goes ends the thread of its request, whose clean-up runs", async () => {
  const log: unknown[] = [];
  await serving(function* () {
    try {
      yield* bluelet.sleep(60);
      return new Response("late");
    } catch (error) {
      log.push(bluelet.isKill(error), String(error));
      throw error;
    } finally {
      yield* bluelet.sleep(0.001);
      log.push("cleaned up");
    }
  }, function* ({ port, thread }) {
    const conn = yield* request(port, "/slow");
    while (!thread.scheduler.threads.some(({ name }) => name === "GET /slow")) yield* bluelet.sleep(0.001);
    yield* bluelet.sleep(0.01);
    conn.close();
    while (log.length < 3) yield* bluelet.sleep(0.001);
  });
  assertEquals(log[0], true);
  assertStringIncludes(String(log[1]), "its client has gone");
  assertEquals(log[2], "cleaned up");
});

test("a client that goes while its body streams ends the thread that makes the body", async () => {
  const log: unknown[] = [];
  await serving(function* () {
    return new Response(stream(function* producer(send) {
      try {
        while (true) {
          yield* send("x".repeat(1_000));
          yield* bluelet.sleep(0.001);
        }
      } finally {
        yield* bluelet.null();
        log.push("cleaned up");
      }
    }));
  }, function* ({ port }) {
    const conn = yield* request(port);
    yield* conn.readuntil(new TextEncoder().encode("xxxx"));
    conn.close();
    while (log.length < 1) yield* bluelet.sleep(0.001);
  });
  assertEquals(log, ["cleaned up"]);
});

test("threads that a handler spawned go on when it has returned, and its answer does not wait for them", async () => {
  const log: unknown[] = [];
  await serving(function* () {
    yield* bluelet.spawn(function* background() {
      yield* bluelet.sleep(0.02);
      log.push("background");
    });
    return new Response("at once");
  }, function* ({ url }) {
    assertEquals(yield* text(yield* fetch(url)), "at once");
    log.push("answered");
    while (log.length < 2) yield* bluelet.sleep(0.001);
  });
  assertEquals(log, ["answered", "background"]);
});

test("an error is answered 500 and told to onError with its request, and the server goes on", async () => {
  const errors: unknown[] = [];
  await serving(function* (request) {
    if (request.url.endsWith("/bad")) throw new Error("bad");
    if (request.url.endsWith("/child")) {
      yield* bluelet.spawn(function* () {
        throw new Error("of a child");
      });
      yield* bluelet.sleep(60);
    }
    if (request.url.endsWith("/undefined")) return undefined as unknown as Response;
    return new Response("good");
  }, function* ({ url }) {
    for (const path of ["bad", "child", "undefined"]) {
      const response = yield* fetch(`${url}/${path}`);
      assertEquals([response.status, yield* text(response)], [500, "Internal Server Error\n"]);
    }
    assertEquals(yield* text(yield* fetch(`${url}/good`)), "good");
  }, { onError: (error, { url }) => void errors.push(`${new URL(url).pathname} ${error}`) });
  assertEquals(errors.slice(0, 2), ["/bad Error: bad", "/child Error: of a child"]);
  assertMatch(String(errors[2]), /must return a Response; it returned undefined/);
});

test("onError may give the answer; one that throws is printed, and the answer is 500", async () => {
  const printed: unknown[][] = [];
  const { error } = console;
  console.error = (...args) => void printed.push(args);
  try {
    await serving(function* (request) {
      throw new Error(new URL(request.url).pathname);
    }, function* ({ url }) {
      const response = yield* fetch(`${url}/teapot`);
      assertEquals([response.status, yield* text(response)], [418, "short"]);
      const other = yield* fetch(`${url}/throw`);
      assertEquals([other.status, yield* text(other)], [500, "Internal Server Error\n"]);
    }, {
      onError(error) {
        if (String(error).includes("throw")) throw new Error("onError");
        return new Response("short", { status: 418 });
      },
    });
  } finally {
    console.error = error;
  }
  assertStringIncludes(printed.flat().map(String).join("\n"), "Error: onError");
  assertStringIncludes(printed.flat().map(String).join("\n"), "Error: /throw");
});

test("an error in a body breaks the connection off", () =>
  serving(function* () {
    return new Response(stream(function* (send) {
      yield* send("begun");
      throw new Error("in a body");
    }));
  }, function* ({ url }) {
    const response = yield* fetch(url);
    let failed: unknown;
    try {
      yield* text(response);
    } catch (error) {
      failed = error;
    }
    assert(failed instanceof Error, "the client sees that it is not whole");
  }));

test("timeout answers 504, and the handler is killed", async () => {
  const log: string[] = [];
  await serving(function* () {
    try {
      yield* bluelet.sleep(60);
    } finally {
      log.push("cleaned up");
    }
    return new Response();
  }, function* ({ url }) {
    const response = yield* fetch(url);
    assertEquals([response.status, yield* text(response)], [504, "Gateway Timeout\n"]);
  }, { timeout: 0.02 });
  assertEquals(log, ["cleaned up"]);
});

test("maxRequests answers 503 with Retry-After, until there is room", async () => {
  const gate = new bluelet.Flag();
  await serving(function* () {
    yield* gate.wait();
    return new Response("served");
  }, function* ({ url, thread }) {
    const first = yield* bluelet.spawn(function* () {
      const response = yield* fetch(url);
      yield* text(response);
      return response;
    });
    while (!thread.scheduler.threads.some(({ name }) => name === "GET /")) yield* bluelet.sleep(0.001);
    const refused = yield* fetch(url);
    assertEquals([refused.status, refused.headers.get("retry-after")], [503, "1"]);
    yield* text(refused);
    gate.set();
    assertEquals((yield* bluelet.join(first)).status, 200);
    assertEquals(yield* text(yield* fetch(url)), "served");
  }, { maxRequests: 1 });
});

test("killed, it lets requests finish for drain seconds, accepts no more, and its port is free", async () => {
  const gate = new bluelet.Flag();
  await serving(function* () {
    yield* gate.wait();
    return new Response("whole");
  }, function* ({ url, port, thread }) {
    const client = yield* bluelet.spawn(function* () {
      return yield* text(yield* fetch(url));
    });
    while (!thread.scheduler.threads.some(({ name }) => name === "GET /")) yield* bluelet.sleep(0.001);
    thread.kill();
    while (true) { // until the port refuses
      try {
        (yield* bluelet.connect("127.0.0.1", port)).close();
      } catch {
        break;
      }
      yield* bluelet.sleep(0.001);
    }
    gate.set();
    assertEquals(yield* bluelet.join(client), "whole");
    try {
      yield* bluelet.join(thread);
    } catch (error) {
      if (!(error instanceof bluelet.ThreadKilledError)) throw error;
    }
    new bluelet.Listener("127.0.0.1", port).close();
  }, { drain: 30 });
});

test("killed, it kills what is left after the drain, bodies too, and waits for their clean-up", async () => {
  const log: string[] = [];
  await serving(function* (request) {
    if (request.url.endsWith("/body")) {
      return new Response(stream(function* (send) {
        try {
          yield* send("begun");
          yield* bluelet.sleep(60);
        } finally {
          yield* bluelet.sleep(0.01);
          log.push("body");
        }
      }));
    }
    try {
      yield* bluelet.sleep(60);
    } finally {
      yield* bluelet.sleep(0.01);
      log.push("handler");
    }
    return new Response();
  }, function* ({ port, thread }) {
    const one = yield* request(port, "/handler");
    const two = yield* request(port, "/body");
    yield* two.readuntil(new TextEncoder().encode("begun"));
    while (!thread.scheduler.threads.some(({ name }) => name === "GET /handler")) yield* bluelet.sleep(0.001);
    yield* bluelet.kill(thread);
    log.push("stopped");
    one.close();
    two.close();
  }, { drain: 0.01 });
  assertEquals(log.slice(0, 2).sort(), ["body", "handler"]);
  assertEquals(log[2], "stopped");
});

test("an address that is taken is thrown by serve, as by Listener", async () => {
  await bluelet.run(
    function* () {
      using listener = new bluelet.Listener("127.0.0.1", 0);
      const { port } = listener.addr as { port: number };
      try {
        yield* serve("127.0.0.1", port, function* () {
          return new Response();
        });
      } catch (error) {
        assert(error instanceof bluelet.SocketError && error.code === "EADDRINUSE", String(error));
        return;
      }
      throw new Error("it listened");
    }(),
  );
});

Deno.test("serve refuses wrong arguments at the call", () => {
  const handler = function* () {
    return new Response();
  };
  // deno-lint-ignore no-explicit-any
  const wrong: [any[], string][] = [
    [[5, 80, handler], "host as a string"],
    [["", "80", handler], "port from 0 to 65535"],
    [["", 70_000, handler], "port from 0 to 65535"],
    [["", 80, null], "takes a handler"],
    [["", 80, handler, { timeout: "1" }], "timeout as a number of seconds"],
    [["", 80, handler, { drain: -1 }], "drain as a number of seconds"],
    [["", 80, handler, { maxRequests: 0 }], "maxRequests as a whole number"],
    [["", 80, handler, { tls: { cert: "" } }], "{ cert, key }"],
  ];
  for (const [args, message] of wrong) {
    // deno-lint-ignore no-explicit-any
    assertThrows(() => (serve as any)(...args), Error, message);
  }
});

Deno.test("a host without http is named, and what lacks it", async () => {
  const { VirtualHost } = await import("../virtual_host.ts");
  await assertRejects(
    () => bluelet.run(fetching(), { host: new VirtualHost() }),
    TypeError,
    "has no http",
  );
  function* fetching() {
    yield* fetch("http://nowhere/");
  }
});
