/**
 * Requests for the web server's tests to change: valid ones with the status of their answers, and what only HTTP
 * can have wrong.
 *
 * @module
 */

import type { Mutation } from "./mutations.ts";

/** A whole request, and a body may follow it. */
export const request = (line: string, ...fields: string[]) =>
  [`${line} HTTP/1.1`, "Host: localhost:8088", ...fields, "", ""].join("\r\n");

/** Valid requests, and how they are answered. */
export const VALID: [text: string, status: number][] = [
  [request("GET /hello.txt"), 200],
  [
    request("GET /1k.txt", "User-Agent: fuzz/1.0", "Accept: text/html, */*;q=0.8", "Accept-Encoding: gzip"),
    200,
  ],
  [request("GET http://localhost:8088/hello.txt?a=b&c=%20"), 200],
  [request("GET /list/../with%20index/"), 200],
  [request("GET /list/"), 200],
  [request("GET /list"), 301],
  [request("GET /nowhere"), 404],
  [request("GET /.git/config"), 404],
  [request("GET /middle.bin", "Range: bytes=199990-"), 206],
  [request("GET /middle.bin"), 200],
  [
    request(
      "GET /hello.txt",
      'If-None-Match: "a", W/"b", *',
      "If-Modified-Since: Mon, 04 May 2026 03:02:01 GMT",
    ),
    200,
  ],
  [request("GET /hello.txt", "If-Modified-Since: Mon, 04 May 2026 03:02:01 GMT"), 304],
  [request("GET /hello.txt", 'If-Match: "a"'), 412],
  [request("GET /hello.txt", "Range: bytes=0-4", 'If-Range: "a"'), 200],
  [request("HEAD /hello.txt", "Connection: keep-alive"), 200],
  [request("POST /hello.txt", "Content-Length: 39") + "GET /nowhere HTTP/1.1\r\nHost: h\r\n\r\nabcde", 405],
  [request("GET /hello.txt", "Content-Length: 3") + "abc", 200],
  ["GET /hello.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200],
];

/** More that is changed: after these the connection is closed. */
export const LAST = [
  request("PUT /new", "Transfer-Encoding: chunked") + "5;a=b\r\nhello\r\n0\r\nTrailer: x\r\n\r\n",
  request("POST /", "Content-Length: 5", "Expect: 100-continue") + "hello",
  request("GET /hello.txt", "Connection: Upgrade, close", "Upgrade: websocket"),
  "GET /hello.txt HTTP/1.0\r\n\r\n",
];

/** A field put in after the first line. */
const field = (text: string, added: string) => text.replace("\r\n", () => `\r\n${added}\r\n`);

/** Ways to spoil a request that other texts have not. */
export const OF_HTTP: Record<string, Mutation> = {
  "a length that is not so": (text, dice) =>
    field(
      text,
      `Content-Length: ${dice.pick(["0", "1", "-1", "+1", "1, 1", "65536", "65537", "1e3", "\xa01"])}`,
    ),
  "chunks that are none": (text, dice) =>
    field(
      text,
      `Transfer-Encoding: ${dice.pick(["chunked", "chunked, chunked", "identity", "\x0bchunked"])}`,
    ) +
    dice.pick([
      "ffffffffffffffff\r\n",
      "-1\r\nx\r\n",
      "zz\r\n",
      "5\r\nab",
      "0\r\n\r\n",
      "0\r\n".repeat(1_000),
    ]),
  "a field without measure": (text, dice) =>
    field(text, `X: ${dice.pick(["a", " ", ",", "\t", "%", '"'])}`.padEnd(dice.below(40_000), "y")),
  "fields without number": (text, dice) => field(text, "X: y\r\n".repeat(dice.below(6_000)) + "X: z"),
  "another field": (text, dice) =>
    field(
      text,
      dice.pick([
        "Range",
        "If-Range",
        "If-Match",
        "If-None-Match",
        "If-Unmodified-Since",
        "Connection",
        "Host",
      ]) +
        ": " +
        dice.pick([
          "*",
          "bytes=0-",
          "bytes=-5",
          "close",
          "keep-alive",
          '"a"',
          'W/"a',
          "Mon May  4 03:02:01 2026",
        ]),
    ),
  "an address without measure": (text, dice) =>
    text.replace("/", () => dice.pick(["/", "/a", "/..", "/%2e", "/./", "/?"]).repeat(dice.below(8_000))),
};
