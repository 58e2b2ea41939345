/**
 * Processes on Deno: the suite, and what only the system shows: children, descriptors, sessions, permissions.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { all, type Coroutine, kill, run, sleep, spawn, timeout } from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/mod.ts";
import { command, output, type Subprocess } from "../../src/process/mod.ts";
import { lines } from "../../src/streams/mod.ts";
import { Channel } from "../../src/sync/mod.ts";
import { text, thrownBy } from "../net/pair.ts";
import { processSuite } from "../process/process_suite.ts";
import { children, descriptors, isThere, state, statesOn, until } from "../process/states.ts";
import { lacks } from "../requirements.ts";

const ignore = lacks(["run", "read", "env"], ["sh", "ps", "python3", "node"]);
const on = (program: Coroutine<unknown>) => run(program, { host: denoHost });
const states = statesOn("Deno", on, { ignore });
processSuite(states);

/** Runs `body`, then sees that it left no child, zombie or not, and no descriptor. */
function* leavesNothing(body: Coroutine<unknown>): Coroutine<void> {
  yield* output("true"); // what the runtime opens for its first process, and keeps
  const before = { children: children(), descriptors: descriptors() };
  yield body;
  assertEquals(children(), before.children);
  // The runtime closes a pipe some microtasks after it was told to.
  yield* until(
    () => descriptors() <= before.descriptors,
    `${descriptors()} descriptors are ${before.descriptors}`,
  );
}

states("1,000 killed commands leave no zombie and no open pipe", () =>
  leavesNothing(function* () {
    const stdio = [{}, { stdin: "piped" }, { input: new Uint8Array(200_000) }, { stderr: "null" }] as const;
    for (let round = 0; round < 50; round++) {
      const threads = [];
      for (let i = 0; i < 20; i++) {
        threads.push(
          yield* spawn(function* (): Coroutine<void> {
            if (i % 5 === 4) yield* output("sleep", ["60"]);
            const process = yield* command("sleep", ["60"], stdio[i % 4]!);
            if (i % 3 === 0) yield* process.stdout!.readline();
            if (i % 3 === 1) yield* process.status();
            if (process.stdin !== null) yield* process.stdin.sendall(new Uint8Array(100_000));
            yield* sleep(Infinity);
          }),
        );
      }
      yield* sleep(0);
      if (round % 2 === 0) yield* sleep(0.01);
      yield* all(threads.map((thread) => kill(thread)));
    }
  }()));

states(
  "1,000 commands one after another in one coroutine hold nothing, whether or not they are read",
  () =>
    leavesNothing(function* () {
      const before = descriptors();
      for (let i = 0; i < 1_000; i++) {
        const process = yield* command("true", [], i % 2 === 0 ? { stdin: "piped" } : {});
        yield* process.status();
        if (i % 100 === 99) {
          yield* until(() => descriptors() <= before, `after ${i}: ${descriptors()} of ${before}`);
        }
      }
    }()),
);

for (const [how, script] of [["ended", ""], ["was killed", "; wait"]] as const) {
  states(
    `a grandchild that holds the pipes of what ${how} keeps neither the end waiting nor a pipe open`,
    function* () {
      let grandchild = 0;
      yield* leavesNothing(function* (): Coroutine<void> {
        const process = yield* command("sh", ["-c", `sleep 100 & echo $!${script}`], { stdin: "piped" });
        grandchild = Number(yield* process.stdout!.readline());
        if (how === "ended") yield* process.status();
      }());
      assert(isThere(grandchild)); // it is nobody's that we know of
      yield* output("kill", [String(grandchild)]);
    },
  );
}

states("100 MB of output: each byte comes, in order, whether collected or line by line", function* () {
  const all = yield* output("seq", ["-f", "%015.0f", "6250000"], { limit: Infinity });
  assertEquals(all.stdout.length, 100_000_000);
  const { stdout } = yield* command("seq", ["-f", "%015.0f", "6250000"]);
  const channel = yield* lines(stdout!);
  let count = 0, wrong = 0;
  for (let line; (line = yield* channel.receive(null)) !== null;) if (Number(line) !== ++count) wrong++;
  assertEquals({ count, wrong }, { count: 6_250_000, wrong: 0 });
  const from = 123_456 * 16;
  assertEquals(text(all.stdout.subarray(from, from + 15)), "000000000123457");
});

states("a slow reader of an endless output holds the program back, and not its own memory", function* () {
  const yes = yield* command("yes");
  const before = Deno.memoryUsage().rss;
  for (let i = 0; i < 20; i++) {
    assert((yield* yes.stdout!.recv(1_000)) !== null);
    yield* sleep(0.02);
  }
  const grown = Deno.memoryUsage().rss - before;
  assert(grown < 50_000_000, `${grown} bytes`);
});

states("python and node: input, output, errors, signals", function* () {
  const python = yield* output("python3", [
    "-c",
    "import sys; d = sys.stdin.read(); print(len(d)); print('e', file=sys.stderr); sys.exit(2)",
  ], {
    input: "x".repeat(300_000),
    check: false,
  });
  assertEquals([python.text, text(python.stderr), python.code], ["300000\n", "e\n", 2]);

  const node = yield* command("node", [
    "-e",
    `
    process.on("SIGTERM", () => { console.log("bye"); process.exitCode = 4; clearInterval(timer); });
    const timer = setInterval(() => {}, 1000);
    console.log("ready");
  `,
  ]);
  const channel = yield* lines(node.stdout!);
  assertEquals(yield* timeout(30, channel.receive()), "ready");
  node.kill();
  assertEquals(yield* channel.receive(), "bye");
  assertEquals(yield* node.status(), { success: false, code: 4, signal: null });

  const error = yield* thrownBy(output("python3", ["-c", "raise KeyError('lost')"]));
  assert(String(error).endsWith("KeyError: 'lost'"), String(error));
});

