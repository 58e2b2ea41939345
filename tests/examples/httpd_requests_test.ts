import { assert, assertEquals, assertThrows } from "@std/assert";
import { RequestReader } from "../../examples/httpd/request_reader.ts";
import { HttpError, type Request } from "../../examples/httpd/requests.ts";

/** The bytes of a request: a character for each. */
function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** The first request in `text`, which comes in pieces of `size` bytes. */
function requestIn(text: string, size = Infinity, reader = new RequestReader()): Request | undefined {
  const bytes = bytesOf(text);
  for (let at = 0; at < bytes.length; at += size) {
    reader.feed(bytes.slice(at, Math.min(bytes.length, at + size)));
    const request = reader.take();
    if (request !== undefined) return request;
  }
  return undefined;
}

/** The status with which `text` is refused; 200 if it is not. */
function statusOf(text: string): number {
  try {
    assert(requestIn(text) !== undefined);
    return 200;
  } catch (error) {
    if (error instanceof HttpError) return error.status;
    throw error;
  }
}

const get = (fields: string, version = "1.1", host = "Host: h\r\n") =>
  `GET / HTTP/${version}\r\n${host}${fields}\r\n`;

Deno.test("httpd's requests: only spaces and tabs are no part of a field's value", () => {
  for (const around of ["", " ", "\t", " \t \t", " ".repeat(1000)]) {
    const request = requestIn(get(`X:${around}a b${around}\r\nEmpty:${around}\r\n`));
    assertEquals([request!.fields.get("x"), request!.fields.get("empty")], ["a b", ""]);
  }
  for (const other of ["\xa0", "\x85", "\xad"]) {
    assertEquals(requestIn(get(`X:${other}a${other}\r\n`))!.fields.get("x"), `${other}a${other}`);
    for (const length of [`${other}0`, `0${other}`, `${other} 0`, `${other}`]) {
      assertEquals(statusOf(get(`Content-Length: ${length}\r\n`)), 400, JSON.stringify(length));
    }
    assertEquals(statusOf(get("", "1.1", `Host: ${other}h\r\n`)), 400);
    assertEquals(requestIn(get(`Connection: close${other}\r\n`))!.persistent, true);
  }
});

Deno.test("httpd's requests: a length is digits and nothing else", () => {
  for (const length of ["0", "00", "0 "]) assertEquals(statusOf(get(`Content-Length: ${length}\r\n`)), 200);
  for (const length of ["", "+0", "-0", "0x0", "0.0", "0e0", "0, 0", "0 0", "\xb2", "0;", '"0"']) {
    assertEquals(statusOf(get(`Content-Length: ${length}\r\n`)), 400, length);
  }
});

Deno.test("httpd's requests: a Host is a name or an address, and a port, in every version", () => {
  const hosts = [
    "h",
    "localhost:8088",
    "a-b.c_d.example.",
    "127.0.0.1:1",
    "[::1]",
    "[2001:db8::1]:80",
    "h:",
    "%41",
    "",
  ];
  for (const host of hosts) {
    for (const version of ["1.0", "1.1"]) {
      assertEquals(statusOf(get("", version, `Host: ${host}\r\n`)), 200, host);
    }
  }
  const malformed = [
    "a b",
    "a\tb",
    "a,b",
    "h/",
    "h/path",
    "h?q",
    "h#f",
    "user@h",
    "h:80a",
    "h:80:80",
    "h:-1",
    "[::1",
    "::1]",
    "[h]",
    "[]",
    "<h>",
    '"h"',
    "h\\",
    "%4",
    "%zz",
    "höst",
    "http://h",
    "h|",
    "{h}",
    "h^",
    "`h`",
  ];
  for (const host of malformed) {
    for (const version of ["1.0", "1.1"]) {
      assertEquals(statusOf(get("", version, `Host: ${host}\r\n`)), 400, host);
    }
  }
  assertEquals(statusOf(get("", "1.1", "Host:\r\nHost:\r\n")), 400);
  assertEquals(statusOf(get("", "1.1", "")), 400);
  assertEquals(statusOf(get("", "1.0", "")), 200);
});

