import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import * as bluelet from "../../mod.ts";
import { caught, play, rounded } from "../virtual_host.ts";

function now(): number {
  return rounded(bluelet.current().scheduler.host.now());
}

/** Fails always; notes when it was tried. */
function failing(log: number[], error: (attempt: number) => unknown = (attempt) => new Error(`${attempt}`)) {
  return function* (attempt: number): bluelet.Coroutine<string> {
    log.push(now());
    yield* bluelet.null();
    throw error(attempt);
  };
}

Deno.test("retry tries again, with pauses that double, and results in the first value", async () => {
  const times: number[] = [], attempts: number[] = [];
  const value = await play(function* () {
    return yield* bluelet.retry(function* (attempt) {
      attempts.push(attempt);
      times.push(now());
      yield* bluelet.null();
      if (attempt < 4) throw new Error("not yet");
      return "value";
    }, { jitter: false });
  });
  assertEquals([value, attempts, times], ["value", [1, 2, 3, 4], [0, 0.1, 0.3, 0.7]]);
});

Deno.test("retry throws the last error, the same object, when all attempts have failed: 5 of them, unless told", async () => {
  for (const [options, count] of [[{}, 5], [{ attempts: 1 }, 1], [{ attempts: 7, delay: 0 }, 7]] as const) {
    const times: number[] = [], errors: Error[] = [];
    const error = await play(function* () {
      return yield* caught(
        bluelet.retry(failing(times, () => errors[errors.push(new Error("no")) - 1]), options),
      );
    });
    assertEquals(times.length, count);
    assertStrictEquals(error, errors.at(-1));
  }
});

Deno.test("retry: the pauses grow by the factor up to maxDelay", async () => {
  const times: number[] = [];
  await play(function* () {
    yield* caught(
      bluelet.retry(failing(times), { attempts: 6, delay: 1, factor: 3, maxDelay: 10, jitter: false }),
    );
  });
  assertEquals(times.map((time, i) => i === 0 ? 0 : rounded(time - times[i - 1]!)), [0, 1, 3, 9, 10, 10]);
});

Deno.test("retry with jitter pauses for between half and all of the time, not always as long", async () => {
  const pauses = new Set<number>();
  for (let i = 0; i < 20; i++) {
    const times: number[] = [];
    await play(function* () {
      yield* caught(bluelet.retry(failing(times), { attempts: 2, delay: 1 }));
    });
    assert(times[1]! >= 0.5 && times[1]! <= 1.001, `${times[1]}`);
    pauses.add(times[1]!);
  }
  assert(pauses.size > 1);
});

Deno.test("retry: `if` says whether an error is worth another attempt; what it throws is thrown", async () => {
  const times: number[] = [], asked: unknown[] = [];
  await play(function* () {
    const error = yield* caught(bluelet.retry(failing(times), {
      if: (error, attempt) => {
        asked.push((error as Error).message, attempt);
        return attempt < 2;
      },
    }));
    assertEquals((error as Error).message, "2");
    const boom = new Error("boom");
    const thrown = yield* caught(bluelet.retry(failing(times), {
      if: () => {
        throw boom;
      },
    }));
    assertStrictEquals(thrown, boom);
  });
  assertEquals([times.length, asked], [3, ["1", 1, "2", 2]]);
});

Deno.test("retry takes events, and functions that throw before they make a task", async () => {
  await play(function* () {
    assertEquals(yield* bluelet.retry(() => new bluelet.ValueEvent(1)), 1);
    let calls = 0;
    assertEquals(
      yield* bluelet.retry(() => {
        if (++calls < 3) throw new TypeError("as fetch does");
        return new bluelet.ValueEvent(calls);
      }),
      3,
    );
  });
});

Deno.test("retry: a function that makes no task is a mistake, and is not repeated", async () => {
  for (const wrong of [() => 7, () => Promise.resolve(7), async function* () {}]) {
    let calls = 0;
    const error = await play(function* () {
      return yield* caught(bluelet.retry(() => {
        calls++;
        return wrong() as unknown as bluelet.Coroutine;
      }, { attempts: Infinity }));
    });
    assertInstanceOf(error, TypeError);
    assert(error.message.startsWith("retry() takes a coroutine or an event"), error.message);
    assertEquals(calls, 1);
  }
});

