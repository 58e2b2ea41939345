/**
 * Running programs in virtual time: what `simulate` promises.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { simulate, SimulationLimitError } from "../../src/testing/mod.ts";

Deno.test("simulate() lets an hour of sleep take no time", async () => {
  const began = performance.now();
  const hours = await simulate(function* (world) {
    yield* bluelet.sleep(3600);
    return world.now / 3600;
  });
  assertEquals(hours, 1);
  assert(performance.now() - began < 1_000);
});

Deno.test("simulate() takes a coroutine as well as a function", async () => {
  const value = await simulate(function* () {
    yield* bluelet.sleep(1);
    return 7;
  }());
  assertEquals(value, 7);
});

Deno.test("simulate() runs a server and its clients unchanged", async () => {
  const got = await simulate(function* (world) {
    world.host("echo", () =>
      bluelet.server("", 7, function* (conn) {
        for (let data; (data = yield* conn.recv(1024)) !== null;) yield* conn.sendall(data);
      }));
    const conn = yield* bluelet.connect("echo", 7);
    yield* conn.sendall("hello\n");
    const line = yield* conn.readline();
    conn.close();
    return line;
  });
  assertEquals(got, "hello\n");
});

Deno.test("simulate() ends a world of endless sleepers with an error that lists them", async () => {
  const error = await assertRejects(
    () =>
      simulate(function* sleeper() {
        yield* bluelet.sleep(Infinity);
      }),
    bluelet.DeadlockError,
  );
  assertStringIncludes(error.message, "sleeper");
});

Deno.test("simulate() ends a world whose threads wait for one another with an error", async () => {
  await assertRejects(
    () =>
      simulate(function* () {
        yield* new bluelet.Channel().receive();
      }),
    bluelet.DeadlockError,
  );
});

Deno.test("simulate() ends a world that waits for a connection which nobody makes with an error", async () => {
  await assertRejects(
    () =>
      simulate(function* () {
        yield* new bluelet.Listener("", 80).accept();
      }),
    bluelet.DeadlockError,
  );
});

Deno.test("simulate() lets time pass under threads that never wait", async () => {
  const late = await simulate(function* (world) {
    const busy = yield* bluelet.spawn(function* () {
      while (true) yield* bluelet.null();
    });
    yield* bluelet.sleep(0.005);
    yield* bluelet.kill(busy);
    return world.now - 0.005;
  });
  assert(late >= 0 && late < 0.01, `${late}`);
});

Deno.test("simulate() rejects with what a host failed with", async () => {
  const failure = new Error("no");
  const error = await assertRejects(() =>
    simulate(function* (world) {
      world.host("a", function* () {
        yield* bluelet.sleep(1);
        throw failure;
      });
      yield* bluelet.sleep(5);
    })
  );
  assertEquals(error, failure);
});

Deno.test("simulate() lets the other hosts clean up when the program is done", async () => {
  const log: string[] = [];
  await simulate(function* (world) {
    world.host("a", function* () {
      try {
        yield* bluelet.sleep(Infinity);
      } finally {
        yield* bluelet.sleep(1);
        log.push("cleaned up");
      }
    });
    yield* bluelet.sleep(1);
  });
  assertEquals(log, ["cleaned up"]);
});

Deno.test("simulate() fails after maxTime and after maxSteps", async () => {
  function* forever() {
    while (true) yield* bluelet.sleep(1);
  }
  const time = await assertRejects(() => simulate(forever, { maxTime: 100 }), SimulationLimitError);
  assertStringIncludes(time.message, "100 virtual seconds");
  const steps = await assertRejects(() => simulate(forever, { maxSteps: 50 }), SimulationLimitError);
  assertStringIncludes(steps.message, "50 steps");
});
