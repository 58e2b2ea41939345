/** Mistakes in what processes and signals are given are thrown at the call, in words. */

import { assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import { command, output, signals } from "../../src/process/mod.ts";
import { caught, play } from "../virtual_host.ts";

Deno.test("command() and output() refuse at the call what they cannot take, in words", () => {
  for (const start of [command, output] as const) {
    const name = start.name;
    // deno-lint-ignore no-explicit-any -- mistakes
    const wrong = start as (...args: any[]) => unknown;
    assertThrows(() => wrong(), TypeError, `${name} takes a program as a string`);
    assertThrows(() => wrong(5), TypeError, `${name} takes a program as a string; got`);
    assertThrows(() => wrong(""), TypeError, "not empty");
    assertThrows(() => wrong("a\0b"), TypeError, "without NUL");
    assertThrows(() => wrong("ls", "-l"), TypeError, `${name} takes the arguments as an array of strings`);
    assertThrows(() => wrong("ls", [1]), TypeError, `${name} takes arguments as a string; got`);
    assertThrows(() => wrong("ls", ["a\0b"]), TypeError, "without NUL");
    assertThrows(() => wrong("ls", [], null), TypeError, "as an object");
    assertThrows(
      () => wrong("ls", [], { stdout: "pipe" }),
      TypeError,
      `stdout is "piped", "inherit", "null"`,
    );
    assertThrows(() => wrong("ls", [], { stdin: 0 }), TypeError, "stdin is");
    assertThrows(() => wrong("ls", [], { stdin: "inherit", input: "x" }), TypeError, "not both");
    assertThrows(() => wrong("ls", [], { input: 5 }), TypeError, "input takes");
    assertThrows(() => wrong("ls", [], { grace: -1 }), RangeError, "0 or more");
    assertThrows(() => wrong("ls", [], { grace: NaN }), RangeError, "0 or more");
    assertThrows(() => wrong("ls", [], { grace: "1" }), TypeError, "seconds");
    assertThrows(() => wrong("ls", [], { env: { A: 1 } }), TypeError, "env has A as a string");
    assertThrows(() => wrong("ls", [], { env: { "A=B": "1" } }), TypeError, "a name that none can have");
    assertThrows(() => wrong("ls", [], { env: "A=1" }), TypeError, "an object of strings");
    assertThrows(() => wrong("ls", [], { cwd: 5 }), TypeError, "cwd as a string");
  }
  assertThrows(() => output("ls", [], { limit: 0 }), RangeError, "output's limit");
  assertThrows(() => output("ls", [], { limit: 1.5 }), RangeError, "output's limit");
  assertThrows(() => output("cat", [], { stdin: "piped" }), TypeError, "use command");
});

Deno.test("signals() refuses at the call what is no signal, and what no program is told of", () => {
  assertThrows(() => signals(), TypeError, "got none");
  for (const name of ["HUP", "SIGFOO", "", "sighup", 1, null]) {
    assertThrows(() => signals(name as string), TypeError, "the name of a signal");
  }
  for (const name of ["SIGKILL", "SIGSTOP", "SIGSEGV"]) {
    assertThrows(() => signals("SIGHUP", name), TypeError, `cannot tell of ${name}`);
  }
});

Deno.test("a host without processes or signals gives one clear error", async () => {
  await play(function* () {
    assertInstanceOf(yield* caught(output("ls")), TypeError);
  });
  for (const [event, what] of [[command("ls"), "processes"], [signals("SIGHUP"), "signals"]] as const) {
    await assertRejects(
      () =>
        play(function* () {
          yield event;
        }),
      TypeError,
      `This run's host has no ${what}`,
    );
  }
});
