import { assert, assertEquals } from "@std/assert";
import { lacks } from "../requirements.ts";
import {
  assertAlive,
  bodyOf,
  exchange,
  exchangeOn,
  fieldOf,
  get,
  PORT,
  serve,
  statusOf,
} from "./httpd_site.ts";
import { client, reach } from "./program.ts";

const ignore = lacks(["net", "run", "read", "write", "env"]);
const encoder = new TextEncoder();

Deno.test({
  name: "httpd.ts lets nobody out of its root",
  ignore: lacks(["net", "run", "read", "write", "env"], ["curl", "mkfifo"]),
  async fn() {
    // With permission for everything, so that only the server stands between the client and the secret.
    await using site = await serve({ allow: ["--allow-read"] });
    await client("mkfifo", [`${site.folder}/docs/pipe`]);
    const ways = [
      "/../secret.txt",
      "/list/../../secret.txt",
      "/%2e%2e/secret.txt",
      "/%2e%2e%2fsecret.txt",
      "/..%2fsecret.txt",
      "/list/%2E%2E/%2e./../secret.txt",
      "/....//secret.txt",
      "/..\\secret.txt",
      "/%c0%ae%c0%ae/secret.txt",
      "/%252e%252e/secret.txt",
      "/../docs-secret/key.txt",
      "/%2e%2e/docs-secret/key.txt",
      "/outside",
      "/sibling/key.txt",
      "/sibling/",
      "/loop",
      "/pipe",
      `/${site.folder}/secret.txt`,
      `//${site.folder}/secret.txt`,
      `/list/%00/../../secret.txt`,
      "/hello.txt%00.html",
      "/hello.txt/",
      "/hello.txt/../../secret.txt",
      `/${"a".repeat(300)}`,
      `/${"a/".repeat(4000)}`,
      "file:///etc/passwd",
      "http://h/../secret.txt",
      "*",
      "secret.txt",
    ];
    for (const way of ways) {
      const answer = await get(way);
      assert([400, 404].includes(statusOf(answer)), `${way}: ${answer}`);
      assert(!/SECRET|root:/.test(answer), way);
    }
    assertEquals(bodyOf(await get("/list/../hello.txt")), "Hello, world!\n", "inside, .. is fine");
    assertEquals(bodyOf(await get("http://h/hello.txt")), "Hello, world!\n", "as a proxy would ask");
  },
});

