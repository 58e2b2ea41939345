/** `main`: what a program does when it is asked to stop, fails, or lacks a permission. Real processes, real signals. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { lacks } from "../requirements.ts";

const program = new URL("./programs/stop.ts", import.meta.url).pathname;
const ignore = lacks(["run", "read"]);

interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Runs the program; sends it `signals`, each when its output has the word that stands before it. */
async function start(how: string, ...signals: [string, Deno.Signal][]): Promise<Ended> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", program, how],
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const errors = new Response(child.stderr).text();
  let out = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    out += chunk;
    while (signals.length > 0 && out.includes(signals[0]![0])) child.kill(signals.shift()![1]);
  }
  const { code } = await child.status;
  return { code, out, err: await errors };
}

Deno.test({
  name: "main() on Ctrl-C unwinds the root, then the other threads, and exits with 130",
  ignore,
  async fn() {
    const { code, out, err } = await start("unwinds", ["ready", "SIGINT"]);
    assertEquals({ code, out, err }, {
      code: 130,
      out: "ready\nroot cleaned up\nchild cleaned up\n",
      err: "",
    });
  },
});

Deno.test({
  name: "main() on SIGTERM exits with 143",
  ignore,
  async fn() {
    const { code, out } = await start("unwinds", ["ready", "SIGTERM"]);
    assertEquals(code, 143);
    assertStringIncludes(out, "child cleaned up");
  },
});

Deno.test({
  name: "main() returns, and the code is 0, if the root catches InterruptError and ends",
  ignore,
  async fn() {
    const { code, out, err } = await start("catches", ["ready", "SIGINT"]);
    assertEquals({ code, err }, { code: 0, err: "" });
    assertEquals(out, "ready\ncaught SIGINT\nchild cleaned up\nmain returned\n");
  },
});

Deno.test({
  name: "main() exits at once on a second Ctrl-C, whatever is still being cleaned up",
  ignore,
  async fn() {
    const began = performance.now();
    const { code, out } = await start("stays", ["ready", "SIGINT"], ["cleaning", "SIGINT"]);
    assertEquals({ code, out }, { code: 130, out: "ready\ncleaning up for long\n" });
    assertEquals(performance.now() - began < 30_000, true);
  },
});

Deno.test({
  name: "main() prints an uncaught error once, with the coroutines and the thread that it came through",
  ignore,
  async fn() {
    const { code, out, err } = await start("breaks");
    assertEquals({ code, out }, { code: 1, out: "" });
    // The root joined the thread that failed, and threw the same error.
    assertEquals(err.match(/Error: out of luck/g)?.length, 1);
    assertStringIncludes(
      err,
      'came through fails <- thread "helper" (#2) <- thread "breaks" (#1)',
    );
  },
});

Deno.test({
  name: "main() returns when the program has ended well",
  ignore,
  async fn() {
    assertEquals(await start("returns"), { code: 0, out: "main returned\n", err: "" });
  },
});

Deno.test({
  name: "main() prints a missing permission as one line that says which flag to add",
  ignore,
  async fn() {
    const { code, out, err } = await start("reads");
    assertEquals({ code, out }, { code: 1, out: "" });
    assertEquals(err, "Permission is missing: run it with --allow-read=/etc/hostname.\n");
  },
});
