/**
 * What the crawler finds in a page, piece by piece.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type Coroutine, null as letOthersRun, run, spawn } from "@x/bluelet";
import { type Address, addressOf } from "../../examples/crawler/addresses.ts";
import { HtmlReader } from "../../examples/crawler/html.ts";
import { inShort, printable } from "../../examples/crawler/printable.ts";

const encoder = new TextEncoder();

/** Reads a page that comes in pieces of so many bytes. */
async function read(page: string | Uint8Array, type = "text/html", size = Infinity): Promise<HtmlReader> {
  const bytes = typeof page === "string" ? encoder.encode(page) : page;
  const reader = new HtmlReader(type);
  await run(function* () {
    for (let start = 0; start < bytes.length; start += size) {
      yield* reader.read(bytes.subarray(start, start + size));
    }
    yield* reader.end();
  }());
  return reader;
}

const linksIn = async (page: string | Uint8Array, type?: string, size?: number) => [
  ...(await read(page, type, size)).links,
];

Deno.test("HtmlReader finds the links that a reader of the page can follow, and no others", async () => {
  const page = `<!doctype html><A HREF=unquoted>x</A><a class=b href='single'><a\n href\n=\n"lines">
    <a href="first" href="second"><a data-href="no" xhref=no><area href=area><iframe src=iframe></iframe>
    <frame src=frame><link href=no><img src=no><a><a href><a href=""><abbr href=no>
    <!-- <a href=no> --><!--><a href=abrupt><!-- --!><a href=bang><![CDATA[<a href=no>]]>
    <script>"<a href=no>"</script><style><a href=no></style><title><a href=no></title>
    <textarea><a href=no></textarea><xmp><a href=no></xmp><a href=last`.replaceAll("    ", "");
  assertEquals(await linksIn(page), [
    "unquoted",
    "single",
    "lines",
    "first",
    "area",
    "iframe",
    "frame",
    "",
    "abrupt",
    "bang",
  ]);
});

Deno.test("HtmlReader decodes character references in attributes as browsers do", async () => {
  const references: Record<string, string> = {
    "?a=1&amp;b=2": "?a=1&b=2",
    "?a=1&#38;b=2": "?a=1&b=2",
    "?a=1&#x26;b=2": "?a=1&b=2",
    "&#47;x&sol;y": "/x/y",
    "?a=1&copy=2": "?a=1&copy=2", // not ©: what follows is a letter, a digit, or =
    "?a=1&copy;=2": "?a=1©=2",
    "?&copy&reg;": "?©®",
    "&unknown;&": "&unknown;&",
    "&amp;amp;": "&amp;",
    "&#0;": "\ufffd",
    "&#x110000;": "\ufffd",
  };
  for (const [written, meant] of Object.entries(references)) {
    assertEquals(await linksIn(`<a href="${written}">`), [meant], written);
  }
});

Deno.test("HtmlReader finds where a page sends its readers by a refresh", async () => {
  const contents: Record<string, string[]> = {
    "0;url=/next": ["/next"],
    "0; URL = '/next' and more": ["/next"],
    '5, url="/next': ["/next"],
    "0 /next": ["/next"],
    "0.5;/next": ["/next"],
    "0;url": ["url"],
    "0": [],
    "": [],
    ";": [],
  };
  for (const [content, links] of Object.entries(contents)) {
    const attribute = content.replaceAll('"', "&quot;");
    assertEquals(await linksIn(`<meta http-equiv=REFRESH content="${attribute}">`), links, content);
    assertEquals(await linksIn(`<meta name=refresh content="${attribute}">`), [], content);
  }
});

Deno.test("HtmlReader takes the first base that has an address, wherever it stands", async () => {
  assertEquals((await read("<a href=x><base target=y><base href=/one/><base href=/two/>")).base, "/one/");
  assertEquals((await read("<a href=x><!--<base href=/one/>-->")).base, undefined);
});

Deno.test("HtmlReader finds the same links however the page is cut to pieces", async () => {
  const page =
    `<meta charset=utf-8><base href="/ä&amp;/"><!-- a --><a title='"' href="/é?a=1&amp;b=&copy;">` +
    `<script>"</scrip"</script><a href=/€><title>&amp;</title><area href='&#x1F600;'>`;
  const whole = await read(page);
  assertEquals([...whole.links], ["/é?a=1&b=©", "/€", "😀"]);
  assertEquals(whole.base, "/ä&/");
  for (let size = 1; size <= 40; size++) {
    const { links, base } = await read(page, "text/html", size);
    assertEquals([[...links], base], [[...whole.links], whole.base], `pieces of ${size}`);
  }
});

