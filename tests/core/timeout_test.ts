import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { caught, play, rounded, VirtualHost } from "../virtual_host.ts";

function now(): number {
  return rounded(bluelet.current().scheduler.host.now());
}

Deno.test("timeout throws TimeoutError when the time is up, in both spellings", async () => {
  const [plain, typed, at] = await play(function* () {
    let plain: unknown, typed: unknown;
    try {
      yield bluelet.timeout(1, bluelet.sleep(60));
    } catch (error) {
      plain = error;
    }
    try {
      yield* bluelet.timeout(1, bluelet.sleep(60));
    } catch (error) {
      typed = error;
    }
    return [plain, typed, now()] as const;
  });
  assert(plain instanceof bluelet.TimeoutError);
  assert(typed instanceof bluelet.TimeoutError);
  assertEquals(at, 2);
});

Deno.test("timeout results in the task's value, a coroutine's or an event's, and leaves no timer", async () => {
  const values = await play(function* () {
    const values = [
      yield* bluelet.timeout(1, new bluelet.ValueEvent(1)),
      yield* bluelet.timeout(
        1,
        function* () {
          yield* bluelet.sleep(0.5);
          return 2;
        }(),
      ),
      yield* bluelet.moveOnAfter(1, new bluelet.ValueEvent(3)),
    ];
    assertEquals(bluelet.current().scheduler.timers.size, 0);
    return values;
  });
  assertEquals(values, [1, 2, 3]);
});

Deno.test("timeout throws the task's own error", async () => {
  const error = new Error("no");
  const thrown = await play(function* () {
    return yield* caught(bluelet.timeout(1, new bluelet.ExceptionEvent(error)));
  });
  assertStrictEquals(thrown, error);
});

Deno.test("timeout waits for the clean-up of what it cancelled", async () => {
  const at = await play(function* () {
    yield* caught(bluelet.timeout(
      1,
      function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          yield* bluelet.sleep(2);
        }
      }(),
    ));
    return now();
  });
  assertEquals(at, 3);
});

// If it were a TimeoutError, the inner catch would take it for its own, and the loop go on.
Deno.test("what a timeout throws inside its task is a kill, so that who catches a timeout within does not catch this one", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const thrown = yield* caught(bluelet.timeout(
      1,
      function* () {
        for (;;) {
          try {
            yield* bluelet.timeout(60, bluelet.sleep(60));
          } catch (error) {
            log.push((error as Error).name);
            if (!(error instanceof bluelet.TimeoutError)) throw error;
          }
        }
      }(),
    ));
    log.push((thrown as Error).name, now());
  });
  assertEquals(log, ["ThreadKilledError", "TimeoutError", 1]);
});

Deno.test("moveOnAfter goes on with undefined when the time is up, also when the task was forced to end", async () => {
  const results = await play(function* () {
    return [
      yield* bluelet.moveOnAfter(1, bluelet.sleep(60)),
      yield* bluelet.moveOnAfter(
        1,
        function* () {
          for (;;) yield* caught(bluelet.sleep(60));
        }(),
      ),
      now(),
    ];
  });
  assertEquals(results, [undefined, undefined, 7]);
});

Deno.test("moveOnAfter of a task that caught the TimeoutError and went on results in its value", async () => {
  const value = await play(function* () {
    return yield* bluelet.moveOnAfter(
      1,
      function* () {
        yield* caught(bluelet.sleep(60));
        return "partial";
      }(),
    );
  });
  assertEquals(value, "partial");
});

Deno.test("a timeout of 0 expires at the first block, and not before", async () => {
  const results = await play(function* () {
    return [
      yield* bluelet.timeout(0, new bluelet.ValueEvent(1)),
      (yield* caught(bluelet.timeout(0, bluelet.null()))) instanceof bluelet.TimeoutError,
      (yield* caught(bluelet.timeout(0, bluelet.sleep(1)))) instanceof bluelet.TimeoutError,
      (yield* caught(bluelet.timeout(0, bluelet.promise(Promise.resolve())))) instanceof bluelet.TimeoutError,
      (yield* caught(bluelet.timeout(
        0,
        bluelet.scope(function* (scope) {
          scope.spawn(function* () {
            yield* bluelet.sleep(1);
          });
        }),
      ))) instanceof bluelet.TimeoutError,
      now(),
    ];
  });
  assertEquals(results, [1, true, true, true, true, 0]);
});

Deno.test("negative, NaN and stray times are refused at the call", () => {
  for (const timed of [bluelet.timeout, bluelet.moveOnAfter]) {
    assertThrows(() => timed(-1, bluelet.null()), RangeError);
    assertThrows(() => timed(NaN, bluelet.null()), RangeError);
    assertThrows(() => timed("1" as unknown as number, bluelet.null()), TypeError);
    assertThrows(() => timed(1, 5 as unknown as bluelet.Event), TypeError);
  }
});

Deno.test("a timeout of Infinity never expires", async () => {
  assertEquals(
    await play(function* () {
      yield* bluelet.timeout(Infinity, bluelet.sleep(1e9));
      return now();
    }),
    1e9,
  );
});

