import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { lacks } from "../requirements.ts";
import {
  bigContent,
  bodyOf,
  exchange,
  exchangeOn,
  fieldOf,
  get,
  ORIGIN,
  PORT,
  serve,
  statusOf,
} from "./httpd_site.ts";
import { assertNeeds, client, finish, reach } from "./program.ts";

const ignore = lacks(["net", "run", "read", "write", "env"]);
const ignoreCurl = lacks(["net", "run", "read", "write", "env"], ["curl"]);

const curl = (...args: string[]) => client("curl", ["-sS", ...args]);

Deno.test({
  name: "httpd.ts without permissions names the missing one",
  ignore,
  fn: () => assertNeeds("httpd.ts", "--allow-read=docs"),
});

Deno.test({
  name: "httpd.ts listens where its header says",
  ignore,
  async fn() {
    await using _ = await serve({ port: 8088 });
    assertEquals(ORIGIN, "http://127.0.0.1:8088");
    assertEquals(bodyOf(await get("/hello.txt")), "Hello, world!\n");
  },
});

Deno.test({
  name: "httpd.ts serves files and indexes to curl",
  ignore: ignoreCurl,
  async fn() {
    await using _ = await serve();
    assertEquals(await curl(`${ORIGIN}/hello.txt`), "Hello, world!\n");
    assertEquals(await curl(`${ORIGIN}/hello.txt?some=query`), "Hello, world!\n");
    assertEquals(await curl(`${ORIGIN}/inside`), "Hello, world!\n");
    assertEquals(await curl("-L", `${ORIGIN}/with%20index`), "<h1>The index</h1>");
    assertEquals(await curl(`${ORIGIN}/list/50%25%20%231%3F.txt`), "encoded");
    assertEquals(await curl(`${ORIGIN}/list/na%C3%AFve%20%26%20%3Cb%3E%22bold%27.txt`), "escaped");
    assertEquals(await curl("--http1.0", `${ORIGIN}/hello.txt`), "Hello, world!\n");
    const connects = await curl("-w", "%{num_connects}", `${ORIGIN}/empty`, `${ORIGIN}/empty`);
    assertEquals(connects, "10", "one connection for the first request, none for the second");
  },
});

Deno.test({
  name: "httpd.ts streams a large file, also while others ask",
  ignore: ignoreCurl,
  async fn() {
    await using site = await serve();
    await curl("-o", `${site.folder}/copy`, `${ORIGIN}/big.bin`);
    assertEquals(await Deno.readFile(`${site.folder}/copy`), bigContent());

    // Larger than what may be in memory; nothing of it is taken.
    const sparse = await Deno.create(`${site.folder}/docs/sparse`);
    await sparse.truncate(3_000_000_000);
    sparse.close();
    const connections = await Promise.all(Array.from({ length: 10 }, () => reach(PORT)));
    for (const conn of connections) {
      await conn.write(new TextEncoder().encode("GET /sparse HTTP/1.1\r\nHost: h\r\n\r\n"));
    }
    assertEquals(bodyOf(await get("/hello.txt")), "Hello, world!\n");
    assertEquals((await curl("-r", "-5", `${ORIGIN}/sparse`)).length, 5);
    const status = await client("cat", [`/proc/${site.program.pid}/status`]);
    assert(Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) < 500_000, status);
    for (const conn of connections) conn.close();
    assertEquals(bodyOf(await get("/hello.txt")), "Hello, world!\n");
  },
});

Deno.test({
  name: "httpd.ts tells a file's type, length and date, and HEAD gets the same without the file",
  ignore,
  async fn() {
    await using _ = await serve();
    const answer = await get("/page.html");
    assertEquals(statusOf(answer), 200);
    assertEquals(fieldOf(answer, "Content-Type"), "text/html; charset=utf-8");
    assertEquals(fieldOf(answer, "Content-Length"), "34");
    assertEquals(fieldOf(answer, "Last-Modified"), "Mon, 04 May 2026 03:02:01 GMT");
    assertEquals(fieldOf(answer, "Connection"), "close");
    assertEquals(bodyOf(answer).length, 34);
    const undated = (text: string) => text.replace(/^Date: .*\r\n/m, "");
    for (const path of ["/page.html", "/big.bin", "/list/", "/", "/nowhere", "/list"]) {
      const [got, head] = await Promise.all([get(path), get(path, "", "HEAD")]);
      assertEquals(undated(head), undated(got).slice(0, undated(got).indexOf("\r\n\r\n") + 4), path);
    }
    assertEquals(fieldOf(await get("/style.css"), "Content-Type"), "text/css; charset=utf-8");
    assertEquals(fieldOf(await get("/big.bin"), "Content-Type"), "application/octet-stream");
    assertEquals(fieldOf(await get("/empty"), "Content-Length"), "0");
    assertEquals(fieldOf(await get("/list?x=1"), "Location"), "/list/?x=1");
    assertEquals(
      fieldOf(await get("//list"), "Location"),
      "/list/",
      "or it would lead to a host called list",
    );
  },
});

