import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { caught, play, rounded, VirtualHost } from "../virtual_host.ts";

function now(): number {
  return rounded(bluelet.current().scheduler.host.now());
}

Deno.test("start waits until the thread is ready, results in its value and the thread, which goes on", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const { value, thread } = yield* bluelet.start(function* service(ready: (port: number) => void) {
      yield* bluelet.sleep(1);
      ready(80);
      ready(81);
      yield* bluelet.sleep(1);
      log.push("served");
      return "over";
    });
    log.push(value, thread.name, thread.state, now());
    log.push(yield* bluelet.join(thread), now());
  });
  assertEquals(log, [80, "service", "waiting", 1, "served", "over", 2]);
});

Deno.test("start throws what the thread throws before it is ready, and the scope goes on", async () => {
  const boom = new Error("boom");
  const result = await play(function* () {
    const error = yield* caught(bluelet.start(function* () {
      yield* bluelet.sleep(1);
      throw boom;
    }));
    assertStrictEquals(error, boom);
    yield* bluelet.sleep(1); // nothing kills the root
    return "went on";
  });
  assertEquals(result, "went on");
});

Deno.test("start: what the thread throws after it was ready fails its scope, once", async () => {
  const boom = new Error("boom");
  const error = await assertRejects(() =>
    play(function* () {
      yield* bluelet.start(function* (ready: (value: number) => void) {
        ready(1);
        yield* bluelet.sleep(1);
        throw boom;
      });
      yield* bluelet.sleep(60);
    })
  );
  assertStrictEquals(error, boom);
});

Deno.test("start of a thread that ends without being ready is an error that says what to do", async () => {
  const error = await play(function* () {
    return yield* caught(bluelet.start(function* forgetful() {}));
  });
  assertInstanceOf(error, Error);
  assertEquals(
    error.message,
    'thread "forgetful" (#2) ended before it was ready: call what start() gives to its function.',
  );
});

Deno.test("start of a thread that another kills before it is ready, or before it runs, throws ThreadKilledError", async () => {
  for (const turns of [0, 1, 5]) {
    const error = await play(function* () {
      const { scheduler } = bluelet.current();
      yield* bluelet.spawn(function* () {
        for (let i = 0; i < turns; i++) yield* bluelet.null();
        scheduler.threads.find(({ name }) => name === "victim")!.kill("enough");
      });
      return yield* caught(bluelet.start(function* victim() {
        yield* bluelet.sleep(60);
      }));
    });
    assertInstanceOf(error, bluelet.ThreadKilledError);
    assert(error.message.includes("enough"));
  }
});

Deno.test("start that is timed out kills the thread, and waits for its clean-up", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const error = yield* caught(bluelet.timeout(
      1,
      bluelet.start(function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          yield* bluelet.sleep(2);
          log.push("cleaned up");
        }
      }),
    ));
    log.push((error as Error).name, now(), bluelet.current().scheduler.threads.length);
  });
  assertEquals(log, ["cleaned up", "TimeoutError", 3, 1]);
});

Deno.test("start that is timed out: what the thread's clean-up throws comes out of the timeout, and the scope goes on", async () => {
  const boom = new Error("in clean-up");
  await play(function* () {
    const log: string[] = [];
    const error = yield* caught(bluelet.moveOnAfter(
      1,
      function* () {
        try {
          yield* bluelet.start(function* () {
            try {
              yield* bluelet.sleep(60);
            } finally {
              // deno-lint-ignore no-unsafe-finally
              throw boom;
            }
          });
        } catch (error) {
          log.push(bluelet.isKill(error) ? "killed" : "failed");
          throw error;
        }
      }(),
    ));
    assertStrictEquals(error, boom);
    assertEquals(log, ["killed"]);
    yield* bluelet.sleep(1); // nothing kills the root
  });
});

Deno.test("start: a thread that fails in the moment in which the waiting for it is timed out does not fail the scope", async () => {
  const boom = new Error("in the same moment");
  for (const order of ["deadline first", "failure first"]) {
    const host = new VirtualHost();
    await play(function* () {
      const error = yield* caught(bluelet.timeout(
        order === "deadline first" ? 1 : 2,
        bluelet.start(function* () {
          yield* bluelet.spawn(function* () {
            yield* bluelet.sleep(0.5);
            host.time += 10; // both are due together
          });
          yield* bluelet.sleep(1.5);
          throw boom;
        }),
      ));
      assert(error === boom || error instanceof bluelet.TimeoutError, String(error));
      yield* bluelet.sleep(1);
    }, { host });
  }
});

Deno.test("start: what was ready when a kill came is delivered, and the thread is not killed by that", async () => {
  const log: unknown[] = [];
  await play(function* () {
    yield* bluelet.scope(function* (scope) {
      const starting: bluelet.Thread = scope.spawn(function* () {
        const started = yield* bluelet.start(function* (ready: (value: number) => void) {
          yield* bluelet.sleep(1);
          ready(7);
          starting.kill();
          yield* bluelet.sleep(1);
          log.push("served");
        });
        log.push(started.value);
        yield* bluelet.sleep(60);
      });
    });
  });
  assertEquals(log, [7, "served"]);
});

Deno.test("start where a kill is pending starts nothing", async () => {
  const log: string[] = [];
  await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      bluelet.current().kill();
      yield* bluelet.start(function* () {
        log.push("started");
      });
    });
    assertInstanceOf(yield* caught(bluelet.join(thread)), bluelet.ThreadKilledError);
  });
  assertEquals(log, []);
});

Deno.test("start: a thread that kills what started it before it is ready, and one that is never ready, do not hang", async () => {
  await play(function* () {
    const starting: bluelet.Thread = yield* bluelet.spawn(function* () {
      yield* bluelet.start(function* () {
        yield* bluelet.kill(starting);
      });
    });
    yield* caught(bluelet.join(starting));
    assertEquals(starting.state, "killed");
  });
  const error = await assertRejects(() =>
    play(function* () {
      yield* bluelet.start(function* idler() {
        yield* bluelet.suspend(() => {}, { what: "nothing", outside: false });
      });
    }), bluelet.DeadlockError);
  assert(error.message.includes('thread "idler" (#2) to be ready'), error.message);
});

Deno.test("start refuses what is no function at the call, one that makes no coroutine at the yield, and cannot be a case", async () => {
  assertThrows(
    () => bluelet.start(7 as unknown as () => bluelet.Coroutine),
    TypeError,
    "start() takes a function*",
  );
  assertThrows(() => bluelet.select([bluelet.start(function* () {})]), TypeError, "runs a coroutine");
  await play(function* () {
    const wrong = bluelet.start((() => 7) as unknown as () => bluelet.Coroutine);
    assertInstanceOf(yield* caught(wrong), TypeError);
    let starts = 0;
    const again = bluelet.start(function* (ready: (value: number) => void) {
      ready(++starts);
    });
    assertEquals([(yield* again).value, (yield* again).value], [1, 2]);
  });
});

Deno.test("start: ready may be called from outside, and too late", async () => {
  let kept: ((value: string) => void) | undefined;
  const value = await play(function* () {
    const { value } = yield* bluelet.start(function* (ready: (value: string) => void) {
      kept = ready;
      yield* bluelet.promise(Promise.resolve().then(() => ready("from outside")));
    });
    return value;
  });
  kept!("too late");
  assertEquals(value, "from outside");
});
