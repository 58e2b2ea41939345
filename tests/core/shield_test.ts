import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { caught, play, rounded } from "../virtual_host.ts";

function now(): number {
  return rounded(bluelet.current().scheduler.host.now());
}

Deno.test("shield puts a kill off to its end, and keeps its result", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      try {
        log.push(
          yield* bluelet.shield(function* () {
            yield* bluelet.sleep(2);
            yield bluelet.null();
            return "done";
          }()),
        );
        yield* bluelet.null();
        log.push("never");
      } finally {
        log.push(now());
      }
    });
    yield* bluelet.sleep(1);
    yield* bluelet.kill(thread);
    log.push(thread.state);
  });
  assertEquals(log, ["done", 2, "killed"]);
});

Deno.test("shield also holds off timeouts and failing scopes from outside, and only those", async () => {
  const log: unknown[] = [];
  await play(function* () {
    log.push(
      yield* bluelet.moveOnAfter(
        1,
        function* () {
          yield* bluelet.shield(function* () {
            log.push(yield* bluelet.moveOnAfter(2, bluelet.sleep(60)), now());
          }());
          yield* bluelet.sleep(60);
        }(),
      ),
      now(),
    );
    const error = new Error("no");
    const thrown = yield* caught(bluelet.scope(function* (scope) {
      scope.spawn(function* () {
        yield* bluelet.sleep(1);
        throw error;
      });
      yield bluelet.shield(bluelet.sleep(3));
      yield* bluelet.sleep(60);
    }));
    log.push(thrown === error, now());
  });
  assertEquals(log, [undefined, 2, undefined, 2, true, 5]);
});

Deno.test("a kill that is pending is thrown at a shield, whose task does not start", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      bluelet.current().kill();
      yield* bluelet.shield(function* () {
        log.push("never");
        yield* bluelet.null();
      }());
    });
    yield* caught(bluelet.join(thread));
    log.push(thread.state);
  });
  assertEquals(log, ["killed"]);
});

Deno.test("a kill of oneself inside a shield is thrown after it", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      yield* bluelet.shield(function* () {
        yield* bluelet.kill(bluelet.current());
        log.push("goes on");
      }());
      yield* bluelet.null();
      log.push("never");
    });
    yield* caught(bluelet.join(thread));
  });
  assertEquals(log, ["goes on"]);
});

Deno.test("a finally that runs on its own is interrupted at its next yield, unless it is shielded or deferred", async () => {
  const log: unknown[] = [];
  await play(function* () {
    function* plain() {
      try {
        yield* bluelet.null();
      } finally {
        yield* bluelet.sleep(2);
        log.push("never");
      }
    }
    function* shielded() {
      try {
        yield* bluelet.null();
      } finally {
        yield* bluelet.shield(function* () {
          yield* bluelet.sleep(2);
          log.push("shielded");
        }());
      }
    }
    function* deferred() {
      yield* bluelet.defer(function* () {
        yield* bluelet.sleep(2);
        log.push("deferred");
      });
      yield* bluelet.null();
    }
    for (const body of [plain, shielded, deferred]) {
      const thread = yield* bluelet.spawn(body);
      yield* bluelet.sleep(1);
      yield* bluelet.kill(thread);
    }
  });
  assertEquals(log, ["shielded", "deferred"]);
});

Deno.test("defer runs last first, when the coroutine returns, throws, is killed or ends", async () => {
  const log: unknown[] = [];
  const error = new Error("no");
  function* deferring(how: string): bluelet.Coroutine<string> {
    yield* bluelet.defer(() => void log.push(`${how} first`));
    yield bluelet.defer(function* () {
      yield* bluelet.sleep(1);
      log.push(`${how} second`);
    });
    if (how === "throws") throw error;
    if (how === "ends") yield* bluelet.end("ended");
    if (how === "killed") yield* bluelet.sleep(60);
    return "returned";
  }
  await play(function* () {
    log.push(yield deferring("returns"));
    log.push(yield* caught(deferring("throws")));
    log.push(yield deferring("ends"));
    const thread = yield* bluelet.spawn(deferring, "killed");
    yield* bluelet.null();
    yield* bluelet.kill(thread);
  });
  assertEquals(log, [
    ...["returns second", "returns first", "returned"],
    ...["throws second", "throws first", error],
    ...["ends second", "ends first", "ended"],
    ...["killed second", "killed first"],
  ]);
});