Deno.test("httpd's requests: Connection is a list of words", () => {
  const stays = (connection: string, version = "1.1") =>
    requestIn(get(`Connection: ${connection}\r\n`, version))!.persistent;
  for (
    const list of ["close", "CLOSE", "x, Close", "close,x", " \tclose\t, keep-alive", "keep-alive, close"]
  ) {
    assertEquals([stays(list), stays(list, "1.0")], [false, false], list);
  }
  for (
    const list of [
      "not-close",
      "close-not",
      "x-close",
      "close x",
      "close;x",
      '"close"',
      "closed",
      "",
      ",",
      "close=1",
    ]
  ) {
    assertEquals([stays(list), stays(list, "1.0")], [true, false], list);
  }
  for (const list of ["keep-alive", "Keep-Alive, x", "x,\tkeep-alive"]) {
    assertEquals([stays(list), stays(list, "1.0")], [true, true], list);
  }
  for (const list of ["no-keep-alive", "keep-alive-not", "keep-alive x", "keep-alive;x", "keep"]) {
    assertEquals([stays(list), stays(list, "1.0")], [true, false], list);
  }
  const two = requestIn(get("Connection: x\r\nconnection: close\r\n"));
  assertEquals(two!.persistent, false, "over several lines too");
});

Deno.test("httpd's requests: the same however they are cut", () => {
  const sent = `\r\n\r\nPOST /a?b HTTP/1.1\r\nHost: h\r\nX: y\r\nContent-Length: 20\r\n\r\n${
    "\r\n".repeat(10)
  }`;
  const text = `${sent}${sent}\r\nGET /c HTTP/1.1\r\nHost: h\r\n\r\n`;
  for (let size = 1; size < text.length; size++) {
    const reader = new RequestReader();
    const paths: string[] = [];
    for (let at = 0; at < text.length; at += size) {
      reader.feed(bytesOf(text.slice(at, at + size)));
      for (let request; (request = reader.take()) !== undefined;) paths.push(request.path + request.query);
    }
    assertEquals(paths, ["/a?b", "/a?b", "/c"], `in pieces of ${size}`);
    assertEquals(reader.begun, false);
  }
});

Deno.test("httpd's requests: one has begun until all of it is there", () => {
  const reader = new RequestReader();
  assertEquals(reader.begun, false);
  for (const piece of ["P", "OST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\n", "a", "b"]) {
    assertEquals(requestIn(piece, Infinity, reader), undefined);
    assertEquals(reader.begun, true);
  }
  assertEquals(requestIn("c", Infinity, reader)!.method, "POST");
  assertEquals(reader.begun, false);
});

Deno.test("httpd's requests: what cannot become one is refused before it ends", () => {
  for (
    const text of ["\x16", "\n", " ", "\r\n\n", "GET / HTTP/1.1\n", "GET / HTTP/1.1\r\nHost: h\n", "\r\n "]
  ) {
    for (const size of [1, 3, Infinity]) assertThrows(() => requestIn(text, size), HttpError, "not HTTP");
  }
  for (const size of [1, 1000, Infinity]) {
    assertThrows(() => requestIn(`GET /${"x".repeat(16_400)}`, size), HttpError, "first line is too long");
    assertThrows(() => requestIn(get("X: y\r\n".repeat(3_000)), size), HttpError, "head has more than");
  }
});

Deno.test("httpd's requests: reading takes a time that grows with the bytes, however few come at a time", () => {
  const body = 65_536;
  const kinds: Record<string, string> = {
    body: `POST / HTTP/1.1\r\nHost: h\r\nX: ${"x".repeat(16_000)}\r\nContent-Length: ${body}\r\n\r\n${
      "b".repeat(body)
    }`,
    "a body of ends": `POST / HTTP/1.1\r\nHost: h\r\nContent-Length: ${body}\r\n\r\n${
      "\r\n".repeat(body / 2)
    }`,
    "one field": get(`X: ${"x".repeat(16_000)}\r\n`).repeat(5),
    "many fields": get("X: y\r\n".repeat(2_600)).repeat(5),
    "carriage returns": get(`X: y${"\r".repeat(16_000)}`),
    blanks: get(`X: a${" ".repeat(16_000)}b\r\n`).repeat(5),
    "empty lines": `${"\r\n".repeat(40_000)}${get("")}`,
    path: get("").replace("/", `/${"%20".repeat(5_000)}`).repeat(5),
    commas: get(`Connection: ${",".repeat(16_000)}\r\n`).repeat(5),
  };
  for (const [name, text] of Object.entries(kinds)) {
    const bytes = bytesOf(text);
    const started = performance.now();
    for (let again = 0; again < 5; again++) {
      const reader = new RequestReader();
      try {
        for (let at = 0; at < bytes.length; at++) {
          reader.feed(bytes.subarray(at, at + 1));
          reader.take();
        }
      } catch (error) {
        if (!(error instanceof HttpError)) throw error;
      }
    }
    const took = performance.now() - started;
    assert(took < 1_500, `${name}: ${took.toFixed()} ms for 5 times ${bytes.length} bytes`);
  }
});
