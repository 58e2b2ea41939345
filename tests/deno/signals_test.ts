/** `signals` on Deno: real signals, sent to this process and to others; `main`'s own. */

import { assertEquals, assertInstanceOf } from "@std/assert";
import {
  type Coroutine,
  kill,
  moveOnAfter,
  null as pass,
  run,
  select,
  sleep,
  spawn,
  timeout,
} from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/mod.ts";
import { command, signals } from "../../src/process/mod.ts";
import { lines } from "../../src/streams/mod.ts";
import { type Channel, ChannelClosedError } from "../../src/sync/mod.ts";
import { thrownBy } from "../net/pair.ts";
import { of, statesOn } from "../process/states.ts";
import { lacks } from "../requirements.ts";

const states = statesOn("Deno", (program) => run(program, { host: denoHost }), {
  ignore: lacks(["run", "read"]),
});
const send = (name: Deno.Signal) => Deno.kill(Deno.pid, name);

states(
  "signals() tells the names of those that come, and keeps what comes between two receives",
  function* () {
    const channel = yield* signals("SIGUSR1", "SIGUSR2", "SIGUSR1");
    send("SIGUSR1");
    assertEquals(yield* channel.receive(), "SIGUSR1");
    const other = yield* signals("SIGHUP");
    for (const name of ["SIGUSR2", "SIGUSR1", "SIGHUP"] as const) send(name);
    while (channel.size < 2 || other.size < 1) yield* sleep(0.001);
    const got = [yield* channel.receive(), yield* channel.receive()];
    assertEquals(got.sort(), ["SIGUSR1", "SIGUSR2"]); // the system may tell of them in any order
    assertEquals([channel.tryReceive(), other.tryReceive()], [undefined, "SIGHUP"]);
  },
);

states("signals(): a receive that is killed, timed out, or not chosen loses no signal", function* () {
  const channel = yield* signals("SIGUSR1");
  assertEquals(yield* moveOnAfter(0.001, channel.receive()), undefined);
  const waiting = yield* spawn(of, channel.receive());
  yield* pass();
  yield* kill(waiting);
  assertEquals((yield* select({ signal: channel.receive(), late: sleep(0.001) })).case, "late");
  send("SIGUSR1");
  assertEquals(yield* timeout(10, channel.receive()), "SIGUSR1");
});

states("signals(): 500 signals, each sent when the one before has come, are 500", function* () {
  const channel = yield* signals("SIGUSR1");
  for (let i = 0; i < 500; i++) {
    send("SIGUSR1");
    yield* timeout(10, channel.receive());
  }
  assertEquals(channel.size, 0);
});

states("signals(): every channel is told, and each is closed with its coroutine", function* () {
  let channel!: Channel<string>;
  const outer = yield* signals("SIGUSR1");
  yield function* (): Coroutine<void> {
    channel = yield* signals("SIGUSR1");
    send("SIGUSR1");
    assertEquals(yield* channel.receive(), "SIGUSR1");
  }();
  assertInstanceOf(yield* thrownBy(channel.receive()), ChannelClosedError);
  assertEquals(yield* outer.receive(), "SIGUSR1");
  send("SIGUSR1");
  assertEquals(yield* outer.receive(), "SIGUSR1");
});

/** Starts a program of ours, and results in its process and its lines. */
function* start(how: string) {
  const path = new URL("./programs/signals.ts", import.meta.url).pathname;
  const process = yield* command(
    Deno.execPath(),
    ["run", "--quiet", "--no-prompt", "--no-check", path, how],
    {
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      stderr: "inherit",
    },
  );
  const out = yield* lines(process.stdout!);
  return { process, line: () => timeout(60, out.receive()) };
}

states("signals() takes SIGINT and SIGTERM from main while it is open, and no longer", function* () {
  const { process, line } = yield* start("tells");
  assertEquals(yield* line(), "ready");
  for (const name of ["SIGINT", "SIGHUP", "SIGINT", "SIGINT"]) {
    process.kill(name);
    assertEquals(yield* line(), name);
  }
  process.kill("SIGTERM");
  assertEquals(yield* line(), "closed");
  process.kill("SIGINT");
  assertEquals(yield* line(), "cleaned up");
  assertEquals((yield* process.status()).code, 130);
});

states("signals(): once closed, a signal does what it did before", function* () {
  const { process, line } = yield* start("tells");
  assertEquals(yield* line(), "ready");
  process.kill("SIGTERM");
  assertEquals(yield* line(), "closed");
  process.kill("SIGHUP");
  assertEquals((yield* process.status()).signal, "SIGHUP");
});

states("signals(): main hears of a signal again when the last of several channels is closed", function* () {
  const { process, line } = yield* start("both");
  assertEquals(yield* line(), "ready");
  process.kill("SIGINT");
  assertEquals([yield* line(), yield* line()].sort(), ["first SIGINT", "second SIGINT"]);
  process.kill("SIGINT");
  assertEquals([yield* line(), yield* line()], ["second SIGINT", "none"]);
  process.kill("SIGINT");
  assertEquals((yield* process.status()).code, 130);
});

states("signals(): waiting for one is no deadlock, and keeps the program there", function* () {
  const { process, line } = yield* start("waits");
  assertEquals(yield* line(), "ready");
  yield* sleep(0.05);
  process.kill("SIGHUP");
  assertEquals([yield* line(), yield* line()], ["SIGHUP", "over"]);
  process.kill("SIGHUP"); // nobody listens any more
  assertEquals((yield* process.status()).signal, "SIGHUP");
});