Deno.test("defer belongs to the coroutine that was called, not to one entered by a native yield*", async () => {
  const log: string[] = [];
  function* deferring() {
    yield* bluelet.defer(() => void log.push("deferred"));
  }
  await play(function* () {
    yield* bluelet.call(function* () {
      yield* deferring();
      log.push("still in the caller");
    });
    yield* bluelet.call(deferring);
    log.push("after the call");
  });
  assertEquals(log, ["still in the caller", "deferred", "deferred", "after the call"]);
});

Deno.test("defer registers even when a kill is pending", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      bluelet.current().kill();
      yield* bluelet.defer(() => void log.push("deferred"));
      yield* bluelet.null();
      log.push("never");
    });
    yield* caught(bluelet.join(thread));
    log.push(thread.state);
  });
  assertEquals(log, ["deferred", "killed"]);
});

Deno.test("defer registers also in the finally of a coroutine that is forced to end", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      try {
        for (;;) yield* caught(bluelet.sleep(60));
      } finally {
        yield* bluelet.defer(() => void log.push("deferred"));
        yield* bluelet.sleep(60);
      }
    });
    yield* bluelet.null();
    yield* bluelet.kill(thread);
    log.push(thread.state);
  });
  assertEquals(log, ["deferred", "killed"]);
});

Deno.test("a kill that comes while deferred work runs waits for all of it", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      yield* bluelet.call(function* () {
        for (const name of ["second", "first"]) {
          yield* bluelet.defer(function* () {
            yield* bluelet.sleep(1);
            log.push(name);
          });
        }
      });
      yield* bluelet.null();
      log.push("never");
    });
    yield* bluelet.sleep(0.5);
    yield* bluelet.kill(thread);
    log.push(now());
  });
  assertEquals(log, ["first", "second", 2]);
});

Deno.test("errors of deferred work: each of them runs, and all are thrown, the coroutine's own first", async () => {
  const own = new Error("own"), a = new Error("a"), b = new Error("b");
  const [several, one] = await play(function* () {
    function* deferring(fails: boolean): bluelet.Coroutine {
      if (fails) yield* bluelet.defer(() => raise(b));
      yield* bluelet.defer(() => raise(a));
      if (fails) throw own;
    }
    return [yield* caught(deferring(true)), yield* caught(deferring(false))];
  });
  assert(several instanceof AggregateError);
  assertEquals(several.errors, [own, a, b]);
  assertStrictEquals(one, a);

  function raise(error: Error): void {
    throw error;
  }
});

Deno.test("an error of deferred work in a killed thread is thrown by itself: a kill is no error", async () => {
  const error = new Error("in deferred work");
  const rejected = await assertRejects(() =>
    play(function* () {
      const thread = yield* bluelet.spawn(function* () {
        yield* bluelet.defer(() => {
          throw error;
        });
        yield* bluelet.sleep(60);
      });
      yield* bluelet.null();
      yield* bluelet.kill(thread);
    })
  );
  assertStrictEquals(rejected, error);
});

Deno.test("shield and defer refuse what they cannot run", () => {
  assertThrows(() => bluelet.shield(5 as unknown as bluelet.Event), TypeError);
  assertThrows(() => bluelet.defer(5 as unknown as () => void), TypeError);
});

Deno.test("deadlines that expire in a shield take linear time: four times as many, not sixteen times as long", async () => {
  /** Milliseconds that `count` nested deadlines take, all of which expire in one shield. */
  async function expire(count: number): Promise<number> {
    let ended = 0;
    function* within(inner: bluelet.Event<unknown>): bluelet.Coroutine {
      yield inner;
      yield* bluelet.null(); // the shield is over: here the kill is thrown
      ended++;
    }
    const start = performance.now();
    await play(function* () {
      let task: bluelet.Event<unknown> = bluelet.shield(bluelet.sleep(count + 1));
      for (let i = 1; i <= count; i++) task = bluelet.moveOnAfter(i, within(task));
      yield task;
    });
    assertEquals(ended, 0, "each expired");
    return performance.now() - start;
  }

  let few = Infinity, many = Infinity;
  for (let tries = 0; tries < 2 || (tries < 6 && many > 8 * few); tries++) {
    few = Math.min(few, await expire(5_000));
    many = Math.min(many, await expire(20_000));
  }
  assert(many <= 8 * few, `${few} ms for 5,000, ${many} ms for 20,000`);
});