Deno.test("HtmlReader decodes a page by its byte order mark, else its header, else its meta, else as UTF-8", async () => {
  const link = (...letters: number[]) =>
    new Uint8Array([...encoder.encode("<a href=/"), ...letters, ...encoder.encode(">")]);
  const after = (beginning: string | number[], page: Uint8Array) =>
    new Uint8Array([...(typeof beginning === "string" ? encoder.encode(beginning) : beginning), ...page]);
  const meta = "<meta charset=windows-1251>";
  const cases: [string, Uint8Array, string][] = [
    ["text/html", link(0xc3, 0xa9), "/é"],
    ["text/html; charset=iso-8859-1", link(0xe9), "/é"],
    ['text/html; a=b; Charset="koi8-r"', link(0xc1), "/а"],
    ["text/html", after(meta, link(0xe0)), "/а"],
    [
      "text/html",
      after('<meta http-equiv=content-type content="x; charset=shift_jis">', link(0x82, 0xa0)),
      "/あ",
    ],
    ["text/html; charset=utf-8", after(meta, link(0xc3, 0xa9)), "/é"],
    ["text/html; charset=windows-1251", after([0xef, 0xbb, 0xbf], link(0xc3, 0xa9)), "/é"],
    ["text/html; charset=klingon", link(0xc3, 0xa9), "/é"],
    ["text/html; charset=klingon", after(meta, link(0xe0)), "/а"],
    ["text/html; charset=hz-gb-2312", link(0xc3, 0xa9), "/é"],
    ["text/html", after("<meta charset=klingon>", link(0xc3, 0xa9)), "/é"],
    ["text/html", after("<meta charset=utf-16>", link(0xc3, 0xa9)), "/é"],
    ["text/html; charset=", link(0xff), "/\ufffd"],
    [
      "text/html; charset=utf-16le",
      new Uint8Array(new Uint16Array([..."<a href=/é>"].map((c) => c.charCodeAt(0))).buffer),
      "/é",
    ],
  ];
  for (const [type, page, expected] of cases) {
    for (const size of [1, Infinity]) assertEquals(await linksIn(page, type, size), [expected], type);
  }
});

Deno.test("HtmlReader takes 2,000 links from a page and counts the others", async () => {
  const { links, leftOut } = await read(
    Array.from({ length: 5000 }, (_, i) => `<a href=${i}><a href=1>`).join(""),
  );
  assertEquals([links.size, leftOut], [2000, 3000]);
});

Deno.test("HtmlReader keeps no more of an attribute than shows that it is too long", async () => {
  const [link] = await linksIn(`<a href="/${"a".repeat(1e6)}">`);
  assertEquals(link?.length, 2049);
});

/** Counts how many turns another thread has while `task` runs. */
function* turnsDuring(task: Coroutine): Coroutine<number> {
  let turns = 0, over = false;
  yield* spawn(function* () {
    for (; !over; turns++) yield* letOthersRun();
  });
  yield* task;
  over = true;
  return turns;
}

Deno.test("HtmlReader lets other threads run all along, whatever the page is like", async () => {
  const pages: Record<string, string> = {
    comments: "<!--".repeat(1_000_000),
    nested: "<b>".repeat(1_000_000),
    attribute: `<a href="${"a".repeat(3_000_000)}">`,
    attributes: `<a ${"a ".repeat(1_500_000)}>`,
    entities: "&amp".repeat(750_000),
    links: "<a href=/1>".repeat(300_000),
  };
  for (const [name, page] of Object.entries(pages)) {
    const reader = new HtmlReader("text/html");
    const turns = await run(turnsDuring(reader.read(encoder.encode(page))));
    assert(turns >= Math.floor(page.length / 16_384), `${name}: ${turns} turns`);
  }
});

Deno.test("addressOf() resolves what is written, and tells what is broken from what is not for a crawler", () => {
  const base = "http://site/folder/page?query";
  const cases: Record<string, Address> = {
    "x": { url: "http://site/folder/x" },
    " \t/x\n ": { url: "http://site/x" },
    "//other:80/x": { url: "http://other/x" },
    "?a#b": { url: "http://site/folder/page?a" },
    "#b": { url: "http://site/folder/page?query" },
    "http://user:pass@site:8080/x": { url: "http://site:8080/x" },
    "/é?ü": { url: "http://site/%C3%A9?%C3%BC" },
    "http://[": { problem: "no valid address" },
    "http://site:65536/": { problem: "no valid address" },
    "http://": { problem: "no valid address" },
    "mailto:x@y": { scheme: "mailto:" },
    "JavaScript:void(0)": { scheme: "javascript:" },
    "blob:http://site/1": { scheme: "blob:" },
    [`data:,${"a".repeat(5000)}`]: { scheme: "data:" },
    [`/${"a".repeat(5000)}`]: { problem: "an address of more than 2048 characters" },
    [`/${"é".repeat(1000)}`]: { problem: "an address of more than 2048 characters" },
  };
  for (const [written, address] of Object.entries(cases)) {
    assertEquals(addressOf(written, base), address, written);
  }
});

Deno.test("printable() leaves nothing that a terminal obeys", () => {
  assertEquals(printable("a\x1b[2J\x07\r\n\t\x7f\x9b"), "a\\x1b[2J\\x07\\x0d\\x0a\\x09\\x7f\\x9b");
  assertEquals(
    printable("\u202e\u2066\u200b\ufeff\u2028\u2029"),
    "\\u{202e}\\u{2066}\\u{200b}\\u{feff}\\u{2028}\\u{2029}",
  );
  assertEquals(printable("\ud800x\u{e0041}"), "\\u{d800}x\\u{e0041}");
  assertEquals(printable("é 漢 😀"), "é 漢 😀");
  assertEquals(printable("a".repeat(1e6), 10), "aaaaaaaaa…");
  assertEquals(inShort("  a \n\n b\u2028c\x1b[m "), "a b c\\x1b[m");
});
