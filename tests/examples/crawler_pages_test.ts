/**
 * Pages that are written to do harm.
 *
 * @module
 */

import { assertMatch } from "@std/assert";
import { lacks } from "../requirements.ts";
import { testKinds } from "./crawler_kinds.ts";
import { GOOD, HostileSite, linking, page } from "./crawler_site.ts";

const ignore = lacks(["net", "run", "read"]);

/** A page with good links before and after what is bad, so that what is bad must not hide the latter. */
const around = (bad: string) => page(linking(...GOOD.slice(0, 3)) + bad + linking(...GOOD.slice(3)));
/** The same where what is bad may well hide what follows, as it would in a browser. */
const before = (bad: string) => page(linking(...GOOD) + bad);

const encoder = new TextEncoder();

testKinds([
  {
    name: "addresses that are none",
    answers: {
      "/": around(linking(
        "http://[",
        "http://127.0.0.1:65536/",
        "http://a b/",
        "https://%zz/",
        "//",
        "http://",
        "http://0x100000000/",
        `/${"long/".repeat(1000)}`,
        "http://[", // again
      )),
    },
    sums: [
      /7 pages, .*; 8 broken, 0 outside/,
      /^ {2}broken: --- {2}http:\/\/\[: no valid address, linked from \S+\/$/m,
      /^ {2}broken: --- {2}\/long\/.*: an address of more than 2048 characters, /m,
    ],
  },
  {
    name: "addresses of other kinds",
    answers: {
      "/": around(linking(
        "data:text/html,<a href=/never>",
        `data:text/html,${"a".repeat(5000)}`,
        "javascript:alert(1)",
        " java\nscript:alert(1)",
        "mailto:x@y.z",
        "tel:+1",
        "file:///etc/passwd",
        "blob:http://127.0.0.1/1",
        "ftp://127.0.0.1/",
        "ws://127.0.0.1/",
        "about:blank",
        "view-source:http://127.0.0.1/",
      )),
    },
    sums: [/7 pages, .*; 0 broken, 0 outside, 0 forbidden/],
  },
  {
    name: "ports and hosts that are not its own",
    answers: {
      "/": around(
        linking("http://127.0.0.1:0/", "http://127.0.0.1:1/", "http://127.1/", "//localhost/", "https:///x"),
      ),
    },
    sums: [/7 pages, .*; 0 broken, 5 outside/],
  },
  {
    name: "one page under many names",
    answers: {
      "/": around(linking(
        ...Array.from({ length: 100 }, (_, i) => `/good/0#${i}`),
        "/good/../good/1",
        "good/2",
        "\\good\\3",
        " /good/4\n",
        "/go\tod/5",
        "?",
        "",
        "#top",
      )),
      "/?": page("again"),
    },
    sums: [/8 pages, /],
  },
  {
    name: "a base that is no address, or no place for links",
    answers: {
      "/": page(linking(...GOOD, "/malformed", "/data", "/long")),
      "/malformed": page(`<base href="http://[">${linking("/there/1")}`),
      "/data": page(`<base href="data:text/html,">${linking("/there/2")}`),
      "/long": page(`<base href="/${"a".repeat(1e6)}">${linking("/there/3")}`),
      "/there/*": page("there"),
    },
    says: { "/there/1": "200 URL", "/there/2": "200 URL", "/there/3": "200 URL" },
    sums: [/13 pages, .*; 2 broken/, /broken: --- {2}http:\/\/\[: no valid address/],
  },
  {
    name: "a calendar without end",
    answers: {
      "/": page(linking(...GOOD, "/day?0")),
      "/day?*": (client) => {
        const day = Number(client.path.split("?")[1]);
        return client.send(
          page(linking(...Array.from({ length: 10 }, (_, i) => `/day?${day * 10 + i + 1}`))),
        );
      },
    },
    args: ["--depth", "1000000", "--pages", "60"],
    sums: [/60 pages, /, /left out: \d+ links, beyond the limits/],
  },
  {
    name: "folders that contain themselves",
    answers: {
      "/": page(linking(...GOOD, "/deep/")),
      "/deep/*": page(linking("in/")),
    },
    args: ["--depth", "1000000"],
    sums: [/broken: --- {2}in\/: an address of more than 2048 characters/],
  },
  {
    name: "pages that reload themselves, or send elsewhere",
    answers: {
      "/": page(linking(...GOOD, "/self", "/one", "/malformed")),
      "/self": page(`<meta http-equiv="refresh" content="0">`),
      "/one": page(`<meta http-equiv=Refresh content="0; URL='/two'">`),
      "/two": page(`<meta http-equiv="refresh" content="0;/one">`),
      "/malformed": page(`<meta http-equiv="refresh" content="0;url=http://[">`),
    },
    sums: [/11 pages, .*; 1 broken/],
  },
  { name: "comments that do not end", answers: { "/": before("<!--".repeat(1_000_000)) } },
  {
    name: "comments by the hundred thousand",
    answers: { "/": around("<!--a-->".repeat(200_000)) },
  },
  { name: "elements in elements, 1,000,000 deep", answers: { "/": around("<b>".repeat(1_000_000)) } },
  {
    name: "elements that are never opened",
    answers: { "/": around("<b>".repeat(300_000) + "</x>".repeat(600_000)) },
  },
  { name: "forms in forms", answers: { "/": around("<form><p>".repeat(300_000)) } },
  {
    name: "links, 1,000,000 of them",
    answers: {
      "/": page(linking(...GOOD, "/bad")),
      "/bad": page(Array.from({ length: 1_000_000 }, (_, i) => `<a href=${i}>`).join("")),
    },
    args: ["--pages", "20"],
    says: { "/bad": "200 URL (4000000 bytes, and more)" },
    sums: [/20 pages, /, /left out: \d{6} links/],
  },
  {
    name: "the same link, 200,000 times",
    answers: { "/": around("<a href=/good/1>".repeat(200_000)) },
    sums: [/7 pages, /],
  },
  {
    name: "an attribute of 10 megabytes",
    answers: { "/": before(`<a href="/${"a".repeat(10_000_000)}">`) },
    sums: [/7 pages, /],
  },
  {
    name: "an attribute of 3 megabytes",
    answers: { "/": around(`<a href="/${"a".repeat(3_000_000)}" id="${"b".repeat(100_000)}">`) },
    sums: [/7 pages, .* 1 broken/, /more than 2048 characters/],
  },
  {
    name: "60 pages of 4 megabytes with broken links all over",
    answers: {
      "/": page(linking(...GOOD, ...Array.from({ length: 60 }, (_, i) => `/vast?${i}`))),
      "/vast?*": (client) => {
        const link = (place: number) => `<a href="http://[${client.path}/${place}/a-little-longer">`;
        return client.send(page(Array.from({ length: 240 }, (_, i) => link(i).padEnd(16_000)).join("")));
      },
    },
    sums: [/67 pages, .*; 14400 broken/],
  },
  {
    name: "an element with 400,000 attributes",
    answers: { "/": around(`<a ${Array.from({ length: 400_000 }, (_, i) => `a${i}`).join(" ")}>`) },
    sums: [/7 pages, /],
  },
  {
    name: "entities without end",
    answers: {
      "/": around(
        `<a href="&${"amp;".repeat(200_000)}">&${"#0".repeat(500_000)}<p>${"&notit;".repeat(100_000)}`,
      ),
    },
  },
  { name: "scripts that do not end", answers: { "/": before("<script>" + "</scrip".repeat(400_000)) } },
  {
    name: "tags that do not end",
    answers: { "/": before("<".repeat(1_000_000) + "<a href='".repeat(300_000)) },
  },
  {
    name: "bytes that are no text",
    answers: {
      "/": page(linking(...GOOD, "/nul", "/utf8", "/utf16", "/noise")),
      "/nul": page(`\0<a\0 href="/\0"><\0a href="/a\0b">\0${linking("/there/a\0b")}`),
      "/utf8": page(new Uint8Array([0x80, 0xff, 0xc3, ...encoder.encode(linking("/there/2")), 0xf0, 0x9f])),
      "/utf16": page(new Uint8Array([0xff, 0xfe, 0x3c, 0x00, 0x00, 0xd8, 0x61])),
      "/noise": page(new Uint8Array(100_000).map((_, i) => i * 7919 % 251)),
      "/there/*": page("there"),
    },
    says: { "/there/a%00b": "200 URL", "/there/2": "200 URL" },
  },
  {
    name: "types that lie, and encodings that there are not",
    answers: {
      "/": page(linking(...GOOD, "/png", "/html", "/none", "/type", "/charset", "/long", "/empty")),
      "/png": page("\x89PNG\r\n\x1a\n" + "\0".repeat(1000), "Content-Type: text/html"),
      "/html": page(linking("/never"), "Content-Type: image/png"),
      "/none": page(linking("/there/none"), "X: y"),
      "/type": page(linking("/there/type"), "Content-Type: ;;;text/html"),
      "/charset": page(linking("/there/charset"), 'Content-Type: text/html; charset="klingon'),
      "/long": page(linking("/there/long"), `Content-Type: TEXT/HTML; charset=${"x".repeat(100_000)}`),
      "/empty": page(""),
      "/there/*": page(""),
    },
    says: {
      "/html": "200 URL (image/png)",
      "/there/none": "200 URL (0 bytes)",
      "/there/type": "200 URL (0 bytes)",
      "/there/charset": "200 URL (0 bytes)",
      "/there/long": "200 URL (0 bytes)",
      "/empty": "200 URL (0 bytes)",
    },
    sums: [/0 broken/],
  },
  {
    name: "what a terminal takes for orders, in pages",
    answers: {
      "/": around(linking("http://[\x1b]0;title\x07\x9b2J\u202e", "/\x1b[2J\u202e", "x\u2028y://[")),
    },
    sums: [
      /broken: --- {2}http:\/\/\[\\x1b\]0;title\\x07\\x9b2J\\u\{202e\}: no valid address/,
      /\/%1B\[2J%E2%80%AE/,
    ],
  },
  {
    name: "more broken links than anybody reads",
    answers: { "/": around(linking(...Array.from({ length: 1000 }, (_, i) => `http://[${i}`))) },
    sums: [/7 pages, .*; 1000 broken/, /^ {2}broken: 900 more$/m],
  },
]);

Deno.test({
  name: "crawler.ts ends after the time that it is given, whatever the server wants it to wait for",
  ignore,
  async fn() {
    await using site = new HostileSite({
      "/": "HTTP/1.1 503 Busy\r\nRetry-After: 999999999\r\nContent-Length: 0\r\n\r\n",
    });
    const { output } = await site.crawl({ args: ["--retries", "1", "--seconds", "1"], code: 1, good: [] });
    assertMatch(output, /^Stopped: 0 pages, /);
  },
});