Deno.test({
  name: "httpd.ts sends nothing anew to a client that has it",
  ignore,
  async fn() {
    await using site = await serve();
    const first = await get("/hello.txt");
    const tag = fieldOf(first, "ETag")!, date = fieldOf(first, "Last-Modified")!;
    const status = async (fields: string) => statusOf(await get("/hello.txt", fields));
    assertEquals(await status(`If-None-Match: ${tag}\r\n`), 304);
    assertEquals(await status(`If-None-Match: "other", W/${tag}\r\n`), 304);
    assertEquals(await status(`If-None-Match: *\r\n`), 304);
    assertEquals(await status(`If-None-Match: "other"\r\n`), 200);
    assertEquals(await status(`If-Modified-Since: ${date}\r\n`), 304);
    assertEquals(await status(`If-Modified-Since: Mon, 04 May 2026 03:02:00 GMT\r\n`), 200);
    assertEquals(await status(`If-Modified-Since: nonsense\r\n`), 200);
    assertEquals(
      await status(`If-None-Match: "other"\r\nIf-Modified-Since: ${date}\r\n`),
      200,
      "the tag counts",
    );
    const unchanged = await get("/hello.txt", `If-None-Match: ${tag}\r\n`);
    assertEquals(bodyOf(unchanged), "");
    assertEquals(fieldOf(unchanged, "ETag"), tag);

    await Deno.writeTextFile(`${site.folder}/docs/hello.txt`, "Hello, there!\n"); // of the same length
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assertEquals(bodyOf(await get("/hello.txt", `If-None-Match: ${tag}\r\n`)), "Hello, there!\n");
    assertEquals(bodyOf(await get("/hello.txt")), "Hello, there!\n");
    await Deno.remove(`${site.folder}/docs/hello.txt`);
    await new Promise((resolve) => setTimeout(resolve, 1000));
    assertEquals(await status(""), 404);
  },
});

Deno.test({
  name: "httpd.ts sends the part of a file that is asked for",
  ignore,
  async fn() {
    await using _ = await serve();
    const part = async (range: string, path = "/hello.txt", fields = "") => {
      const answer = await get(path, `Range: ${range}\r\n${fields}`);
      return [statusOf(answer), fieldOf(answer, "Content-Range"), bodyOf(answer)];
    };
    const whole = [200, undefined, "Hello, world!\n"];
    assertEquals(await part("bytes=0-4"), [206, "bytes 0-4/14", "Hello"]);
    assertEquals(await part("bytes=7-"), [206, "bytes 7-13/14", "world!\n"]);
    assertEquals(await part("bytes=-2"), [206, "bytes 12-13/14", "!\n"]);
    assertEquals(await part("bytes=-99"), [206, "bytes 0-13/14", "Hello, world!\n"]);
    assertEquals(await part("bytes=5-99"), [206, "bytes 5-13/14", ", world!\n"]);
    assertEquals((await part("bytes=14-")).slice(0, 2), [416, "bytes */14"]);
    assertEquals((await part("bytes=-0")).slice(0, 2), [416, "bytes */14"]);
    assertEquals((await part("bytes=0-0", "/empty")).slice(0, 2), [416, "bytes */0"]);
    for (const ignored of ["bytes=4-1", "bytes=-", "lines=1-2", "bytes=0-1,3-4", "bytes=a-b"]) {
      assertEquals(await part(ignored), whole, ignored);
    }
    const tag = fieldOf(await get("/hello.txt"), "ETag")!;
    assertEquals((await part("bytes=0-4", "/hello.txt", `If-Range: ${tag}\r\n`))[0], 206);
    assertEquals(await part("bytes=0-4", "/hello.txt", `If-Range: "old"\r\n`), whole);
    const big = await get("/big.bin", "Range: bytes=4999990-\r\n");
    assertEquals([statusOf(big), fieldOf(big, "Content-Length")], [206, "10"]);
  },
});

Deno.test({
  name: "httpd.ts answers pipelined requests in their order, however they are cut up",
  ignore,
  async fn() {
    await using _ = await serve();
    const paths = ["/hello.txt", "/nowhere", "/big.bin", "/1k.txt", "/hello.txt", "/list/", "/hello.txt"];
    const requests = paths.map((path, i) =>
      `${i === 2 ? "HEAD" : "GET"} ${path} HTTP/1.1\r\nHost: h\r\n` +
      (i === paths.length - 1 ? "Connection: close\r\n\r\n" : "\r\n")
    ).join("\r\n"); // with an empty line between them, which is to be overlooked
    const expected = [200, 404, 200, 200, 200, 200, 200];
    const statuses = (text: string) =>
      Array.from(text.matchAll(/HTTP\/1\.1 (\d{3}) /g), (match) => Number(match[1]));
    assertEquals(statuses(await exchange(requests)), expected);
    const conn = await reach(PORT);
    for (let at = 0; at < requests.length - 7; at += 7) {
      await conn.write(new TextEncoder().encode(requests.slice(at, at + 7)));
    }
    const rest = requests.slice(Math.ceil((requests.length - 7) / 7) * 7);
    assertEquals(statuses(await exchangeOn(conn, rest)), expected);
    conn.close();

    const many = "GET /1k.txt HTTP/1.1\r\nHost: h\r\n\r\n".repeat(2000);
    const answers = await exchange(many + "GET /hello.txt HTTP/1.0\r\n\r\n");
    assertEquals(statuses(answers).length, 2001);
    assert(answers.endsWith("Hello, world!\n"));
  },
});

