/**
 * The four ways to fetch the same addresses.
 *
 * @module
 */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { lacks } from "../requirements.ts";
import { HostileSite, moved, page, resetting } from "./crawler_site.ts";
import { commandOf, finish } from "./program.ts";

const ignore = lacks(["net", "run", "read"]);

/** The rows of the table of times. */
const rowsOf = (output: string) =>
  new Map(
    output.matchAll(/^(sequential|threads|processes|bluelet) +(.*)$/gm).map((row) => [row[1], row[2]!]),
  );

Deno.test({
  name: "crawler.ts by the command in its header gets the same in all four ways, and Bluelet is fastest",
  ignore: lacks(["net", "run", "read", "env"], ["deno"]),
  async fn() {
    assertEquals(
      commandOf("crawler.ts").slice(2).join(" "),
      "--allow-net=127.0.0.1 --allow-run=deno examples/crawler.ts",
    );
    const { code, output, errors } = await finish("crawler.ts");
    assertEquals({ code, errors }, { code: 0, errors: "" });
    const rows = rowsOf(output);
    assertEquals([...rows.keys()], ["sequential", "threads", "processes", "bluelet"]);
    const digests = [...rows.values()].map((row) => /^[\d.]+ +[\d.]+ +663 +([0-9a-f]{8})$/.exec(row)?.[1]);
    assertEquals(new Set(digests).size, 1, output);
    assertMatch(output, /\n {2}\{"name":"grace","message":"Found: one moth."\}\n/);
    assertMatch(output, /\nAll got the same\.\n$/);
    const seconds = (way: string) => parseFloat(rows.get(way)!);
    assert(seconds("bluelet") < seconds("sequential") / 2, output);
  },
});

Deno.test({
  name: "crawler.ts leaves the processes out if it may not run any, and says so",
  ignore,
  async fn() {
    await using site = new HostileSite({ "/a": page("one") });
    const { code, output, errors } = await finish("crawler.ts", {
      args: [`${site.origin}/a`],
      allow: ["--allow-run=true"], // which is another program
    });
    assertEquals({ code, errors }, { code: 0, errors: "" });
    const rows = rowsOf(output);
    assertEquals([...rows.keys()], ["sequential", "threads", "processes", "bluelet"]);
    assertEquals(rows.get("processes"), "skipped: needs --allow-run=deno");
  },
});

Deno.test({
  name: "crawler.ts is safe from what it compares: it takes so much, and prints nothing raw",
  ignore,
  async fn() {
    await using site = new HostileSite({
      "/endless": (client) => client.sendForEver("HTTP/1.1 200 OK\r\n\r\n", "a".repeat(10_000)),
      "/raw": page("\x1b]0;title\x07\u202e"),
      "/moved": moved("http://["),
      "/reset": resetting("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"),
      "/garbage": "garbage",
    });
    const args = ["/endless", "/raw", "/moved", "/reset", "/garbage"].map((path) => site.origin + path);
    const { code, output, errors } = await finish("crawler.ts", { args });
    assertEquals({ code, errors }, { code: 0, errors: "" }, output);
    const said = (path: string, text: string) =>
      assertStringIncludes(output, `${site.origin}${path}\n  ${text}`);
    said("/endless", "aaaa");
    said("/raw", "\\x1b]0;title\\x07\\u{202e}\n");
    said("/moved", "moved to http://[\n");
    said("/reset", "failed: ");
    said("/garbage", "failed: ");
    for (const [path, sent] of site.sent) assert(sent < 10e6, `${sent} bytes were taken of ${path}`);
  },
});

Deno.test({
  name: "crawler.ts gives each address as long as it is told, in each way",
  ignore,
  async fn() {
    await using site = new HostileSite({ "/": (client) => client.stall() });
    const args = [`${site.origin}/`, "--timeout", "0.5"];
    const { code, output, errors } = await finish("crawler.ts", { args });
    assertEquals({ code, errors }, { code: 0, errors: "" }, output);
    assertStringIncludes(output, "\n  failed: no answer within 0.5 s\n");
  },
});

Deno.test({
  name: "crawler.ts fetches the addresses that it is given, and says so if not all ways got the same",
  ignore,
  async fn() {
    let asked = 0;
    await using site = new HostileSite({
      "/a": page("<b>one</b>"),
      "/b": page("two"),
      "/odd": (client) => client.send(page(`answer ${++asked}`)),
    });
    const same = await finish("crawler.ts", { args: [`${site.origin}/a`, `${site.origin}/b`] });
    assertEquals(same.code, 0);
    assertStringIncludes(same.output, `${site.origin}/a\n  <b>one</b>\n${site.origin}/b\n  two\n`);
    const other = await finish("crawler.ts", { args: [`${site.origin}/odd`] });
    assertEquals(other.code, 1);
    assertStringIncludes(other.output, `${site.origin}/odd: bluelet got something else than sequential.`);
  },
});
