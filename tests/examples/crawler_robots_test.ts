/**
 * `robots.txt` as RFC 9309 has it: how it is read, and which rule counts.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { null as letOthersRun, run, spawn } from "@x/bluelet";
import { RobotsReader } from "../../examples/crawler/robots.ts";
import type { Rules } from "../../examples/crawler/rules.ts";

const encoder = new TextEncoder();

/** The rules for a crawler called "FooBot" of a file that comes in pieces of so many bytes. */
async function rulesOf(robots: string | Uint8Array, size = Infinity, cut = false): Promise<Rules> {
  const bytes = typeof robots === "string" ? encoder.encode(robots) : robots;
  const reader = new RobotsReader("FooBot");
  await run(function* () {
    for (let start = 0; start < bytes.length; start += size) {
      yield* reader.read(bytes.subarray(start, start + size));
    }
    yield* reader.end(cut);
  }());
  return reader.rules;
}

/** Asserts for each path whether the file allows it. */
async function assertAllows(robots: string | Uint8Array, paths: Record<string, boolean>): Promise<void> {
  for (const size of [1, 7, Infinity]) {
    const rules = await rulesOf(robots, size);
    for (const [path, allowed] of Object.entries(paths)) {
      const actual = await run(rules.allow(new URL(path, "http://site/").href));
      assertEquals(actual, allowed, `${path} of\n${String(robots).slice(0, 200)}`);
    }
  }
}

/** Rules for everybody. */
const all = (...lines: string[]) => `User-agent: *\n${lines.join("\n")}\n`;

Deno.test("robots.txt: everything is allowed if nothing is said", async () => {
  for (
    const robots of ["", "\n\n", "# nothing", all(), all("Disallow:"), "Disallow: /", "Allow /\nDisallow /"]
  ) {
    await assertAllows(robots, { "/": true, "/x": true });
  }
});

Deno.test("robots.txt: the longest rule counts, and of equally long ones Allow, whatever their order", async () => {
  for (const order of [(lines: string[]) => lines, (lines: string[]) => lines.toReversed()]) {
    const robots = all(...order(["Disallow: /", "Allow: /p", "Disallow: /private", "Allow: /private/open"]));
    await assertAllows(robots, {
      "/": false,
      "/x": false,
      "/p": true,
      "/private": false,
      "/private/x": false,
      "/private/open": true,
      "/robots.txt": true,
    });
    await assertAllows(all(...order(["Disallow: /same", "Allow: /same"])), { "/same": true });
    await assertAllows(all(...order(["Allow: /page", "Disallow: /*.html"])), {
      "/page.html": false,
      "/page": true,
    });
  }
});

Deno.test("robots.txt: a pattern fits a path from its beginning; * is anything, and $ the end", async () => {
  const patterns: [string, string[], string[]][] = [
    ["/fish", ["/fish", "/fish.html", "/fish/salmon", "/fishheads", "/fish?id=1"], [
      "/Fish",
      "/catfish",
      "/desert/fish",
    ]],
    ["/fish*", ["/fish", "/fishheads/yummy.html"], ["/Fish", "/?id=fish"]],
    ["/fish/", ["/fish/", "/fish/?id=1"], ["/fish", "/fish.html"]],
    ["/*.php", ["/a.php", "/folder/a.php?x", "/a.php/", "/.php"], ["/", "/windows.PHP"]],
    ["/*.php$", ["/a.php", "/b/a.php", "/a.php.php"], ["/a.php?x", "/a.php/", "/a.php5", "/ph"]],
    ["/fish*.php", ["/fish.php", "/fishheads/a.php?x"], ["/Fish.PHP", "/fis.php"]],
    ["*.gif", ["/x.gif", "/a/x.gif"], ["/x.gi"]],
    ["/$", ["/"], ["/x", "/?x"]],
    ["/*/b*c$", ["/a/bc", "/a/b/c", "/a/bcc"], ["/b/c", "/a/bcd"]],
    ["/a**b", ["/ab", "/axb"], ["/b"]],
    ["/a*$", ["/a", "/ab/c?d"], ["/b"]],
    ["/x$y", ["/x$y", "/x%24yz"], ["/x", "/xy"]],
    ["/aa*aa$", ["/aaaa", "/aaaaa"], ["/aaa"]],
    ["/x?y=*z", ["/x?y=z", "/x?y=1&z"], ["/x", "/xy=z"]],
    ["x", [], ["/x", "/"]],
  ];
  for (const [pattern, fits, others] of patterns) {
    await assertAllows(all(`Disallow: ${pattern}`), {
      ...Object.fromEntries(fits.map((path) => [path, false])),
      ...Object.fromEntries(others.map((path) => [path, true])),
    });
  }
});

Deno.test("robots.txt: percent signs make no difference but for what gives a path its structure", async () => {
  const same: [string, string][] = [
    ["/foo/bar?baz=https://foo.bar", "/foo/bar?baz=https%3A%2F%2Ffoo.bar"],
    ["/foo/bar?baz=https%3a%2f%2Ffoo.bar", "/foo/bar?baz=https://foo.bar"],
    ["/foo/bar/ツ", "/foo/bar/%E3%83%84"],
    ["/foo/bar/%E3%83%84", "/foo/bar/ツ"],
    ["/foo/bar/%e3%83%84", "/foo/bar/ツ"],
    ["/foo/bar/%62%61%7A", "/foo/bar/baz"],
    ["/foo/bar/baz", "/foo/bar/%62%61%7a"],
    ["/%7Ejoe", "/~joe"],
    ["/a%3cd", "/a%3Cd"],
    ["/a%2fb", "/a%2Fb"],
    ["/a%2Ab", "/a*b"],
    ["/a%24", "/a$"],
    ["/a b", "/a%20b"],
    ["/a%zz", "/a%25zz"],
  ];
  for (const [pattern, path] of same) await assertAllows(all(`Disallow: ${pattern}`), { [path]: false });
  await assertAllows(all("Disallow: /a%2Fb"), { "/a/b": true });
  await assertAllows(all("Disallow: /a/b"), { "/a%2Fb": true });
  await assertAllows(all("Disallow: /a%2Ab"), { "/axb": true });
  await assertAllows(all("Disallow: /x?a%26b"), { "/x?a&b": true });
});

