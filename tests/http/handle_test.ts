import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import { AsyncLocalStorage } from "node:async_hooks";
import * as bluelet from "../../mod.ts";
import { eventStream, fetch, handle, stream, text } from "../../src/http/mod.ts";
import { request, test } from "./serving.ts";

/** Runs `body` beside a `Deno.serve` of the platform. */
async function beside(
  handler: (request: Request) => Promise<Response>,
  body: (port: number) => bluelet.Coroutine<unknown>,
): Promise<void> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, handler);
  try {
    await bluelet.run(body(server.addr.port));
  } finally {
    await server.shutdown();
  }
}

Deno.test("handle makes an async handler of a coroutine function, whatever else it is given", async () => {
  const handler = handle(function* (_: Request, info: { n: number }) {
    yield* bluelet.sleep(0.001);
    return new Response(`${bluelet.current().name} ${info.n}`);
  });
  const response = await handler(new Request("http://localhost/a?b", { method: "PUT" }), { n: 5 });
  assertEquals(await response.text(), "PUT /a 5");
});

Deno.test("handle takes a context that has the request, as Hono's", async () => {
  const raw = new Request("http://localhost/c");
  const handler = handle(function* (c: { req: { raw: Request }; text(text: string): Response }) {
    return c.text(bluelet.current().name);
  });
  const response = await handler({ req: { raw }, text: (text) => new Response(text) });
  assertEquals(await response.text(), "GET /c");
  await assertRejects(async () => await handler({} as never), TypeError, "a context that has one");
});

Deno.test("handle rejects with the handler's own error; one request does not disturb another", async () => {
  const error = new Error("mine");
  const handler = handle(function* (request: Request) {
    yield* bluelet.sleep(0.001);
    if (request.url.endsWith("/bad")) throw error;
    yield* bluelet.sleep(0.005);
    return new Response("good");
  });
  const good = handler(new Request("http://localhost/good"));
  assertEquals(await assertRejects(() => handler(new Request("http://localhost/bad"))), error);
  assertEquals(await (await good).text(), "good");
});

Deno.test("handle: a request that waits for what another will do is in no deadlock", async () => {
  const channel = new bluelet.Channel<string>();
  const handler = handle(function* (request: Request) {
    if (request.method === "GET") return new Response(yield* channel.receive());
    yield* channel.send(yield* text(request));
    return new Response("sent");
  });
  const polled = handler(new Request("http://localhost/"));
  await new Promise((resolve) => setTimeout(resolve, 20));
  await handler(new Request("http://localhost/", { method: "POST", body: "news" }));
  assertEquals(await (await polled).text(), "news");
});

Deno.test("handle: the request's own signal ends its thread", async () => {
  const controller = new AbortController();
  const log: string[] = [];
  const handler = handle(function* (_: Request) {
    try {
      yield* bluelet.sleep(60);
    } finally {
      log.push("cleaned up");
    }
    return new Response();
  });
  const response = handler(new Request("http://localhost/", { signal: controller.signal }));
  await new Promise((resolve) => setTimeout(resolve, 5));
  controller.abort();
  assertEquals((await response).status, 499);
  assertEquals(log, ["cleaned up"]);
});

Deno.test("each request has its own asynchronous context, at each step and in the threads that it spawns", async () => {
  const id = new AsyncLocalStorage<number>();
  const wrong: unknown[] = [];
  const handler = handle(function* (request: Request) {
    const mine = Number(new URL(request.url).pathname.slice(1));
    const check = (where: string) => id.getStore() === mine || wrong.push([where, mine, id.getStore()]);
    check("start");
    yield* bluelet.null();
    check("null");
    const child = yield* bluelet.spawn(function* () {
      check("child");
      yield* bluelet.sleep(Math.random() / 100);
      check("child after sleep");
    });
    yield* bluelet.promise(new Promise((resolve) => setTimeout(resolve, Math.random() * 10)));
    check("promise");
    yield* bluelet.join(child);
    check("join");
    return new Response(stream(function* (send) {
      check("body");
      yield* send("a");
      yield* bluelet.sleep(0.001);
      check("body after sleep");
    }));
  });
  await Promise.all(Array.from({ length: 200 }, async (_, n) => {
    const response = await id.run(n, () => handler(new Request(`http://localhost/${n}`)));
    await id.run(n, () => response.text());
  }));
  assertEquals(wrong, []);
});

test("handle in Deno.serve: 200 clients that vanish, and every handler's clean-up ran", async () => {
  let entered = 0, left = 0;
  const handler = handle(function* (_: Request) {
    entered++;
    try {
      yield* bluelet.sleep(60);
    } finally {
      yield* bluelet.null();
      left++;
    }
    return new Response();
  });
  await beside(handler, function* (port) {
    const conns = yield* bluelet.all(Array.from({ length: 200 }, () => request(port)));
    while (entered < 200) yield* bluelet.sleep(0.001);
    for (const conn of conns) conn.close();
    while (left < 200) yield* bluelet.sleep(0.001);
  });
});

