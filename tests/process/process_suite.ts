/**
 * What every host's processes must do: real programs, which are on every Unix.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import {
  all,
  type Coroutine,
  join,
  kill,
  moveOnAfter,
  null as pass,
  race,
  select,
  sleep,
  spawn,
  timeout,
  TimeoutError,
} from "../../src/core/mod.ts";
import { command, output, type Subprocess } from "../../src/process/mod.ts";
import {
  lines,
  LineTooLongError,
  SocketBusyError,
  SocketClosedError,
  SocketError,
} from "../../src/streams/mod.ts";
import { numbered, text, thrownBy } from "../net/pair.ts";
import { of, processError, type States } from "./states.ts";

const sh = (script: string, options = {}) => command("sh", ["-c", script], options);

/** Registers the tests. */
export function processSuite(states: States): void {
  states("command(): a process is read and written as a connection is", function* () {
    const cat = yield* command("cat", [], { stdin: "piped" });
    const { stdin, stdout } = cat;
    yield* stdin!.sendall("one\ntwo\r\nthree||four\nfive");
    assertEquals(yield* stdout!.readline(), "one\n");
    assertEquals(text(yield* stdout!.recv(2)), "tw");
    assertEquals(text(yield* stdout!.readexactly(3)), "o\r\n");
    assertEquals(text(yield* stdout!.readuntil(new TextEncoder().encode("||"))), "three||");
    assertEquals(yield* stdin!.send("!"), 1);
    yield* stdin!.closeWrite();
    assertEquals(text(yield* stdout!.readall()), "four\nfive!");
    assertEquals([yield* stdout!.readline(), yield* stdout!.recv(1)], [null, null]);
    assertEquals(yield* cat.status(), { success: true, code: 0, signal: null });
    assertEquals(yield* cat.status(), { success: true, code: 0, signal: null });
    assert(cat.pid > 1);
  });

  states("command(): arguments go in as they are, with no shell between", function* () {
    const args = ["a b", "", "$HOME", "'\"\\", "é\n*"];
    const { text } = yield* output("printf", ["%s|", ...args]);
    assertEquals(text, args.map((arg) => `${arg}|`).join(""));
  });

  states("command(): cwd, env and clearEnv", function* () {
    assertEquals((yield* output("pwd", [], { cwd: "/" })).text, "/\n");
    assertEquals((yield* output("pwd", [], { cwd: new URL("file:///") })).text, "/\n");
    assertEquals(
      (yield* output("sh", ["-c", 'echo $MINE; test -n "$PATH"'], { env: { MINE: "x y" } })).text,
      "x y\n",
    );
    const { text } = yield* output("/usr/bin/env", [], { env: { A: "1" }, clearEnv: true });
    assertEquals(text, "A=1\n");
  });

  states("command(): what is not piped is null", function* () {
    const quiet = yield* command("true", [], { stdout: "null", stderr: "inherit" });
    assertEquals([quiet.stdin, quiet.stdout, quiet.stderr], [null, null, null]);
    const fed = yield* command("cat", [], { input: "x" });
    assertEquals(fed.stdin, null);
    assertEquals((yield* output("echo", ["x"], { stdout: "null" })).stdout.length, 0);
    assertEquals((yield* output("cat")).text, ""); // its input is empty, and not ours
  });

  states("status() tells the code, or the signal, to all who wait", function* () {
    for (
      const [script, expected] of [
        ["exit 0", { success: true, code: 0, signal: null }],
        ["exit 7", { success: false, code: 7, signal: null }],
        ["kill -KILL $$", { success: false, code: 137, signal: "SIGKILL" }],
        ["kill -HUP $$", { success: false, code: 129, signal: "SIGHUP" }],
      ] as const
    ) {
      const process = yield* sh(script);
      assertEquals(yield* all([process.status(), process.status(), process.status()]), [
        expected,
        expected,
        expected,
      ]);
    }
  });

  states("status() that was killed or timed out waits no more; the process goes on", function* () {
    const process = yield* sh("read line; exit 3", { stdin: "piped" });
    assertInstanceOf(yield* thrownBy(timeout(0.01, process.status())), TimeoutError);
    const waiting = yield* spawn(of, process.status());
    yield* pass();
    yield* kill(waiting);
    const first = yield* select({ ended: process.status(), late: sleep(0.01) });
    assertEquals(first.case, "late");
    yield* process.stdin!.sendall("go\n");
    assertEquals((yield* process.status()).code, 3);
  });

  states("kill() sends any signal, SIGTERM if none is named, and nothing to what has ended", function* () {
    const script =
      "trap 'echo usr1' USR1; trap 'echo term; exit 5' TERM; echo ready; while :; do sleep 0.01; done";
    const process = yield* sh(script);
    assertEquals(yield* process.stdout!.readline(), "ready\n");
    process.kill("SIGUSR1");
    assertEquals(yield* process.stdout!.readline(), "usr1\n");
    process.kill();
    assertEquals(yield* process.stdout!.readline(), "term\n");
    assertEquals((yield* process.status()).code, 5);
    process.kill();
    process.kill("SIGKILL");
    for (const name of ["", "TERM", "SIGFOO", 9, null, "sigterm"]) {
      assertThrows(() => process.kill(name as string), TypeError, "the name of a signal");
    }
  });

  // --- pipes -------------------------------------------------------------------------------------------------

  states("a process that fills one pipe while another is waited for is not held up", function* () {
    const floods = "head -c 3000000 /dev/zero >&2; echo done; head -c 3000000 /dev/zero >&2";
    const process = yield* sh(floods);
    assertEquals(yield* process.stdout!.readline(), "done\n");
    assertEquals((yield* process.status()).code, 0);
    assertEquals((yield* process.stderr!.readall()).length, 6_000_000);
  });

  states("what nobody read when the process ended can still be read", function* () {
    const process = yield* sh("echo out; echo err >&2; seq 200000");
    assertEquals((yield* process.status()).code, 0);
    assertEquals(yield* process.stdout!.readline(), "out\n");
    assertEquals(text(yield* process.stderr!.readall()), "err\n");
    assertEquals((yield* process.stdout!.readall()).length, 1_288_895);
  });

  states("a large input can be written before the output is read", function* () {
    const data = numbered(3_000_000);
    const cat = yield* command("cat", [], { stdin: "piped" });
    yield* cat.stdin!.sendall(data);
    yield* cat.stdin!.closeWrite();
    assertEquals(yield* cat.stdout!.readall(), data);
  });

  states(
    "closing an input wakes those who write it; the process reads what had gone in, and the end",
    function* () {
      const process = yield* sh("read go; wc -c", { stdin: "piped" });
      const writers = [];
      for (let i = 0; i < 3; i++) {
        writers.push(yield* spawn(() => thrownBy(process.stdin!.sendall(`${"x".repeat(499_999)}\n`))));
      }
      yield* sleep(0.01);
      process.stdin!.close();
      for (const writer of writers) assertInstanceOf(yield* join(writer), SocketClosedError);
      const count = Number(text(yield* process.stdout!.readall()));
      assert(count < 500_000, String(count));
      assertEquals((yield* process.status()).code, 0);
    },
  );

  states("a process that never reads its input blocks nobody but who writes it", function* () {
    const process = yield* sh("echo up; exec sleep 60", { stdin: "piped" });
    const writer = yield* spawn(() => thrownBy(process.stdin!.sendall(new Uint8Array(1_000_000))));
    assertEquals(yield* process.stdout!.readline(), "up\n");
    yield* sleep(0.01);
    assertEquals(writer.state, "waiting");
    process.kill("SIGKILL");
    const error = yield* join(writer);
    assert(error instanceof SocketError && error.code === "EPIPE", String(error));
  });

  states("while nobody waits for a process, it has to wait when its pipe is full", function* () {
    const process = yield* sh("yes | head -c 50000000; echo over >&2");
    assertEquals(yield* process.stdout!.readline(), "y\n");
    yield* sleep(0.2);
    const early = yield* moveOnAfter(0, process.stderr!.readline());
    assertEquals(early, undefined);
    assertEquals(yield* process.stderr!.readline(), "over\n"); // now somebody waits
  });

  states("input to a process that has gone throws EPIPE, however often", function* () {
    const process = yield* command("true", [], { stdin: "piped" });
    yield* process.status();
    for (let i = 0; i < 3; i++) {
      const error = yield* thrownBy(process.stdin!.sendall("x"));
      assert(error instanceof SocketError && error.code === "EPIPE", String(error));
      assert(error.message.includes("true"), error.message);
    }
    yield* process.stdin!.closeWrite();
    process.stdin!.close();
    assertInstanceOf(yield* thrownBy(process.stdin!.sendall("x")), SocketClosedError);
  });

  states("two writers of one input do not mix; two readers of one output are told", function* () {
    const cat = yield* command("cat", [], { stdin: "piped" });
    const a = yield* spawn(of, cat.stdin!.sendall("a".repeat(200_000)));
    const b = yield* spawn(of, cat.stdin!.sendall("b".repeat(200_000)));
    yield* all([join(a), join(b)]);
    yield* cat.stdin!.closeWrite();
    assertEquals(text(yield* cat.stdout!.readall()), "a".repeat(200_000) + "b".repeat(200_000));
    const sleeper = yield* command("sleep", ["60"]);
    const reader = yield* spawn(of, sleeper.stdout!.recv(1));
    yield* pass();
    assertInstanceOf(yield* thrownBy(sleeper.stdout!.recv(1)), SocketBusyError);
    yield* kill(reader);
  });

  states("a killed or timed-out read loses nothing", function* () {
    const process = yield* sh("read x; echo one; echo two", { stdin: "piped" });
    assertEquals(yield* moveOnAfter(0.01, process.stdout!.readline()), undefined);
    const reader = yield* spawn(of, process.stdout!.readline());
    yield* pass();
    yield* kill(reader);
    yield* process.stdin!.sendall("\n");
    assertEquals([yield* process.stdout!.readline(), yield* process.stdout!.readline()], ["one\n", "two\n"]);
  });

  states("closing an output ends the process as a closed pipe does", function* () {
    const yes = yield* command("yes");
    assertEquals(yield* yes.stdout!.readline(), "y\n");
    yes.stdout!.close();
    assertEquals((yield* yes.status()).signal, "SIGPIPE");
    assertInstanceOf(yield* thrownBy(yes.stdout!.recv(1)), SocketClosedError);
  });

  states("lines() gives the output line by line", function* () {
    const process = yield* sh("printf 'a\\nb\\r\\n'; sleep 0.01; printf 'c'");
    const got: string[] = [];
    const channel = yield* lines(process.stdout!);
    for (let line; (line = yield* channel.receive(null)) !== null;) got.push(line);
    assertEquals(got, ["a", "b", "c"]);
  });

  // --- belonging ---------------------------------------------------------------------------------------------

  states(
    "a process gets SIGTERM when its coroutine ends, whichever way, and the end waits until it is gone",
    function* () {
      const polite = "trap 'sleep 0.05; exit 0' TERM; echo up; while :; do sleep 0.01; done";
      const started: Subprocess[] = [];
      function* start(how: "returns" | "throws" | "waits"): Coroutine<string> {
        const process = yield* sh(polite);
        yield* process.stdout!.readline();
        started.push(process);
        if (how === "throws") throw new Error("mine");
        if (how === "waits") yield* sleep(Infinity);
        return "returned";
      }
      assertEquals(yield start("returns"), "returned");
      assertEquals(String(yield* thrownBy(start("throws"))), "Error: mine");
      assertEquals(yield* moveOnAfter(0.2, start("waits")), undefined);
      const thread = yield* spawn(start, "waits");
      while (started.length < 4) yield* sleep(0.005);
      yield* kill(thread);
      // All are gone by now: nothing has to be waited for.
      for (const process of started) {
        assertEquals(yield* moveOnAfter(0, process.status()), { success: true, code: 0, signal: null });
      }
    },
  );

  states("a process that ignores SIGTERM gets SIGKILL after its grace, and not before", function* () {
    const stubborn = "trap '' TERM; echo up; while :; do sleep 0.01; done";
    let process!: Subprocess;
    const began = performance.now();
    yield function* (): Coroutine<void> {
      process = yield* sh(stubborn, { grace: 0.2 });
      yield* process.stdout!.readline();
    }();
    const seconds = (performance.now() - began) / 1000;
    assert(seconds >= 0.2, `after ${seconds} s`);
    assertEquals((yield* process.status()).signal, "SIGKILL");
  });

  states("a grace of 0 is SIGKILL at once; a stopped process is killed, too", function* () {
    for (const [grace, stops] of [[0, false], [0, true], [0.05, true]] as const) {
      let process!: Subprocess;
      yield function* (): Coroutine<void> {
        process = yield* sh("trap '' TERM; echo up; while :; do sleep 0.01; done", { grace });
        yield* process.stdout!.readline();
        if (stops) process.kill("SIGSTOP");
      }();
      assertEquals((yield* process.status()).signal, "SIGKILL");
    }
  });

  states("many processes of one coroutine end together, and not one after the other", function* () {
    const began = performance.now();
    yield function* (): Coroutine<void> {
      const processes = [];
      for (let i = 0; i < 8; i++) {
        processes.push(yield* sh("trap '' TERM; echo up; while :; do sleep 0.05; done", { grace: 0.5 }));
      }
      for (const process of processes) yield* process.stdout!.readline();
    }();
    const seconds = (performance.now() - began) / 1000;
    assert(seconds < 3, `It took ${seconds} s.`);
  });

  states("what a process still says while it ends is no reason for it to end badly", function* () {
    // It writes more than a pipe holds, which nobody reads any more.
    const talks = "trap 'head -c 1000000 /dev/zero && exit 9' TERM; echo up; while :; do sleep 0.01; done";
    let process!: Subprocess;
    yield function* (): Coroutine<void> {
      process = yield* sh(talks);
      yield* process.stdout!.readline();
    }();
    assertEquals((yield* process.status()).code, 9);
    assertInstanceOf(yield* thrownBy(process.stdout!.recv(1)), SocketClosedError);
  });

  states(
    "using: at the end of the block it gets SIGTERM, and whoever waits for its pipes is told",
    function* () {
      let reader, process!: Subprocess;
      {
        using sleeper = yield* command("sleep", ["60"]);
        process = sleeper;
        reader = yield* spawn(() => thrownBy(sleeper.stdout!.recv(1)));
        yield* pass();
      }
      assertInstanceOf(yield* join(reader), SocketClosedError);
      assertEquals((yield* process.status()).signal, "SIGTERM");
      process.close();
    },
  );

  states("a kill in the moment of the start leaves no process", function* () {
    let process!: Subprocess;
    const thread = yield* spawn(function* () {
      process = yield* command("sleep", ["60"]);
      yield* sleep(Infinity);
    });
    yield* pass();
    yield* kill(thread);
    assertEquals((yield* moveOnAfter(0, process.status()))?.signal, "SIGTERM");
  });

  states("command() is a case of select, output() a task of race", function* () {
    const chosen = yield* select({ process: command("true"), late: sleep(60) });
    assertEquals(chosen.case, "process");
    assertEquals(yield* race([output("sleep", ["60"]), sleep(0.01)]), undefined);
  });

  // --- output ------------------------------------------------------------------------------------------------

  states("output() collects both pipes, the text and the status", function* () {
    const result = yield* output("sh", ["-c", "echo héllo; echo oops >&2"]);
    assertEquals({ ...result }, {
      success: true,
      code: 0,
      signal: null,
      stdout: new TextEncoder().encode("héllo\n"),
      stderr: new TextEncoder().encode("oops\n"),
      text: "héllo\n",
    });
  });

  states("output({ input }): all of it is written, whether or not it is read", function* () {
    const data = numbered(2_000_000);
    assertEquals((yield* output("cat", [], { input: data })).stdout, data);
    assertEquals((yield* output("cat", [], { input: "" })).text, "");
    assertEquals((yield* output("tr", ["a-z", "A-Z"], { input: "é x" })).text, "é X");
    assertEquals((yield* output("true", [], { input: data })).code, 0);
    assertEquals((yield* output("head", ["-c", "3"], { input: data })).stdout.length, 3);
  });

  states(
    "output() of a program that fails throws, with the command, the code and the end of stderr",
    function* () {
      const error = yield* processError(output("sh", ["-c", "echo 'it broke' >&2; exit 3", "a b"]));
      assertEquals(error.status, { success: false, code: 3, signal: null });
      assertEquals(text(error.stderr), "it broke\n");
      assertEquals(
        error.message,
        `The command sh -c 'echo '\\''it broke'\\'' >&2; exit 3' 'a b' failed with exit code 3: it broke`,
      );
      const killed = yield* processError(output("sh", ["-c", "kill -TERM $$"]));
      assertEquals([killed.status?.signal, killed.status?.code], ["SIGTERM", 143]);
      assert(killed.message.includes("SIGTERM"), killed.message);
      const long = yield* processError(output("sh", ["-c", "seq 100000 >&2; echo last >&2; exit 1"]));
      assert(long.message.endsWith("last") && long.message.length < 2_000, long.message);
      assertEquals(long.stderr.length, 588_900);
    },
  );

  states("output({ check: false }) results in the status of a program that fails", function* () {
    const { code, success, text } = yield* output("sh", ["-c", "echo x; exit 4"], { check: false });
    assertEquals({ code, success, text }, { code: 4, success: false, text: "x\n" });
  });

  states("output() past its limit throws and ends the program; the limit is each pipe's", function* () {
    for (const script of ["yes", "yes >&2"]) {
      const error = yield* thrownBy(output("sh", ["-c", script], { limit: 100_000 }));
      assertInstanceOf(error, LineTooLongError);
    }
    const both = yield* output("sh", ["-c", "head -c 1000 /dev/zero; head -c 1000 /dev/zero >&2"], {
      limit: 1_000,
    });
    assertEquals([both.stdout.length, both.stderr.length], [1_000, 1_000]);
  });

  states("output() that is killed or timed out ends the program, and waits until it is gone", function* () {
    const began = performance.now();
    const error = yield* thrownBy(
      timeout(0.1, output("sh", ["-c", "trap '' TERM; while :; do sleep 0.01; done"], { grace: 0.2 })),
    );
    assertInstanceOf(error, TimeoutError);
    const seconds = (performance.now() - began) / 1000;
    assert(seconds >= 0.3 && seconds < 20, `after ${seconds} s`);
  });

  states(
    "output() waits for what its program has started, as long as grace, and loses nothing",
    function* () {
      const late = yield* output("sh", ["-c", "(sleep 0.2; echo late) & echo early"]);
      assertEquals(late.text, "early\nlate\n");
      const began = performance.now();
      const held = yield* output("sh", ["-c", "sleep 60 & echo $!; head -c 60000 /dev/zero"], { grace: 0.1 });
      const seconds = (performance.now() - began) / 1000;
      assert(seconds < 20, `It took ${seconds} s.`);
      const [pid] = held.text.split("\n", 1);
      assertEquals(held.stdout.length, pid!.length + 1 + 60_000);
      yield* output("kill", [pid!]);
      const endless = yield* output("sh", ["-c", "yes & echo $! >&2"], {
        grace: 0,
        limit: Infinity,
        check: false,
      });
      yield* output("kill", [text(endless.stderr).trim()], { check: false }); // its pipe is closed: it may have ended by that
    },
  );

  // --- what cannot be ----------------------------------------------------------------------------------------

  states("a program that is not there is a ProcessError that names it, and PATH", function* () {
    for (const start of [command("no-such-program", ["x"]), output("no-such-program", ["x"])]) {
      const error = yield* processError(start);
      assertEquals([error.name, error.code, error.status, error.stderr.length], [
        "ProcessError",
        "ENOENT",
        null,
        0,
      ]);
      assert(/no-such-program.*PATH/.test(error.message), error.message);
    }
    const elsewhere = yield* processError(output("ls", [], { env: { PATH: "/nowhere" } }));
    assert(elsewhere.message.includes("PATH (/nowhere)"), elsewhere.message);
    assertEquals((yield* processError(output("./no-such-program"))).code, "ENOENT");
    const folder = yield* processError(output("ls", [], { cwd: "/nowhere" }));
    assert(folder.message.includes("no folder /nowhere"), folder.message);
    assertEquals((yield* processError(output("/"))).code, "EACCES");
    assertEquals((yield* processError(output("echo", ["x".repeat(5_000_000)]))).code, "E2BIG");
  });
}
