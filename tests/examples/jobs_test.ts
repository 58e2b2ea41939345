import { assert, assertEquals, assertMatch } from "@std/assert";
import { isThere } from "../process/states.ts";
import { lacks } from "../requirements.ts";
import { assertNeeds, client, finish, start } from "./program.ts";

const ignore = lacks(["run", "read"], ["sh", "ps"]);
const ignoreHere = lacks(["run"]);

/** The lines of job `number`, in order. */
function linesOf(output: string, number: number): string[] {
  return output.split("\n").filter((line) => line.startsWith(`[${number}] `)).map((line) =>
    line.slice(`[${number}] `.length)
  );
}

Deno.test({
  name: "jobs.ts without permissions names the missing one",
  ignore: ignoreHere,
  fn: () => assertNeeds("jobs.ts", "--allow-run=sh"),
});

Deno.test({
  name: "jobs.ts shows with the command of its header what can happen to commands",
  ignore: ignoreHere,
  async fn() {
    const { code, output, errors } = await finish("jobs.ts");
    assertEquals(linesOf(output, 1).slice(1), ["| line 1", "| line 2", "| line 3", "- done"]);
    assertEquals(linesOf(output, 2).slice(1), ["! something is missing", "- failed with exit code 3"]);
    assertEquals(linesOf(output, 3).slice(1), ["| this takes long", "- not done within 1 s: it was killed"]);
    assertEquals(linesOf(output, 4).at(-1), "- not done within 1 s: it was killed");
    assertEquals(linesOf(output, 5).at(-1), "- not done within 1 s: it was killed");
    assertEquals(linesOf(output, 6).slice(1), ["| 100000", "- done"]);
    assertEquals(linesOf(output, 7).slice(1), ["- was ended by SIGKILL"]);
    assertMatch(errors, /7 commands: 2 done, 5 failed\nThat is what can happen/);
    assertEquals(code, 0);
  },
});

Deno.test({
  name: "jobs.ts runs so many at a time, in order; its exit code says whether all went well",
  ignore: ignoreHere,
  async fn() {
    const one = "echo a; sleep 0.05; echo b";
    const all = await finish("jobs.ts", { args: ["--jobs", "1", one, one, one] });
    assertEquals(
      all.output.replace(/ \$ .*/g, ""),
      [1, 2, 3].map((i) => `[${i}]\n[${i}] | a\n[${i}] | b\n[${i}] - done\n`).join(""),
    );
    assertEquals(all.code, 0);
    const bad = await finish("jobs.ts", { args: ["true", "false", "true"] });
    assertEquals(bad.code, 1);
    assertMatch(bad.errors, /3 commands: 2 done, 1 failed/);
    const wrong = await finish("jobs.ts", { args: ["--jobs", "0", "true"] });
    assert(wrong.code === 1 && wrong.errors.includes("--jobs takes a number above 0"), wrong.errors);
  },
});

Deno.test({
  name: "jobs.ts takes commands from its standard input, and runs them as they come",
  ignore: ignoreHere,
  async fn() {
    await using program = start("jobs.ts", { args: ["-"], input: true });
    await program.input("echo first\n\n");
    await program.line(/^\[1\] - done$/);
    await program.input("echo second\r\n");
    await program.line(/^\[2\] \| second$/);
    const { code } = await program.stop();
    assertEquals(code, 130);
  },
});

Deno.test({
  name: "jobs.ts tells on SIGUSR1 what runs; Ctrl-C ends all of it, whatever it thinks of that",
  ignore,
  async fn() {
    const stubborn = "trap '' TERM INT; echo pid $$; while :; do sleep 0.05; done";
    await using program = start("jobs.ts", {
      args: ["--grace", "0.2", stubborn, stubborn, "sleep 60", "echo late"],
    });
    const pids = [await program.line(/^\[1\] \| pid (\d+)/), await program.line(/^\[2\] \| pid (\d+)/)].map((
      found,
    ) => Number(found[1]));
    await program.line(/^\[3\] \$ sleep/);
    assert(pids.every(isThere));
    program.signal("SIGUSR1");
    for (let i = 0; i < 3_000 && !program.errors.includes("[3] runs: sleep 60"); i++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    assertMatch(
      program.errors,
      /3 commands: 0 done, 0 failed\n\[1\] runs: trap.*\n\[2\] runs: trap.*\n\[3\] runs: sleep 60/,
    );
    const { code, output } = await program.stop();
    assertEquals(code, 130);
    assert(!pids.some(isThere));
    assert(!output.includes("late"));
  },
});

Deno.test({
  name: "jobs.ts: lines of many commands never mix, and none is lost",
  ignore: ignoreHere,
  async fn() {
    const counts = (name: string) => `seq -f '${name} %.0f ${"x".repeat(50)}' 3000`;
    const { output } = await finish("jobs.ts", { args: ["-j", "4", ...["a", "b", "c", "d"].map(counts)] });
    for (const [i, name] of ["a", "b", "c", "d"].entries()) {
      const lines = linesOf(output, i + 1);
      assertEquals(lines.length, 3_002);
      assert(lines.slice(1, -1).every((line, at) => line === `| ${name} ${at + 1} ${"x".repeat(50)}`));
    }
  },
});

Deno.test({
  name: "jobs.ts ends when nobody reads what it prints, and so do its commands",
  ignore: lacks(["run", "read", "env"], ["sh", "head"]),
  async fn() {
    const root = new URL("../../", import.meta.url).pathname;
    const command = `"${Deno.execPath()}" run --quiet --no-prompt --allow-run=sh examples/jobs.ts yes`;
    const script =
      `cd "${root}" && { { ${command} 2>/dev/null; echo "code $?" >&3; } | head -n 3 >/dev/null; } 3>&1`;
    assertEquals(await client("sh", ["-c", script]), "code 0\n");
  },
});
