import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { Log } from "../../examples/httpd/log.ts";
import { lacks } from "../requirements.ts";
import { client, commandOf, reach } from "./program.ts";
import { exchangeOn, statusOf } from "./httpd_site.ts";

const ignore = Deno.build.os !== "linux" || lacks(["net", "run", "read", "write", "env"]);

/** A standard output that a test stands in for: what was written to it, and how it takes the next bytes. */
class Output {
  text = "";
  #decoder = new TextDecoder();
  take: (bytes: Uint8Array) => Promise<number> = (bytes) => Promise.resolve(bytes.length);

  async write(bytes: Uint8Array): Promise<number> {
    const count = await this.take(bytes);
    this.text += this.#decoder.decode(bytes.subarray(0, count), { stream: true });
    return count;
  }
}

/** Runs a log beside what a test does with it, and closes it. */
function logging(output: Output, body: (log: Log, failures: unknown[]) => bluelet.Coroutine<void>) {
  return bluelet.run(function* () {
    const failures: unknown[] = [];
    const log = new Log(output, (error) => failures.push(error));
    const thread = yield* bluelet.spawn(log.run());
    yield* body(log, failures);
    log.close();
    yield* bluelet.join(thread);
  }());
}

Deno.test("httpd's log writes lines in their order, also where few bytes are taken at once", async () => {
  const output = new Output();
  output.take = (bytes) => Promise.resolve(Math.min(7, bytes.length));
  await logging(output, function* (log) {
    for (let i = 0; i < 5; i++) {
      log.add(`line ${i}, naïve`);
      if (i === 2) yield* bluelet.sleep(0.07);
    }
  });
  assertEquals(output.text, [0, 1, 2, 3, 4].map((i) => `line ${i}, naïve\n`).join(""));
});

Deno.test("httpd's log keeps a bounded number of bytes while none are taken, and counts what it left out", async () => {
  const output = new Output();
  const { promise, resolve } = Promise.withResolvers<void>();
  output.take = async (bytes) => {
    await promise;
    return bytes.length;
  };
  const line = "é".repeat(5_000);
  await logging(output, function* (log) {
    log.add("first");
    yield* bluelet.sleep(0.1); // its write hangs
    for (let i = 0; i < 10_000; i++) log.add(`${i} ${line}`);
    resolve();
    yield* bluelet.sleep(0.2);
    log.add("last");
  });
  const lines = output.text.split("\n");
  assert(output.text.length < 1_100_000, `${output.text.length} characters`);
  assertEquals([lines[0], lines.at(-2), lines.at(-1)], ["first", "last", ""]);
  const kept = lines.filter((each) => each.endsWith(line)).length;
  const lost = lines.map((each) => Number(/^\((\d+) lines were left out\)$/.exec(each)?.[1] ?? 0));
  assertEquals(kept + lost.reduce((sum, each) => sum + each), 10_000);
  assertEquals(lost.at(-3), 10_000 - kept, "it is said where the lines are missing");
});

Deno.test("httpd's log goes on after what cannot be written, says so once, and counts the lines", async () => {
  const output = new Output();
  await logging(output, function* (log, failures) {
    log.add("one");
    yield* bluelet.sleep(0.07);
    for (let round = 0; round < 3; round++) {
      output.take = () => Promise.reject(new Error("No space left on device"));
      for (let i = 0; i < 4; i++) {
        log.add("lost");
        log.add("lost");
        yield* bluelet.sleep(0.07);
      }
      assertEquals(failures.length, round + 1);
      output.take = (bytes) => Promise.resolve(bytes.length);
      log.add(`again ${round}`);
      yield* bluelet.sleep(0.07);
    }
  });
  const missing = "(8 lines were left out)\n";
  assertEquals(output.text, `one\n${missing}again 0\n${missing}again 1\n${missing}again 2\n`);
});

Deno.test("httpd's log, closed while nothing can be written, ends", async () => {
  const output = new Output();
  output.take = () => Promise.reject(new Deno.errors.BrokenPipe());
  await logging(output, function* (log) {
    log.add("one");
    yield* bluelet.sleep(0.07);
    log.add("two");
  });
  assertEquals(output.text, "");
});