Deno.test("robots.txt: a crawler obeys the groups with its name, all of them, or else those for everybody", async () => {
  const robots = `
User-agent: other
Disallow: /others
User-Agent: foobot/2.1 # version and case make no difference
User-agent: another
Disallow: /one
User-agent: *
Disallow: /everybody
user-agent : FOOBOT
disallow:/two
User-agent: *
Disallow: /all
`;
  await assertAllows(robots, {
    "/one": false,
    "/two": false,
    "/everybody": true,
    "/others": true,
    "/all": true,
  });
  await assertAllows(robots.replaceAll(/foobot/gi, "x"), {
    "/one": true,
    "/everybody": false,
    "/all": false,
  });
  await assertAllows(all("Disallow: /") + "User-agent: FooBot\nAllow: /x\n", { "/y": true });
  await assertAllows(all("Disallow: /") + "User-agent: FooBot\n", { "/y": true });
  await assertAllows(all("Disallow: /") + "User-agent: FooBotty\nAllow: /\nUser-agent: Foo\nAllow: /", {
    "/y": false,
  });
  await assertAllows("User-agent: * and others\nDisallow: /", { "/y": false });
  await assertAllows("User-agent: *bot\nDisallow: /", { "/y": true });
});

Deno.test("robots.txt: other lines end no group", async () => {
  await assertAllows(
    "User-agent: a\nSitemap: http://[\nCrawl-delay: 5\nnonsense\n\nUser-agent: *\nDisallow: /x",
    {
      "/x": false,
    },
  );
  await assertAllows(all("Disallow: /x", "Sitemap: x", "Disallow: /y"), {
    "/x": false,
    "/y": false,
    "/z": true,
  });
  await assertAllows("User-agent: FooBot\nSitemap: x\nUser-agent: b\nDisallow: /x", { "/x": false });
});

Deno.test("robots.txt: lines end in any way, and may begin with a byte order mark, blanks or noise", async () => {
  const lines = [
    "# comment",
    "User-agent: *",
    "",
    " \tDisallow\t: /x # why",
    "Allow:/x/y#z",
    "Disallow: /last",
  ];
  for (const end of ["\n", "\r", "\r\n", "\n\n\r\r"]) {
    for (const beginning of ["", "\ufeff", "\0\xff\n", "<!doctype html>\n"]) {
      for (const last of ["", end]) {
        const paths = { "/x": false, "/x/y": true, "/last": false, "/": true };
        await assertAllows(beginning + lines.join(end) + last, paths);
      }
    }
  }
  await assertAllows("\ufeffUser-agent: *\nDisallow: /", { "/": false });
  await assertAllows(new Uint8Array([...encoder.encode("User-agent: *\nDisallow: /x\n"), 0xff, 0xc3, 0x0a]), {
    "/x": false,
  });
});

Deno.test("robots.txt: a last line that was cut off says nothing", async () => {
  const rules = await rulesOf(all("Disallow: /x", "Disallow: /"), Infinity, true);
  assertEquals(await run(rules.allow("http://site/y")), false, "the line was whole");
  const cut = await rulesOf("User-agent: *\nDisallow: /x\nDisallow: /", Infinity, true);
  assertEquals(await run(cut.allow("http://site/y")), true);
  assertEquals(await run(cut.allow("http://site/x")), false);
});

Deno.test("robots.txt: hostile files take linear time, in slices that let other threads run", async () => {
  const long = "a".repeat(2000);
  const files: Record<string, string> = {
    "empty lines": "\n".repeat(500_000),
    "lines that end in CR alone": "\r".repeat(500_000),
    "one line": "User-agent: *\nDisallow: /" + "a".repeat(500_000),
    "blanks": "User-agent: *\n" + " ".repeat(500_000) + "x",
    "comments": "#".repeat(500_000),
    "short rules": all(...Array.from({ length: 40_000 }, (_, i) => `Allow: /${i}`)),
    "stars": all(`Disallow: /${"*a".repeat(200_000)}$`, `Disallow: /${"*".repeat(100_000)}b`),
    "rules of stars": all(
      ...Array.from({ length: 10_000 }, (_, i) => `Disallow: /*a*a*a*a*a*a*a*a*a*a*${i}b$`),
    ),
    "agents": "User-agent: x\n".repeat(35_000),
  };
  for (const [name, file] of Object.entries(files)) {
    let turns = 0, over = false;
    await run(function* () {
      yield* spawn(function* () {
        for (; !over; turns++) yield* letOthersRun();
      });
      const reader = new RobotsReader("FooBot");
      yield* reader.read(encoder.encode(file));
      yield* reader.end(false);
      assertEquals(yield* reader.rules.allow(`http://site/${long}`), true, name);
      over = true;
    }());
    const lines = file.split(/[\r\n]/).length;
    if (lines > 10_000) assert(turns >= Math.floor(file.length / 20_000), `${name}: ${turns} turns`);
  }
});
