import { assert, assertEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { play } from "../virtual_host.ts";

const { Channel, Flag, Local, Pool, Queue, select, sleep, spawn } = bluelet;

Deno.test("select: a case that a kill took back is not taken back again by the end that it waited for", async () => {
  await play(function* () {
    const queue = new Queue<number>(1);
    yield* queue.put(1);
    const x = yield* spawn(function* () {
      yield* sleep(1);
    });
    const chooser = yield* spawn(function* () {
      yield* select({ x: bluelet.join(x), put: queue.put(2) });
    });
    x.onEnd(() => chooser.kill());
    const joiner = yield* spawn(function* () {
      yield* queue.join();
    });
    yield* sleep(2);
    assertEquals(joiner.state, "waiting"); // one value is there still, and nobody has dealt with it
    yield* queue.get();
    queue.taskDone();
    yield* bluelet.join(joiner);
    assertThrows(() => queue.taskDone(), RangeError);
  });
});

Deno.test("select: a thread that a pool starts for a case has the locals of the thread that waited", async () => {
  const got = await play(function* () {
    const request = new Local("none");
    const pool = new Pool(1);
    yield* pool.spawn(function* () {
      yield* sleep(1);
    });
    request.set("mine");
    const chosen = yield* select({
      place: pool.spawn(function* () {
        yield* bluelet.null();
        return request.get();
      }),
      late: sleep(60),
    });
    assert(chosen.case === "place");
    return yield* bluelet.join(chosen.value);
  });
  assertEquals(got, "mine");
});

Deno.test("select: an error that a case's join throws is reported once to a supervised scope", async () => {
  const reports: string[] = [];
  await play(function* () {
    const supervise = (error: unknown, thread: bluelet.Thread) =>
      void reports.push(`${thread.name}: ${error instanceof Error ? error.message : error}`);
    yield* bluelet.scope(function* (scope) {
      const failing = scope.spawn(function* failing() {
        yield* sleep(1);
        throw new Error("no");
      });
      scope.spawn(function* joins() {
        yield* select({ it: bluelet.join(failing), late: sleep(60) });
      });
    }, { supervise });
  });
  assertEquals(reports, ["failing: no"]);
});

Deno.test("select: a withdraw that throws fails the run, and hurts no bystander", async () => {
  for (const other of ["timer", "channel"] as const) {
    const log: string[] = [];
    let error: unknown;
    try {
      await play(function* () {
        const channel = new Channel<number>();
        yield* spawn(function* sender() {
          yield* sleep(1);
          if (other === "channel") {
            yield* channel.send(1);
            log.push("sent");
          }
        });
        const bad = bluelet.suspend(() => () => {
          throw new Error("withdraw");
        });
        try {
          yield* select({ bad, late: other === "timer" ? sleep(1) : channel.receive() });
        } catch (thrown) {
          if (!(thrown instanceof bluelet.ThreadKilledError)) log.push(`caught ${thrown}`);
          throw thrown;
        }
        yield* sleep(1);
      });
    } catch (thrown) {
      error = thrown;
    }
    assert(error instanceof Error && error.message === "withdraw", String(error));
    assert(!log.some((line) => line.startsWith("caught")), log.join());
  }
});

Deno.test("a server's pool tells when a place is free, without taking it", async () => {
  await play(function* () {
    const pool = new Pool(1);
    const stop = new Flag();
    yield* pool.available();
    yield* pool.spawn(function* () {
      yield* sleep(1);
    });
    const got = yield* select({ place: pool.available(), stop: stop.wait() });
    assertEquals([got.case, pool.active], ["place", 0]);
  });
});

Deno.test("130,000 scopes open in one thread: a deadlock is seen, and told", async () => {
  function* nest(depth: number): bluelet.Coroutine<void> {
    if (depth === 0) return yield* new Flag().wait();
    yield bluelet.scope(() => nest(depth - 1));
  }
  let error: unknown;
  try {
    await play(() => nest(130_000));
  } catch (thrown) {
    error = thrown;
  }
  assert(error instanceof bluelet.DeadlockError, String(error));
});