Deno.test("an outer timeout that expires first wins over the inner, which leaves no timer behind", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const thrown = yield* caught(bluelet.timeout(
      1,
      function* () {
        try {
          yield* bluelet.timeout(2, bluelet.sleep(60));
        } finally {
          log.push(bluelet.current().scheduler.timers.size);
          yield* bluelet.sleep(3);
        }
      }(),
    ));
    log.push((thrown as Error).message.includes("within 1 s"), now());
  });
  assertEquals(log, [0, true, 4]);
});

Deno.test("of two timeouts that expire together, the outermost counts", async () => {
  const message = await play(function* () {
    const inner = bluelet.moveOnAfter(1, bluelet.sleep(60));
    return (yield* caught(bluelet.timeout(1, inner)) as bluelet.Coroutine<Error>).message;
  });
  assert(message.startsWith("Not done within 1 s"));
});

Deno.test("an outer timeout that expires while an inner one cleans up waits for that, and then counts", async () => {
  const results = await play(function* () {
    const inner = () =>
      bluelet.timeout(
        1,
        function* () {
          try {
            yield* bluelet.sleep(60);
          } finally {
            yield* bluelet.sleep(2);
          }
        }(),
      );
    const quiet = yield* bluelet.moveOnAfter(2, inner());
    return [quiet, now()];
  });
  assertEquals(results, [undefined, 3]);
});

Deno.test("an inner timeout works inside the clean-up that an outer one started", async () => {
  const log: unknown[] = [];
  await play(function* () {
    yield* caught(bluelet.timeout(
      1,
      function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          log.push(yield* bluelet.moveOnAfter(1, bluelet.sleep(60)), now());
        }
      }(),
    ));
  });
  assertEquals(log, [undefined, 2]);
});

Deno.test("a task whose result was there before the deadline keeps it, and a scope in it is cancelled after it", async () => {
  const host = new VirtualHost();
  const results = await play(function* () {
    let resume: ((value: string) => void) | undefined;
    const waiting = bluelet.suspend<string>((go) => void (resume = go));
    // Makes the result, and then the time, come while others still have to run first.
    function* busy() {}
    function* late() {
      yield* bluelet.sleep(0.5);
      for (let i = 0; i < 200; i++) yield* bluelet.spawn(busy);
      resume!("result");
      host.time += 10;
    }
    yield* bluelet.spawn(late);
    const plain = yield* bluelet.timeout(1, waiting);
    yield* bluelet.spawn(late);
    let got: string | undefined;
    const scoped = yield* caught(bluelet.timeout(
      1,
      bluelet.scope(function* (scope) {
        scope.spawn(function* () {
          yield* bluelet.sleep(1e6);
        });
        got = yield* waiting;
      }),
    ));
    return [plain, got, (scoped as Error).name];
  }, { host });
  assertEquals(results, ["result", "result", "TimeoutError"]);
});

Deno.test("an error in the clean-up of a timed-out task is thrown instead of the TimeoutError", async () => {
  const error = new Error("in clean-up");
  for (const timed of [bluelet.timeout, bluelet.moveOnAfter]) {
    const rejected = await assertRejects(() =>
      play(function* () {
        yield* timed(
          1,
          function* () {
            try {
              yield* bluelet.sleep(60);
            } finally {
              yield* new bluelet.ExceptionEvent(error);
            }
          }(),
        );
      })
    );
    assertStrictEquals(rejected, error);
  }
});

Deno.test("a timeout around an event can be yielded again, and counts from each yield", async () => {
  const at = await play(function* () {
    const event = bluelet.moveOnAfter(1, bluelet.sleep(60));
    yield event;
    yield* event;
    return now();
  });
  assertEquals(at, 2);
});

Deno.test("5,000 nested timeouts expire, are killed, and end by themselves without an overflow", async () => {
  const LEVELS = 5_000;
  let cleaned = 0;
  function* nested(levels: number, spelling: string): bluelet.Coroutine {
    try {
      if (levels === 0) yield* bluelet.sleep(60);
      else if (spelling === "yield") yield bluelet.timeout(30 + levels, nested(levels - 1, spelling));
      else yield* bluelet.timeout(30 + levels, nested(levels - 1, spelling));
    } finally {
      yield* bluelet.null();
      cleaned++;
    }
  }
  for (const spelling of ["yield", "yield*"]) {
    cleaned = 0;
    await play(function* () {
      assert((yield* caught(bluelet.timeout(10, nested(LEVELS, spelling)))) instanceof bluelet.TimeoutError);
      const thread = yield* bluelet.spawn(nested, LEVELS, spelling);
      yield* bluelet.sleep(1);
      yield* bluelet.kill(thread);
      assertEquals(thread.state, "killed");
      assertEquals(bluelet.current().scheduler.timers.size, 0);
      // Here the innermost expires first, is thrown through all the others, and disarms them one by one.
      yield* caught(nested(LEVELS, spelling));
      assertEquals(bluelet.current().scheduler.timers.size, 0);
    });
    assertEquals(cleaned, 3 * (LEVELS + 1));
  }
});

Deno.test("5,000 nested timeouts that expire together unwind once, for the outermost", async () => {
  let cleaned = 0;
  function* nested(levels: number): bluelet.Coroutine {
    try {
      if (levels === 0) yield* bluelet.sleep(60);
      else yield bluelet.timeout(1, nested(levels - 1));
    } finally {
      cleaned++;
    }
  }
  await play(function* () {
    yield* caught(nested(5_000));
  });
  assertEquals(cleaned, 5_001);
});