states(
  "a detached process leads a session of its own, and goes on when its coroutine has ended",
  function* () {
    let process!: Subprocess;
    yield* leavesPipes(function* (): Coroutine<void> {
      process = yield* command("sh", ["-c", "ps -o pid=,sid= -p $$; exec sleep 60"], { detached: true });
      const [pid, session] = (yield* process.stdout!.readline())!.trim().split(/\s+/);
      assertEquals([pid, session], [String(process.pid), String(process.pid)]);
    }());
    assertEquals(state(process.pid), "S");
    process.kill("SIGKILL");
    assertEquals((yield* process.status()).signal, "SIGKILL");
    yield* until(() => !isThere(process.pid), "it is gone");
  },
);

function* leavesPipes(body: Coroutine<unknown>): Coroutine<void> {
  yield* output("true");
  const before = descriptors();
  yield body;
  // One of the process itself.
  yield* until(() => descriptors() <= before + 1, `${descriptors()} descriptors are ${before + 1}`);
}

Deno.test({
  name:
    "a process has all of its grace, however short that of the run is, and also if its coroutine swallows the kill",
  ignore,
  async fn() {
    let process!: Subprocess;
    const program = function* (swallows: boolean): Coroutine<void> {
      const thread = yield* spawn(function* () {
        process = yield* command("sh", [
          "-c",
          "trap 'sleep 0.3; exit 6' TERM; echo up; while :; do sleep 0.01; done",
        ]);
        yield* process.stdout!.readline();
        while (true) {
          try {
            yield* sleep(Infinity);
          } catch (error) {
            if (!swallows) throw error;
          }
        }
      });
      while (process?.stdout === undefined || thread.waitsFor.includes("line")) yield* sleep(0.01);
      yield* kill(thread);
      assertEquals((yield* process.status()).code, 6);
    };
    for (const swallows of [false, true]) await run(program(swallows), { host: denoHost, grace: 0.05 });
  },
});

Deno.test({
  name: "a run that is aborted, fails, or is deadlocked ends its processes before it rejects",
  ignore,
  async fn() {
    const controller = new AbortController();
    const endings: [string, () => Coroutine<void>][] = [
      ["aborted", function* () {
        controller.abort(new Error("aborted"));
        yield* sleep(Infinity);
      }],
      ["failed", function* () {
        throw new Error("failed");
      }],
      ["DeadlockError", function* () {
        yield* new Channel<void>().receive();
      }],
    ];
    for (const [how, end] of endings) {
      let process!: Subprocess;
      const program = function* (): Coroutine<void> {
        process = yield* command("sleep", ["60"]);
        yield* end();
      };
      const signal = how === "aborted" ? controller.signal : new AbortController().signal;
      const error = await run(program(), { host: denoHost, signal }).then(() => "none", String);
      assert(error.includes(how), error);
      assert(!isThere(process.pid), how);
    }
  },
});

/** What a program prints that runs with no more than `flags`. */
async function printed(program: string, flags: string[]): Promise<string> {
  const root = new URL("../../", import.meta.url);
  const source = `import * as bluelet from ${JSON.stringify(new URL("mod.ts", root).href)};
    function* attempt(task) {
      try {
        yield task;
        console.log("allowed");
      } catch (error) {
        console.log(error.constructor === Deno.errors.NotCapable, error.message);
      }
    }
    ${program}`;
  const args = [
    "run",
    "--quiet",
    "--no-prompt",
    "--no-check",
    "--config",
    new URL("deno.json", root).pathname,
  ];
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...args, ...flags, `data:application/typescript,${encodeURIComponent(source)}`],
    env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
  }).output();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

Deno.test({
  name:
    "command() without the permission throws NotCapable at the yield, untouched; PATH is named only if we may know it",
  ignore,
  async fn() {
    const program = `await bluelet.run(function* () {
      yield* attempt(bluelet.command("true"));
      yield* attempt(bluelet.output("sh"));
      yield* attempt(bluelet.output("no-such-program"));
    }());`;
    const nothing = (await printed(program, [])).trimEnd().split("\n");
    assertEquals(nothing.map((line) => /^true Requires run access/.test(line)), [true, true, false]);
    assert(nothing[2]!.startsWith("false There is no program"), nothing[2]);
    const some = (await printed(program, ["--allow-run"])).trimEnd().split("\n");
    assertEquals(
      some[2],
      "false There is no program no-such-program in the folders of PATH: install it, or give its path (ENOENT).",
    );
  },
});

Deno.test({
  name: "a program ends when its run has, whatever its detached processes do",
  ignore,
  async fn() {
    const program = `
      let pid;
      await bluelet.main(function* () {
        const process = yield* bluelet.command("sleep", ["60"], { detached: true });
        pid = process.pid;
      }());
      console.log(pid);`;
    const began = performance.now();
    const pid = Number(await printed(program, ["--allow-run", "--allow-read"]));
    assert(performance.now() - began < 40_000);
    assert(isThere(pid), `process ${pid} is not there`);
    Deno.kill(pid, "SIGKILL");
  },
});
