/**
 * Servers that break HTTP, or that never come to an end.
 *
 * @module
 */

import { assertEquals, assertMatch } from "@std/assert";
import { lacks } from "../requirements.ts";
import { type Kind, testKinds } from "./crawler_kinds.ts";
import { moved, page, resetting } from "./crawler_site.ts";
import { finish } from "./program.ts";

const ignore = lacks(["net", "run", "read"]);

/** The head of an answer with a page, but for what says how long it is. */
const HEAD = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n";
const CHUNKED = `${HEAD}Transfer-Encoding: chunked\r\n\r\n`;

const GZIP = "Content-Type: text/html\r\nContent-Encoding: gzip";

/** 300 megabytes of zeros, compressed. */
async function bomb(): Promise<Uint8Array> {
  const megabyte = new Uint8Array(1 << 20);
  let left = 300;
  const zeros = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull: (controller) => left-- > 0 ? controller.enqueue(megabyte) : controller.close(),
  });
  return new Uint8Array(await new Response(zeros.pipeThrough(new CompressionStream("gzip"))).arrayBuffer());
}

const KINDS: Kind[] = [
  {
    name: "a body without end",
    answers: { "/bad": (client) => client.sendForEver(`${HEAD}\r\n`, "<p>more ".repeat(1000)) },
    says: { "/bad": "200 URL (4000000 bytes, and more)" },
    mostSent: 30e6,
  },
  {
    name: "a body that is longer, or shorter, than it says",
    answers: {
      "/shorter": `${HEAD}Content-Length: 1000\r\n\r\n<p>cut`,
      "/longer": `${HEAD}Content-Length: 3\r\n\r\n<p><a href="/never">`,
      "/negative": `${HEAD}Content-Length: -1\r\n\r\nbody`,
      "/two": `${HEAD}Content-Length: 3\r\nContent-Length: 4\r\n\r\nbody`,
      "/vast": `${HEAD}Content-Length: 99999999999999999999\r\n\r\nbody`,
      "/exabyte": `${HEAD}Content-Length: 1000000000000000000\r\n\r\nbody`,
    },
    says: {
      "/shorter": "--- URL: error reading a body",
      "/longer": "200 URL (3 bytes)",
      "/negative": "--- URL: invalid content-length",
      "/two": "--- URL: invalid content-length",
      "/vast": "--- URL: invalid content-length",
      "/exabyte": "--- URL: error reading a body",
    },
  },
  {
    name: "chunks that are none",
    answers: {
      "/size": `${CHUNKED}2\r\nhi\r\nzz\r\n`,
      "/vast": `${CHUNKED}ffffffffffffffffff\r\nhi\r\n`,
      "/cut": `${CHUNKED}ff\r\nhi`,
      "/extension": (client) => client.sendForEver(`${CHUNKED}2;`, "a".repeat(10_000)),
      "/trailers": (client) =>
        client.sendForEver(`${CHUNKED}0\r\n`, (n) => `X-${n}: ${"a".repeat(1000)}\r\n`),
      "/unended": `${CHUNKED}2\r\nhi\r\n`,
    },
    says: {
      "/size": "--- URL: error reading a body",
      "/vast": "--- URL: error reading a body",
      "/cut": "--- URL: error reading a body",
      "/extension": "--- URL: error reading a body",
      "/trailers": "--- URL: error reading a body",
      "/unended": "--- URL: error reading a body",
    },
    mostSent: 30e6,
  },
  {
    name: "headers without end",
    answers: {
      "/fields": (client) => client.sendForEver(HEAD, (n) => `X-${n}: ${"a".repeat(1000)}\r\n`),
      "/line": (client) => client.sendForEver(`${HEAD}X: `, "a".repeat(10_000)),
      "/cookies": (client) => client.sendForEver(HEAD, "Set-Cookie: a=b\r\n".repeat(100)),
      "/reason": (client) => client.sendForEver("HTTP/1.1 200 ", "a".repeat(10_000)),
    },
    says: {
      "/fields": "--- URL: message head is too large",
      "/line": "--- URL: message head is too large",
      "/cookies": "--- URL: message head is too large",
      "/reason": "--- URL: message head is too large",
    },
    mostSent: 30e6,
  },
  {
    name: "cookies in great number, which are not sent back",
    answers: {
      "/bad": `${HEAD}${"Set-Cookie: a=b; Path=/\r\n".repeat(90)}Content-Length: 2\r\n\r\nhi`,
    },
    says: { "/bad": "200 URL (2 bytes)" },
  },
  {
    name: "interim answers without end",
    answers: {
      "/continue": (client) => client.sendForEver("", "HTTP/1.1 100 Continue\r\n\r\n".repeat(100)),
      "/hints": (client) =>
        client.sendForEver("", `HTTP/1.1 103 Early Hints\r\nLink: <${"a".repeat(999)}>\r\n\r\n`),
    },
    says: { "/continue": "--- URL: no answer within 4 s", "/hints": "--- URL: no answer within 4 s" },
    args: ["--timeout", "4"],
  },
  {
    name: "a change of protocol that nobody asked for",
    answers: { "/bad": "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\nhello" },
    says: { "/bad": "101 URL (Switching Protocols)" },
  },
  {
    name: "odd status codes",
    answers: {
      "/none": "HTTP/1.1 099 Odd\r\nContent-Length: 2\r\n\r\nhi",
      "/much": "HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nhi",
      "/word": "HTTP/1.1 OK\r\nContent-Length: 2\r\n\r\nhi",
      "/empty": "HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nhi",
      "/same": "HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\n",
      "/nowhere": "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    },
    says: {
      "/none": "--- URL: invalid HTTP status-code",
      "/much": "999 URL",
      "/word": "--- URL: invalid HTTP status-code",
      "/empty": "204 URL",
      "/same": "304 URL",
      "/nowhere": "302 URL -> ",
    },
  },
  {
    name: "no HTTP at all",
    answers: {
      "/old": "<p>hello",
      "/noise": new Uint8Array(5000).map((_, i) => i * 7919 % 251),
      "/nothing": "",
      "/tls": new Uint8Array([22, 3, 3, 0, 2, 1, 0]),
      "/header": `HTTP/1.1 200 OK\r\nX: \x00\x07\r\n\r\nhi`,
    },
    says: {
      "/old": "--- URL: invalid HTTP version",
      "/noise": "--- URL: invalid HTTP version",
      "/nothing": "--- URL: connection closed",
      "/tls": "--- URL: invalid HTTP version",
      "/header": "--- URL: invalid HTTP header",
    },
  },
  {
    name: "connections that are reset",
    answers: {
      "/before": resetting(""),
      "/head": resetting("HTTP/1.1 200 O"),
      "/body": resetting(`${HEAD}Content-Length: 1000\r\n\r\n<p>hello`),
    },
    says: { "/before": "--- URL: ", "/head": "--- URL: ", "/body": "--- URL: error reading a body" },
  },
  {
    name: "silence, before the answer and in it, and one byte at a time",
    answers: {
      "/silent": (client) => client.stall(),
      "/head": (client) => client.send("HTTP/1.1 200").then(() => client.stall()),
      "/body": (client) => client.send(`${HEAD}\r\n<p>`).then(() => client.stall()),
      "/drip": async (client) => {
        await client.send(`${HEAD}\r\n`);
        for (;;) {
          await client.send("a");
          await new Promise((resolve) => setTimeout(resolve, 50));
        }
      },
    },
    says: Object.fromEntries(["/silent", "/head", "/body", "/drip"].map((path) => [
      path,
      "--- URL: no answer within 4 s",
    ])),
    args: ["--timeout", "4"],
  },
  {
    name: "compression bombs, and what is not compressed as it says",
    answers: {
      "/gzip": async (client) => client.send(page(await bomb(), GZIP)),
      "/plain": page("<p>hello", GZIP),
      "/brotli": page("<p>hello", "Content-Type: text/html\r\nContent-Encoding: br"),
      "/cut": async (client) => client.send(page((await bomb()).subarray(0, 1000), GZIP)),
    },
    says: {
      "/gzip": "200 URL (4000000 bytes, and more)",
      "/plain": "--- URL: ",
      "/brotli": "--- URL: ",
      "/cut": "--- URL: ",
    },
    mostSent: 10e6,
  },
  {
    name: "what a terminal takes for orders, in headers",
    answers: {
      "/location": moved("/\x9b31m\u202e"),
      "/reason": "HTTP/1.1 500 \x9b2J\r\nContent-Length: 0\r\n\r\n",
      "/type": page("", "Content-Type: image/\x9b2J\u202e"),
    },
    says: {
      "/location": "301 URL -> /\\x9b31m\\u{202e}\n",
      "/reason": "500 URL",
      "/type": "200 URL (image/â\\x9b2j",
    },
  },
  {
    name: "pauses that are asked for without measure",
    answers: {
      "/word": "HTTP/1.1 503 Busy\r\nRetry-After: never\r\nContent-Length: 0\r\n\r\n",
      "/minus": "HTTP/1.1 503 Busy\r\nRetry-After: -1e9\r\nContent-Length: 0\r\n\r\n",
      "/past": "HTTP/1.1 503 Busy\r\nRetry-After: Thu, 01 Jan 1970 00:00:00 GMT\r\nContent-Length: 0\r\n\r\n",
    },
    says: { "/word": "503 URL", "/minus": "503 URL", "/past": "503 URL" },
    args: ["--retries", "1"],
  },
];

testKinds(KINDS);

Deno.test({
  name: "crawler.ts tells of a server that answers TLS with garbage",
  ignore,
  async fn() {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const answered = listener.accept().then(async (conn) => {
      await conn.write(new TextEncoder().encode("HTTP/1.1 400 This is not TLS\r\n\r\n"));
      while ((await conn.read(new Uint8Array(1024)).catch(() => null)) !== null);
      conn.close();
    });
    const args = ["--crawl", `https://127.0.0.1:${listener.addr.port}/`, "--retries", "0"];
    const { code, output, errors } = await finish("crawler.ts", { args });
    await answered;
    assertEquals({ code, errors }, { code: 1, errors: "" });
    assertMatch(output, /^--- {2}https:\S+\/robots\.txt: received corrupt message/m);
  },
});