test("eventStream sends events for as long as the client listens, and comments between", async () => {
  const log: string[] = [];
  const handler = handle(function* (_: Request) {
    return eventStream(function* (send) {
      try {
        yield* send({ event: "greeting", id: "1", retry: 500, data: "two\nlines" });
        yield* bluelet.sleep(60);
      } finally {
        log.push("cleaned up");
      }
    }, { keepAlive: 0.005, headers: { "x-mine": "yes" } });
  });
  await beside(handler, function* (port) {
    const conn = yield* request(port);
    const head = new TextDecoder().decode((yield* conn.readuntil(new TextEncoder().encode("\r\n\r\n")))!);
    assertStringIncludes(head.toLowerCase(), "content-type: text/event-stream");
    assertStringIncludes(head.toLowerCase(), "x-mine: yes");
    const event = "event: greeting\nid: 1\nretry: 500\ndata: two\ndata: lines\n\n";
    const seen = yield* conn.readuntil(new TextEncoder().encode("\n:\n\n"));
    assertStringIncludes(new TextDecoder().decode(seen!).replaceAll(/\r\n\w+\r\n/g, ""), event.slice(-20));
    conn.close();
    while (log.length === 0) yield* bluelet.sleep(0.001);
  });
});

test("fetch stops when it is killed, and so does reading its body", async () => {
  let gone = 0;
  const handler = handle(function* (request: Request) {
    const wait = function* () {
      try {
        yield* bluelet.sleep(60);
      } finally {
        gone++;
      }
    };
    if (request.url.endsWith("/head")) yield* wait();
    return new Response(stream(function* (send) {
      yield* send("begun");
      yield* wait();
    }));
  });
  await beside(handler, function* (port) {
    const url = `http://127.0.0.1:${port}`;
    yield* bluelet.moveOnAfter(0.02, fetch(`${url}/head`));
    while (gone < 1) yield* bluelet.sleep(0.001);
    const response = yield* fetch(`${url}/body`);
    yield* bluelet.moveOnAfter(0.02, text(response));
    while (gone < 2) yield* bluelet.sleep(0.001);
    // A body that nobody read is cancelled when the coroutine ends that fetched it.
    yield bluelet.call(function* () {
      yield* fetch(`${url}/body`);
    });
    while (gone < 3) yield* bluelet.sleep(0.001);
    // And is kept if the coroutine results in it.
    const returned: Response = yield bluelet.call(function* () {
      return yield* fetch(`${url}/body`);
    });
    assert(!returned.bodyUsed);
    yield* bluelet.promise(returned.body!.cancel());
    while (gone < 4) yield* bluelet.sleep(0.001);
  });
});

test("a handler may answer with what it fetched, and with a body of that", async () => {
  const source = handle(function* (_: Request) {
    return new Response("from the source");
  });
  await beside(source, function* (port) {
    const proxy = handle(function* (request: Request) {
      const response = yield* fetch(`http://127.0.0.1:${port}/`);
      return request.url.endsWith("/wrapped") ? new Response(response.body, { status: 203 }) : response;
    });
    const front = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, proxy);
    for (const [path, status] of [["", 200], ["wrapped", 203]] as const) {
      const response = yield* fetch(`http://127.0.0.1:${front.addr.port}/${path}`);
      assertEquals([response.status, yield* text(response)], [status, "from the source"]);
    }
    yield* bluelet.promise(front.shutdown());
  });
});

Deno.test("a body is made only when it is read, and a reader that goes ends its thread", async () => {
  const log: string[] = [];
  const make = () =>
    stream(function* (send) {
      log.push("started");
      try {
        for (;;) yield* send("chunk");
      } finally {
        yield* bluelet.null();
        log.push("cleaned up");
      }
    });
  make();
  await new Promise((resolve) => setTimeout(resolve, 5));
  assertEquals(log, []);
  const reader = make().getReader();
  assertEquals(new TextDecoder().decode((await reader.read()).value), "chunk");
  await reader.cancel();
  assertEquals(log, ["started", "cleaned up"], "cancel() waits for the clean-up");
});

Deno.test("what is no handler, body or event is refused in words", () => {
  // deno-lint-ignore no-explicit-any
  const any = (value: unknown) => value as any;
  assertThrows(() => handle(any(null)), TypeError, "takes a generator function");
  assertThrows(() => stream(any("x")), TypeError, "takes a generator function");
  assertThrows(() => eventStream(any(1)), TypeError, "takes a generator function");
  assertThrows(() => eventStream(any(function* () {}), { keepAlive: 0 }), RangeError, "keepAlive in seconds");
  assertThrows(() => fetch("no url"), TypeError);
  assertThrows(() => fetch(any(5)), TypeError, "takes a URL or a Request");
  assertThrows(() => text(any("x")), TypeError, "takes a Response or a Request");
});