/** A server whose standard output a test reads, or does not, as it likes. */
function begin(folder: string): Deno.ChildProcess {
  const [, run, ...words] = commandOf("httpd.ts");
  const example = new URL("../../examples/httpd.ts", import.meta.url).pathname;
  const args = words.map((word) => word.endsWith("httpd.ts") ? example : word.replace(":8088", ":0"));
  return new Deno.Command(Deno.execPath(), {
    args: [run!, "--quiet", "--no-prompt", ...args, "--port", "0"],
    cwd: folder,
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

interface Unread {
  child: Deno.ChildProcess;
  output: ReadableStreamDefaultReader<Uint8Array>;
  port: number;
}

/** Runs `body` with a server of which one line was read; then stops it with Ctrl-C. */
async function withUnread(
  body: (server: Unread) => Promise<void>,
): Promise<{ code: number; errors: string }> {
  const folder = await Deno.makeTempDir({ prefix: "httpd" });
  await Deno.mkdir(`${folder}/docs`);
  await Deno.writeTextFile(`${folder}/docs/hello.txt`, "Hello, world!\n");
  const child = begin(folder);
  const errors = new Response(child.stderr).text();
  const output = child.stdout.getReader();
  try {
    const line = new TextDecoder().decode((await output.read()).value);
    const port = Number(/^Serving docs at .*:(\d+)\/\n$/.exec(line)?.[1]);
    await body({ child, output, port });
    child.kill("SIGINT");
    const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
    const { code } = await child.status;
    clearTimeout(timer);
    await output.cancel();
    return { code, errors: await errors };
  } finally {
    try {
      child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    await child.status;
    await Deno.remove(folder, { recursive: true });
  }
}

/** Asks for something on a connection of its own. */
async function ask(port: number, times = 1, query = ""): Promise<string> {
  using conn = await reach(port);
  const request = `GET /hello.txt${query} HTTP/1.1\r\nHost: h\r\n`;
  return await exchangeOn(conn, `${request}\r\n`.repeat(times - 1) + `${request}Connection: close\r\n\r\n`);
}

async function memoryOf(pid: number): Promise<number> {
  const status = await client("cat", [`/proc/${pid}/status`]);
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

Deno.test({
  name: "httpd.ts serves on when its log's reader has gone, as in `| head -1`",
  ignore,
  async fn() {
    const { code, errors } = await withUnread(async ({ output, port }) => {
      await output.cancel();
      for (let i = 0; i < 8; i++) {
        assertEquals(statusOf(await ask(port)), 200);
        await new Promise((resolve) => setTimeout(resolve, 60)); // so that it is written in between
      }
    });
    assertEquals({ code, errors: errors.split("\n").length }, { code: 0, errors: 2 }, errors);
    assertMatch(errors, /^The log cannot be written: BrokenPipe: .*\n$/);
  },
});

Deno.test({
  name: "httpd.ts serves on when its log's reader stands still, in bounded memory, and ends with Ctrl-C",
  ignore,
  async fn() {
    const { code, errors } = await withUnread(async ({ child, port }) => {
      await ask(port, 100);
      const before = await memoryOf(child.pid);
      const query = `?${"x".repeat(12_000)}`;
      for (let i = 0; i < 20; i++) assertEquals(statusOf(await ask(port, 1_000, query)), 200);
      const grown = await memoryOf(child.pid) - before;
      assert(grown < 100_000_000, `240 MB of lines took ${grown} bytes`);
      const started = performance.now();
      await ask(port);
      assert(performance.now() - started < 2_000);
    });
    assertEquals({ code, errors }, { code: 0, errors: "" });
  },
});

Deno.test({
  name: "httpd.ts says how many lines were left out when its log's reader goes on",
  ignore,
  async fn() {
    let text = "";
    const logged = () => text.match(/^127\.0\.0\.1 "GET/gm)?.length ?? 0;
    const lost = () =>
      Array.from(text.matchAll(/^\((\d+) lines were left out\)$/gm)).reduce(
        (sum, [, n]) => sum + Number(n),
        0,
      );
    await withUnread(async ({ output, port }) => {
      await ask(port, 500, `?${"x".repeat(12_000)}`);
      await new Promise((resolve) => setTimeout(resolve, 300));
      const decoder = new TextDecoder();
      while (logged() + lost() < 500) text += decoder.decode((await output.read()).value);
    });
    assertEquals(logged() + lost(), 500);
    assert(logged() > 10 && lost() > 100, `${logged()} and ${lost()}`);
    assertStringIncludes(text, 'HTTP/1.1" 200 14\n(');
  },
});