Deno.test({
  name: "httpd.ts keeps HTTP/1.0 connections only for those who ask",
  ignore,
  async fn() {
    await using _ = await serve();
    assertEquals(fieldOf(await exchange("GET /hello.txt HTTP/1.0\r\n\r\n"), "Connection"), "close");
    const two = "GET /hello.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /empty HTTP/1.0\r\n\r\n";
    const answers = await exchange(two);
    assertEquals(fieldOf(answers, "Connection"), "keep-alive");
    assertEquals(answers.match(/HTTP\/1\.1 200/g)?.length, 2);
  },
});

Deno.test({
  name: "httpd.ts lists folders, with every name escaped",
  ignore,
  async fn() {
    await using _ = await serve();
    const page = bodyOf(await get("/list/"));
    assertStringIncludes(page, `href="./na%C3%AFve%20%26%20%3Cb%3E%22bold'.txt"`);
    assertStringIncludes(page, "naïve &amp; &lt;b&gt;&quot;bold&apos;.txt");
    assertStringIncludes(page, 'href="./50%25%20%231%3F.txt"');
    assertStringIncludes(page, 'href="./notes/"');
    assertStringIncludes(page, "7 B");
    assertStringIncludes(page, "2026-05-04 03:02");
    assert(page.indexOf("notes/") < page.indexOf("50%"), "folders come first");
    const top = bodyOf(await get("/"));
    assertStringIncludes(top, "4.8 MiB");
    assertStringIncludes(top, ">inside<");
    for (const hidden of ["outside", "sibling", "loop"]) assert(!top.includes(hidden), hidden);
  },
});

Deno.test({
  name: "httpd.ts logs a line for each request",
  ignore,
  async fn() {
    await using site = await serve();
    await get("/hello.txt");
    await get("/nowhere?a=b");
    await exchange("nonsense\r\n\r\n");
    await site.program.line(/^127\.0\.0\.1 "GET \/hello\.txt HTTP\/1\.1" 200 14$/);
    await site.program.line(/^127\.0\.0\.1 "GET \/nowhere\?a=b HTTP\/1\.1" 404 \d+$/);
    await site.program.line(/^127\.0\.0\.1 "-" 400 \d+$/);
  },
});

Deno.test({
  name: "httpd.ts on Ctrl-C finishes what it is sending, and closes what is idle",
  ignore,
  async fn() {
    await using site = await serve();
    const idle = await reach(PORT);
    const busy = await reach(PORT);
    const encoder = new TextEncoder();
    const sparse = await Deno.create(`${site.folder}/docs/sparse`);
    await sparse.truncate(30_000_000);
    sparse.close();
    await busy.write(encoder.encode("GET /sparse HTTP/1.1\r\nHost: h\r\n\r\n"));
    const buffer = new Uint8Array(65_536);
    let received = await busy.read(buffer) ?? 0;
    site.program.signal("SIGINT");
    assertEquals(await idle.read(buffer), null);
    idle.close();
    for (let count; (count = await busy.read(buffer)) !== null;) received += count;
    busy.close();
    assert(received > 30_000_000, `received ${received}`);
    const { code, output, errors } = await site.program.ended();
    assertEquals({ code, errors }, { code: 0, errors: "" });
    assertMatch(output, /\nStopped\.\n$/);
    Deno.listen({ hostname: "127.0.0.1", port: PORT }).close();
  },
});

Deno.test({
  name: "httpd.ts tells a user's mistakes in a line each",
  ignore,
  async fn() {
    await using _ = await serve();
    const mistakes: [string[], RegExp][] = [
      [["docs", "--port", String(PORT)], /already in use/],
      [["README"], /No such file/],
      [["deno.json"], /is no folder/],
      [["docs", "--port", "x"], /--port/],
      [["docs", "--unknown"], /--unknown/],
    ];
    for (const [args, expected] of mistakes) {
      const { code, errors } = await finish("httpd.ts", { args, allow: ["--allow-read", "--allow-net"] });
      assert(code !== 0);
      assertMatch(errors, expected);
      assertEquals(errors.trimEnd().split("\n").length, 1, errors);
    }
  },
});
