/** `main` exits when its run has ended, whatever is still pending outside. Real processes, pipes and terminals. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { lacks } from "../requirements.ts";

const program = new URL("./programs/leave.ts", import.meta.url).pathname;
const WRITTEN = "x".repeat(200_000) + "\n";
const ARGUMENTS = ["run", "--no-prompt", "--allow-net", program];

interface Ended {
  code: number;
  out: string;
  err: string;
}

/** Runs a program, whose standard input stays open until it has ended; fails if that takes a minute. */
async function ended(command: string, args: string[], stdin: "piped" | "null"): Promise<Ended> {
  const child = new Deno.Command(command, {
    args,
    stdin,
    stdout: "piped",
    stderr: "piped",
    env: { NO_COLOR: "1" },
  }).spawn();
  const clock = setTimeout(() => child.kill("SIGKILL"), 60_000);
  const [{ code }, out, err] = await Promise.all([
    child.status,
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  clearTimeout(clock);
  if (stdin === "piped") await child.stdin.close().catch(() => {}); // nobody is there to read
  return { code, out, err };
}

const ways = ["size", "all", "thread", "runtime", "stream", "timer", "listener"];

for (const how of ways) {
  Deno.test({
    name: `main() exits although a promise is pending and stdin stays open: ${how}`,
    ignore: lacks(["run", "read"]),
    async fn() {
      const { code, out, err } = await ended(Deno.execPath(), [...ARGUMENTS, how], "piped");
      assertEquals({ code, err }, { code: 0, err: "" });
      assertEquals(out === `${WRITTEN}cleaned up\nmain returned\n`, true, out.slice(-200));
    },
  });
}

Deno.test({
  name: "main() exits with Deno.exitCode, although a read of stdin is pending",
  ignore: lacks(["run", "read"]),
  async fn() {
    const { code, out } = await ended(Deno.execPath(), [...ARGUMENTS, "code"], "piped");
    assertEquals({ code, out: out.slice(-14) }, { code: 7, out: "main returned\n" });
  },
});

Deno.test({
  name: "main() exits with 1 after an error, although a read of stdin is pending",
  ignore: lacks(["run", "read"]),
  async fn() {
    const { code, out, err } = await ended(Deno.execPath(), [...ARGUMENTS, "fails"], "piped");
    assertEquals({ code, out }, { code: 1, out: "cleaned up\n" });
    assertStringIncludes(err, "out of luck");
  },
});

Deno.test({
  name: "main() after main() runs, and then the process exits",
  ignore: lacks(["run", "read"]),
  async fn() {
    const { code, out } = await ended(Deno.execPath(), [...ARGUMENTS, "twice"], "piped");
    assertEquals({ code, out: out.slice(-31) }, { code: 0, out: "cleaned up\nagain\nmain returned\n" });
  },
});

Deno.test({
  name: "main() of a program whose stdin is /dev/null exits",
  ignore: lacks(["run", "read"]),
  async fn() {
    const { code, out } = await ended(Deno.execPath(), [...ARGUMENTS, "all"], "null");
    assertEquals({ code, out: out.slice(-25) }, { code: 0, out: "cleaned up\nmain returned\n" });
  },
});

for (const how of ["size", "thread"]) {
  Deno.test({
    name: `main() exits although a read of a terminal is pending: ${how}`,
    ignore: lacks(["run", "read", "env"], ["script"]),
    async fn() {
      const line = [Deno.execPath(), ...ARGUMENTS, how].map((word) => `'${word}'`).join(" ");
      const { code, out } = await ended("script", ["-qec", line, "/dev/null"], "piped");
      assertEquals(code, 0);
      assertStringIncludes(out, "cleaned up\r\nmain returned\r\n");
    },
  });
}