Deno.test("retry never retries a kill, a deadline or a failed scope from outside, whatever the clean-up throws", async () => {
  for (const cleanup of ["nothing", "an error", "an error, after a wait"]) {
    let attempts = 0;
    const task = () =>
      bluelet.retry(function* () {
        attempts++;
        try {
          yield* bluelet.sleep(60);
        } finally {
          if (cleanup.endsWith("wait")) yield* bluelet.sleep(0.5);
          // deno-lint-ignore no-unsafe-finally
          if (cleanup !== "nothing") throw new Error("in clean-up");
        }
      }, { attempts: Infinity });
    await play(function* () {
      const killed = yield* bluelet.spawn(function* () {
        yield* caught(task());
      });
      yield* bluelet.sleep(1);
      yield* bluelet.kill(killed);
      assertEquals(attempts, 1, `${cleanup}: kill`);
      yield* caught(bluelet.timeout(1, task()));
      assertEquals(attempts, 2, `${cleanup}: deadline`);
      yield* caught(bluelet.scope(function* (scope) {
        scope.spawn(function* () {
          yield* bluelet.sleep(1);
          throw new Error("failed");
        });
        yield* task();
      }));
      assertEquals(attempts, 3, `${cleanup}: scope`);
    });
  }
});

Deno.test("retry is killed in its pause, and leaves no timer", async () => {
  const times: number[] = [];
  await play(function* () {
    yield* caught(bluelet.timeout(5, bluelet.retry(failing(times), { delay: 60, jitter: false })));
    assertEquals([times.length, now(), bluelet.current().scheduler.timers.size], [1, 5, 0]);
  });
});

Deno.test("retry retries deadlines of its own, and the kill of a thread that was joined", async () => {
  let attempts = 0;
  await play(function* () {
    const error = yield* caught(bluelet.retry(() => {
      attempts++;
      return bluelet.timeout(1, bluelet.sleep(60));
    }, { attempts: 3 }));
    assertInstanceOf(error, bluelet.TimeoutError);
    assertEquals(attempts, 3);
    const other = yield* bluelet.spawn(function* () {
      yield* bluelet.sleep(60);
    });
    yield* bluelet.kill(other);
    const killed = yield* caught(bluelet.retry(() => (attempts++, bluelet.join(other)), { attempts: 3 }));
    assertInstanceOf(killed, bluelet.ThreadKilledError);
    assertEquals(attempts, 6);
  });
});

Deno.test("retry works in clean-up that a kill has begun", async () => {
  let attempts = 0;
  await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      try {
        yield* bluelet.sleep(60);
      } finally {
        yield* bluelet.retry(function* (attempt) {
          attempts++;
          yield* bluelet.null();
          if (attempt < 3) throw new Error("busy");
        });
      }
    });
    yield* bluelet.null();
    yield* bluelet.kill(thread);
    assertEquals([thread.state, attempts], ["killed", 3]);
  });
});

Deno.test("retry begins anew at each yield, and is no case of select", async () => {
  const times: number[] = [];
  await play(function* () {
    const event = bluelet.retry(failing(times), { attempts: 2 });
    yield* caught(event);
    yield* caught(event);
  });
  assertEquals(times.length, 4);
  assertThrows(() => bluelet.select([bluelet.retry(() => bluelet.null())]), TypeError, "runs a coroutine");
});

Deno.test("retry refuses options that mean nothing", () => {
  const refused: [bluelet.RetryOptions, string][] = [
    [{ attempts: 0 }, "attempts"],
    [{ attempts: 1.5 }, "attempts"],
    [{ attempts: NaN }, "attempts"],
    [{ delay: -1 }, "seconds"],
    [{ maxDelay: NaN }, "seconds"],
    [{ factor: -1 }, "factor"],
    [{ factor: Infinity }, "factor"],
  ];
  for (const [options, word] of refused) {
    assertThrows(() => bluelet.retry(() => bluelet.null(), options), RangeError, word);
  }
  const wrong = { if: 7 } as unknown as bluelet.RetryOptions;
  assertThrows(() => bluelet.retry(() => bluelet.null(), wrong), TypeError, "`if`");
});

Deno.test("retry: a callback of a task that throws fails the run, and is not retried", async () => {
  let attempts = 0;
  const boom = new Error("in withdraw");
  const error = await assertRejects(() =>
    play(function* () {
      yield* bluelet.retry(function* () {
        attempts++;
        yield* bluelet.moveOnAfter(
          1,
          bluelet.suspend(() => () => {
            throw boom;
          }),
        );
      });
    })
  );
  assertStrictEquals(error, boom);
  assertEquals(attempts, 1);
});
