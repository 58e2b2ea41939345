/**
 * How the crawler gets the `robots.txt` of a site, and what it makes of it if it cannot (RFC 9309, section 2.3).
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { all, run } from "@x/bluelet";
import { SiteRules } from "../../examples/crawler/site_rules.ts";
import { lacks } from "../requirements.ts";
import { type Kind, testKinds } from "./crawler_kinds.ts";
import { type Answer, GOOD, HostileSite, linking, moved, page } from "./crawler_site.ts";

const plain = (text: string, headers = "Content-Type: text/plain") => page(text, headers);
const status = (code: number) => `HTTP/1.1 ${code} Status\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;

/** Rules that forbid the last good page, and some text before and after them. */
const rules = (before = "", after = "") => `${before}User-agent: *\nDisallow: ${GOOD.at(-1)}\n${after}`;
const BUT_ONE = GOOD.slice(0, -1);

/** A file that fills what is read of a `robots.txt`, and ends there with `last`. */
const untilLimit = (beginning: string, last: string) =>
  `${beginning}${"#".repeat(500 * 1024 - beginning.length - last.length - 1)}\n${last}`;

/** A `robots.txt` after which all pages are to be fetched. */
const open = (name: string, robots: Answer): Kind => ({
  name: `a robots.txt that ${name}: all is allowed`,
  answers: { "/robots.txt": robots },
  sums: [/7 pages, .*; 0 broken, 0 outside, 0 forbidden/],
});

/** One whose rules are found. */
const obeyed = (name: string, robots: Answer, answers: Record<string, Answer> = {}): Kind => ({
  name: `a robots.txt that ${name}: its rules are obeyed`,
  answers: { "/": page(linking(...GOOD)), ...answers, "/robots.txt": robots },
  good: BUT_ONE,
  sums: [/6 pages, .*; 0 broken, 0 outside, 1 forbidden/],
});

/** One after which nothing is to be fetched. */
const closed = (name: string, robots: Answer, problem: string): Kind => ({
  name: `a robots.txt that ${name}: all is forbidden`,
  answers: { "/robots.txt": robots },
  says: { "/robots.txt": problem },
  good: [],
  code: 1,
  args: ["--timeout", "4"],
  sums: [/1 pages, 0 bytes .*; 1 broken, 0 outside, 1 forbidden/, /so the whole site is left alone/],
});

testKinds([
  open("is not there", status(404)),
  open("needs a password", status(401)),
  open("is asked for too often", status(429)),
  open("is empty", plain("")),
  open("is there without a body", "HTTP/1.1 204 No Content\r\n\r\n"),
  open("moves in a circle", moved("/robots.txt")),
  open("moves on and on", (client) => client.send(moved("/robots.txt?"))),
  open("moves to no address", moved("http://[")),
  open("moves to an address of another kind", moved("data:text/plain,User-agent:*%0ADisallow:/")),
  open("is noise", plain("\0\x01\xff\u202e:".repeat(50_000))),
  open("disallows by a page", page("<!doctype html><p>Disallow: /</p>")),
  obeyed("moved five times", moved("/r/1"), {
    "/r/5": plain(rules()),
    "/r/*": (client) => client.send(moved(`/r/${Number(client.path.slice(3)) + 1}`, 302)),
  }),
  obeyed("has a line of blanks that ends oddly", plain(rules(`a:${" ".repeat(50_000)}#\u2028\n`))),
  obeyed("has 1,000,000 lines", plain(rules("", "# line\n".repeat(1_000_000)))),
  obeyed(
    "has no end",
    (client) => client.sendForEver(`HTTP/1.1 200 OK\r\n\r\n${rules()}`, "Disallow: /never\n".repeat(100)),
  ),
  obeyed(
    "has 29,000 rules",
    plain(rules("", Array.from({ length: 29_000 }, (_, i) => `Disallow: /${i}`).join("\n"))),
  ),
  obeyed(
    "has only CR, a byte order mark, no last end of line",
    plain(`\ufeff${rules().replaceAll("\n", "\r").trimEnd()}`),
  ),
  obeyed("is a picture, it says", plain(rules(), "Content-Type: image/png; charset=klingon")),
  obeyed(
    "has rules past its 500 KiB",
    plain(`${untilLimit(rules(), "Disallow: /")}never\nDisallow: /good\n`),
  ),
  obeyed(
    "has malformed addresses",
    plain(rules("Sitemap: http://[\n", "Disallow: http://[\nAllow: %zz\nHost: ]")),
  ),
]);

const failures: [string, Answer, string][] = [
  ["fails", status(500), "500 URL: Internal Server Error, so the whole site is left alone"],
  ["is overloaded", status(503), "503 URL: Service Unavailable, so the whole site is left alone"],
  [
    "never comes",
    (client) => client.stall(),
    "--- URL: no answer within 4 s, so the whole site is left alone",
  ],
  [
    "breaks off",
    "HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nUser-agent: *",
    "--- URL: error reading a body",
  ],
  ["is not HTTP", "User-agent: *\nAllow: /", "--- URL: invalid HTTP version"],
];
testKinds(failures.map(([name, robots, problem]) => closed(name, robots, problem)));

Deno.test({
  name:
    "crawler.ts leaves a site alone whose robots.txt is where it may not go, and says what would permit it",
  ignore: lacks(["net", "run", "read"]),
  async fn() {
    await using site = new HostileSite({ "/robots.txt": moved("http://elsewhere.invalid/robots.txt") });
    const { output } = await site.crawl({ good: [], code: 1 });
    const line =
      "---  http://elsewhere.invalid/robots.txt: needs --allow-net=elsewhere.invalid:80, so the whole site";
    assertStringIncludes(output, line);
  },
});

Deno.test({
  name: "crawler.ts asks for robots.txt once, before anything else, and says who it is",
  ignore: lacks(["net", "run", "read"]),
  async fn() {
    await using site = new HostileSite({ "/robots.txt": plain("User-agent: bluelet-crawler\nDisallow: /x") });
    await site.crawl({ args: ["--concurrency", "10"] });
    assertEquals(site.asked.filter((path) => path === "/robots.txt").length, 1);
    assertEquals(site.asked[0], "/robots.txt");
    for (const request of site.requests) {
      assert(/^user-agent: bluelet-crawler\/[\d.]+\r$/im.test(request), request);
    }
  },
});

Deno.test({
  name: "SiteRules asks again when its rules are older than a day",
  ignore: lacks(["net", "run", "read"]),
  async fn() {
    await using site = new HostileSite({ "/robots.txt": plain("User-agent: *\nDisallow: /x") });
    const asked = async (seconds?: number) => {
      const rules = new SiteRules(site.origin, { timeout: 10, retries: 0 }, () => {}, seconds);
      await run(function* () {
        const allowed = yield* all(["/x", "/y", "/x"].map((path) => rules.allow(site.origin + path)));
        assertEquals(allowed, [false, true, false]);
        assertEquals(yield* rules.allow(`${site.origin}/y`), true);
      }());
      return site.asked.splice(0).length;
    };
    assertEquals(await asked(), 1);
    assertEquals(await asked(0), 4, "a lifetime of nothing");
  },
});
