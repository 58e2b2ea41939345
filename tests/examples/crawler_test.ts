import { assertEquals, assertMatch } from "@std/assert";
import { lacks } from "../requirements.ts";
import { assertNeeds, type Ending, finish, start } from "./program.ts";

const ignore = lacks(["net", "run", "read"]);

/** A site with what a crawler may meet. */
class Site implements AsyncDisposable {
  /** What was asked for, in order. */
  readonly asked: string[] = [];
  /** How many requests were answered at a time, at most. */
  most = 0;
  #now = 0;
  #server: Deno.HttpServer<Deno.NetAddr>;

  constructor(readonly pages: Record<string, string | ((asked: number) => Response | Promise<Response>)>) {
    this.#server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen() {} },
      (request) => this.#answer(new URL(request.url).pathname),
    );
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#server.addr.port}`;
  }

  async #answer(path: string): Promise<Response> {
    this.asked.push(path);
    this.most = Math.max(this.most, ++this.#now);
    await new Promise((resolve) => setTimeout(resolve, 20));
    this.#now--;
    const page = this.pages[path];
    if (typeof page === "function") return page(this.asked.filter((asked) => asked === path).length);
    if (page === undefined) return new Response("Not here.", { status: 404 });
    return new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } });
  }

  /** Runs the crawler from the front page on. */
  crawl(...args: string[]): Promise<Ending> {
    return finish("crawler.ts", { args: ["--crawl", `${this.origin}/`, ...args] });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

/** A page of links. */
const linking = (...links: string[]) =>
  links.map((link) => `<p><a class="x" href="${link}">there</a>`).join("\n");

Deno.test({
  name: "crawler.ts without permissions names the missing one",
  ignore,
  fn: () => assertNeeds("crawler.ts", "--allow-net=127.0.0.1"),
});

Deno.test({
  name: "crawler.ts without permissions names the missing one for each address",
  ignore,
  async fn() {
    await assertNeeds("crawler.ts", "--allow-net=127.0.0.1:8000", { args: ["http://127.0.0.1:8000/"] });
    await assertNeeds("crawler.ts", "--allow-net=127.0.0.1:8000", {
      args: ["--crawl", "http://127.0.0.1:8000/"],
    });
  },
});

Deno.test({
  name: "crawler.ts follows the links of one host, each once, as deep and as many at a time as it is told",
  ignore,
  async fn() {
    const leaves = Array.from({ length: 20 }, (_, i) => `/leaf/${i}`);
    await using site = new Site({
      "/": linking("/one", "one#again", "/secret", "http://elsewhere.invalid/", "mailto:x@y.z") +
        "<!-- <a href='/no'> -->",
      "/robots.txt": () => new Response("User-agent: *\nDisallow: /secret\n"),
      "/one": linking("/", "./two?a=1&amp;b=2", ...leaves),
      "/two": linking("/too-deep"),
      ...Object.fromEntries(leaves.map((leaf) => [leaf, "leaf"])),
    });
    const { code, output, errors } = await site.crawl("--depth", "2", "--concurrency", "3");
    assertEquals({ code, errors }, { code: 0, errors: "" });
    assertEquals(site.asked.slice(0, 3), ["/robots.txt", "/", "/one"]);
    assertEquals(site.asked.slice(3).sort(), ["/two", ...leaves].sort());
    assertEquals(site.most, 3);
    assertMatch(output, /^200 {2}http:\/\/127\.0\.0\.1:\d+\/leaf\/7 \(4 bytes\)$/m);
    assertMatch(
      output,
      /^23 pages, \d+ bytes in [\d.]+ s; 0 broken, 1 outside, 1 forbidden by robots\.txt\.$/m,
    );
  },
});

Deno.test({
  name: "crawler.ts tries again what may get better, gives up what is too slow, and tells what is broken",
  ignore,
  async fn() {
    let release = () => {};
    const never = new Promise<Response>((resolve) => release = () => resolve(new Response()));
    await using site = new Site({
      "/": linking("/busy", "/slow", "/gone", "/moved"),
      "/busy": (asked) =>
        asked < 3
          ? new Response("Later.", { status: 503, headers: { "retry-after": "0" } })
          : new Response("at last", { headers: { "content-type": "text/plain" } }),
      "/slow": () => never,
      "/moved": () => new Response(null, { status: 301, headers: { location: "/new" } }),
      "/new": "new",
    });
    try {
      const { code, output } = await site.crawl("--timeout", "0.5", "--retries", "2");
      const times = (path: string) => site.asked.filter((asked) => asked === path).length;
      assertEquals(code, 0);
      assertEquals([times("/busy"), times("/slow"), times("/gone"), times("/new")], [3, 3, 1, 1]);
      assertMatch(output, /^200 {2}\S+\/busy \(7 bytes\)$/m);
      assertMatch(output, /^301 {2}\S+\/moved -> \/new$/m);
      assertMatch(output, /^6 pages, .* 2 broken/m);
      assertMatch(output, /^ {2}broken: --- {2}\S+\/slow: no answer within 0\.5 s, linked from \S+\/$/m);
      assertMatch(output, /^ {2}broken: 404 {2}\S+\/gone /m);
    } finally {
      release();
    }
  },
});

Deno.test({
  name: "crawler.ts crawls a site of its own if it is given none",
  ignore,
  async fn() {
    const { code, output, errors } = await finish("crawler.ts", { args: ["--crawl", "--depth", "1"] });
    assertEquals({ code, errors }, { code: 0, errors: "" });
    assertMatch(output, /^200 {2}\S+\/grace \(application\/json\)$/m);
    assertMatch(output, /^301 {2}\S+\/countess -> \/ada$/m);
    assertMatch(output, /^13 pages, .*; 1 broken, 0 outside, 1 forbidden by robots\.txt\.$/m);
    assertMatch(output, /^ {2}broken: 404 {2}\S+\/charles \(Not Found\), linked from \S+\/$/m);
  },
});

Deno.test({
  name: "crawler.ts ends with exit code 1 if nothing came",
  ignore,
  async fn() {
    const args = ["--crawl", "http://127.0.0.1:1/", "--retries", "0"];
    const { code, output } = await finish("crawler.ts", { args });
    assertEquals(code, 1);
    assertMatch(output, /1 pages, 0 bytes .* 1 broken/);
  },
});

Deno.test({
  name: "crawler.ts stops on Ctrl-C with a summary of what it has",
  ignore,
  async fn() {
    let release = () => {};
    const never = new Promise<Response>((resolve) => release = () => resolve(new Response()));
    await using site = new Site({ "/": linking("/never", "/quick"), "/quick": "q", "/never": () => never });
    try {
      await using program = start("crawler.ts", { args: ["--crawl", `${site.origin}/`] });
      await program.line(/\/quick/);
      const { code, output, errors } = await program.stop();
      assertEquals({ code, errors }, { code: 130, errors: "" });
      assertMatch(output, /^Stopped: 2 pages, /m);
    } finally {
      release();
    }
  },
});

Deno.test({
  name: "crawler.ts draws a bar on a terminal, and takes it away at the end",
  ignore: lacks(["net", "run", "read", "env"], ["script"]),
  async fn() {
    await using site = new Site({ "/": linking("/one", "/two"), "/one": "1", "/two": "2" });
    const command = [
      Deno.execPath(),
      ..."run --no-prompt --quiet --allow-net=127.0.0.1 examples/crawler.ts --crawl".split(" "),
      `${site.origin}/`,
    ];
    const { code, stdout } = await new Deno.Command("script", {
      args: ["--quiet", "--return", "--command", command.join(" "), "/dev/null"],
      cwd: new URL("../../", import.meta.url),
      stdin: "null",
    }).output();
    const output = new TextDecoder().decode(stdout);
    assertEquals(code, 0, output);
    assertMatch(output, /\r\[#+-*\] 1\/3 /);
    // deno-lint-ignore no-control-regex
    assertMatch(output, /\[#+\] 3\/3 [^\n]*\r\x1b\[K3 pages, /);
  },
});

Deno.test({
  name: "crawler.ts tells how it is used when its arguments make no sense",
  ignore,
  async fn() {
    for (
      const args of [
        ["--nonsense"],
        ["--crawl", "ftp://x/"],
        ["http://["],
        ["--crawl", "http://x/", "http://y/"],
        ["--crawl", "http://x/", "--depth", "deep"],
        ["--crawl=http://x/", "--pages", "0"],
        ["--crawl", "--concurrency", ""],
        ["--crawl", "--timeout", "NaN"],
      ]
    ) {
      const { code, errors } = await finish("crawler.ts", { args });
      assertEquals(code, 2);
      assertMatch(errors, /^Usage: [^\n]+\n$/);
    }
  },
});