Deno.test({
  name: "httpd.ts says what is wrong with a request",
  ignore,
  async fn() {
    await using _ = await serve();
    const host = "Host: h\r\n";
    const wrong: [number, string][] = [
      [400, "nonsense\r\n\r\n"],
      [400, "GET /hello.txt\r\n\r\n"],
      [400, "GET  /hello.txt HTTP/1.1\r\n\r\n"],
      [400, "GET /hello.txt HTTP/1.1 \r\nHost: h\r\n\r\n"],
      [400, "GET /hello.txt http/1.1\r\nHost: h\r\n\r\n"],
      [400, "GET /hello.txt HTTP/1.1\r\n\r\n"],
      [400, `GET /hello.txt HTTP/1.1\r\n${host}${host}\r\n`],
      [400, "GET /hel\tlo HTTP/1.1\r\nHost: h\r\n\r\n"],
      [400, "GET /hellö HTTP/1.1\r\nHost: h\r\n\r\n"],
      [400, "GET /%zz HTTP/1.0\r\n\r\n"],
      [400, "GET /%ff HTTP/1.0\r\n\r\n"],
      [400, `GET / HTTP/1.1\r\n${host}No colon\r\n\r\n`],
      [400, `GET / HTTP/1.1\r\n${host}Space : x\r\n\r\n`],
      [400, `GET / HTTP/1.1\r\n${host} folded: x\r\n\r\n`],
      [400, `GET / HTTP/1.1\r\n${host}: nameless\r\n\r\n`],
      [400, `GET / HTTP/1.1\r\n${host}X: a\0b\r\n\r\n`],
      [400, `GET / HTTP/1.1\r\n${host}X: a\rb\r\n\r\n`],
      [400, `GET / HTTP/1.1\r\n${host}X: a\nY: b\r\n\r\n`],
      [400, "GET / HTTP/1.1\nHost: h\n\n"],
      [400, "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
      [400, `GET / HTTP/1.1\r\n${host}Content-Length: -1\r\n\r\n`],
      [400, `GET / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`],
      [405, `POST /hello.txt HTTP/1.0\r\nContent-Length: 3\r\n\r\nabc`],
      [405, "DELETE /hello.txt HTTP/1.0\r\n\r\n"],
      [405, "OPTIONS * HTTP/1.0\r\n\r\n"],
      [405, "CONNECT h:443 HTTP/1.0\r\n\r\n"],
      [411, `POST / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`],
      [413, `POST / HTTP/1.1\r\n${host}Content-Length: 99999999\r\n\r\n${"x".repeat(1_000_000)}`],
      [413, `POST / HTTP/1.1\r\n${host}Content-Length: 99999999999999999999999999\r\n\r\n`],
      [414, `GET /${"x".repeat(20_000)} HTTP/1.1\r\n${host}\r\n`],
      [414, `GET /${"x".repeat(2_000_000)}`],
      [417, `POST / HTTP/1.1\r\n${host}Content-Length: 5\r\nExpect: 100-continue\r\n\r\n`],
      [431, `GET / HTTP/1.1\r\n${host}X: ${"x".repeat(20_000)}\r\n\r\n`],
      [431, `GET / HTTP/1.1\r\n${host}${"X: y\r\n".repeat(500_000)}`],
      [505, `GET / HTTP/2.0\r\n${host}\r\n`],
      [505, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ];
    for (const [status, request] of wrong) {
      const answer = await exchange(request);
      assertEquals(
        statusOf(answer),
        status,
        `${JSON.stringify(request.slice(0, 80))}: ${answer.slice(0, 200)}`,
      );
      assertEquals(fieldOf(answer, "Connection"), "close");
    }
    assertEquals(fieldOf(await exchange("PUT / HTTP/1.0\r\n\r\n"), "Allow"), "GET, HEAD");
    await assertAlive();
  },
});

Deno.test({
  name: "httpd.ts drops a small body and serves on",
  ignore,
  async fn() {
    await using _ = await serve();
    const body = "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\n"; // which must not be taken for a request
    const answers = await exchange(
      `POST /hello.txt HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}` +
        `GET /hello.txt HTTP/1.0\r\n\r\n`,
    );
    assertEquals(Array.from(answers.matchAll(/^HTTP\/1\.1 (\d+)/gm), (match) => match[1]), ["405", "200"]);
  },
});

Deno.test({
  name: "httpd.ts answers 408 to a slow request, and hangs up on the idle",
  ignore,
  async fn() {
    await using _ = await serve({ args: ["docs", "--patience", "1"] });
    const started = performance.now();
    using silent = await reach(PORT);
    using dripping = await reach(PORT);
    using bodiless = await reach(PORT);
    using thirsty = await reach(PORT);
    await thirsty.write(encoder.encode("GET /big.bin HTTP/1.1\r\nHost: h\r\n\r\n".repeat(20)));
    const drip = (async () => {
      for (let i = 0; i < 50; i++) {
        await dripping.write(encoder.encode(i === 0 ? "GET / HTTP/1.1\r\nX: " : "x"));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })().catch(() => {}); // until it is cut off
    const unfinished = "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nx";
    const answers = await Promise.all([
      exchangeOn(dripping, ""),
      exchangeOn(bodiless, unfinished),
      exchangeOn(silent, ""),
    ]);
    assertEquals(answers.map(statusOf), [408, 408, NaN]);
    assertEquals(answers[2], "");
    await drip;
    await assertAlive();
    const received = (await exchangeOn(thirsty, "")).length;
    assert(received < 90_000_000, "one that takes nothing for a second gets no more");
    assert(performance.now() - started < 20_000);
  },
});
