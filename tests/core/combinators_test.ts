import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { caught, play, rounded } from "../virtual_host.ts";

function now(): number {
  return rounded(bluelet.current().scheduler.host.now());
}

function* later<T>(seconds: number, value: T): bluelet.Coroutine<T> {
  yield* bluelet.sleep(seconds);
  return value;
}

function* failing(seconds: number, error: unknown): bluelet.Coroutine<never> {
  yield* bluelet.sleep(seconds);
  throw error;
}

function* loser(log: unknown[], seconds = 2): bluelet.Coroutine<string> {
  try {
    yield* bluelet.sleep(60);
    return "too late";
  } finally {
    yield* bluelet.sleep(seconds);
    log.push("loser cleaned");
  }
}

Deno.test("all runs tasks at once, coroutines and events, and results in their values in order", async () => {
  const results = await play(function* () {
    const values = yield* bluelet.all([
      later(2, "a"),
      later(1, 2),
      bluelet.sleep(3),
      new bluelet.ValueEvent(4),
    ]);
    return [values, now(), yield bluelet.all([later(1, 5)]), yield* bluelet.all([])];
  });
  assertEquals(results, [["a", 2, undefined, 4], 3, [5], []]);
});

Deno.test("all: the first error kills the others, waits for their clean-up and is thrown", async () => {
  const error = new Error("no");
  const log: unknown[] = [];
  await play(function* () {
    const thrown = yield* caught(bluelet.all([loser(log), failing(1, error), later(0.5, 1)]));
    log.push(thrown === error, now());
  });
  assertEquals(log, ["loser cleaned", true, 3]);
});

Deno.test("allSettled results in how each ended, in order, a killed one too", async () => {
  const error = new Error("no");
  const results = await play(function* () {
    const suicide = function* () {
      yield* bluelet.kill(bluelet.current());
    };
    return yield* bluelet.allSettled([failing(2, error), later(1, 5), suicide()]);
  });
  assertEquals(results.slice(0, 2), [{ status: "rejected", reason: error }, {
    status: "fulfilled",
    value: 5,
  }]);
  assert(results[2].status === "rejected" && results[2].reason instanceof bluelet.ThreadKilledError);
  assertEquals(await play(() => bluelet.allSettled([])[Symbol.iterator]() as bluelet.Coroutine<unknown>), []);
});

Deno.test("allSettled that is killed is killed, however many tasks have ended", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      yield* bluelet.allSettled([later(1, 1), later(1, 2), later(1, 3)]);
      yield* bluelet.null();
      log.push("never");
    });
    yield* bluelet.spawn(function* () {
      yield* bluelet.sleep(1);
      thread.kill();
    });
    yield* caught(bluelet.join(thread));
    const slow = yield* bluelet.spawn(function* () {
      yield* bluelet.allSettled([loser(log), later(1, 2)]);
    });
    yield* bluelet.sleep(2);
    yield* bluelet.kill(slow);
    log.push(thread.state, slow.state, now());
  });
  assertEquals(log, ["loser cleaned", "killed", "killed", 5]);
});

Deno.test("race results in the first value, and has killed the losers and waited for them", async () => {
  const log: unknown[] = [];
  await play(function* () {
    log.push(yield* bluelet.race([loser(log), later(1, "won"), later(2, "late")]), now());
    log.push(yield bluelet.race([bluelet.sleep(1), loser(log, 0)]));
  });
  assertEquals(log, ["loser cleaned", "won", 3, "loser cleaned", undefined]);
});

Deno.test("race throws the error of the first to end", async () => {
  const error = new Error("no");
  const log: unknown[] = [];
  const thrown = await play(function* () {
    return yield* caught(bluelet.race([loser(log), failing(1, error)]));
  });
  assertStrictEquals(thrown, error);
  assertEquals(log, ["loser cleaned"]);
});

Deno.test("race: an error of a loser's clean-up is thrown", async () => {
  const error = new Error("in clean-up");
  const thrown = await play(function* () {
    return yield* caught(bluelet.race([
      later(1, "won"),
      function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          yield* failing(1, error);
        }
      }(),
    ]));
  });
  assertStrictEquals(thrown, error);
});

Deno.test("race without tasks never ends, which is a deadlock", async () => {
  const thrown = await play(function* () {
    yield* bluelet.race([]);
  }).catch((error) => error);
  assert(thrown instanceof bluelet.DeadlockError);
});

Deno.test("any results in the first value, whatever failed before it, and kills the others", async () => {
  const log: unknown[] = [];
  await play(function* () {
    log.push(yield* bluelet.any([failing(1, new Error("no")), later(2, "won"), loser(log)]), now());
  });
  assertEquals(log, ["loser cleaned", "won", 4]);
});

Deno.test("any throws an AggregateError of all errors, in the order of the tasks, if all fail", async () => {
  const a = new Error("a"), b = new Error("b");
  const [thrown, none] = await play(function* () {
    return [
      yield* caught(bluelet.any([failing(2, a), failing(1, b)])),
      yield* caught(bluelet.any([])),
    ];
  });
  assert(thrown instanceof AggregateError && none instanceof AggregateError);
  assertEquals(thrown.errors, [a, b]);
  assertEquals(none.errors, []);
});

Deno.test("any: an error of a loser's clean-up is thrown", async () => {
  const error = new Error("in clean-up");
  const thrown = await play(function* () {
    return yield* caught(bluelet.any([
      later(1, "won"),
      function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          yield* failing(1, error);
        }
      }(),
    ]));
  });
  assertStrictEquals(thrown, error);
});

Deno.test("combinators over events can be yielded again, and by two threads at once", async () => {
  const error = new Error("no");
  const sleepThen = (seconds: number, event: bluelet.Event) =>
    bluelet.call(function* () {
      yield* bluelet.sleep(seconds);
      return yield* event;
    });
  const events = [
    bluelet.all([sleepThen(1, new bluelet.ValueEvent(1))]),
    bluelet.allSettled([sleepThen(1, new bluelet.ValueEvent(1))]),
    bluelet.race([sleepThen(1, new bluelet.ValueEvent(1))]),
    bluelet.any([sleepThen(1, new bluelet.ExceptionEvent(error)), sleepThen(2, new bluelet.ValueEvent(1))]),
  ];
  await play(function* () {
    for (const event of events) {
      const first = yield event;
      assertEquals(yield event, first);
      const again = function* () {
        return (yield event) as unknown;
      };
      const a = yield* bluelet.spawn(again);
      yield* bluelet.sleep(0.5);
      const b = yield* bluelet.spawn(again);
      assertEquals(yield* bluelet.join(a), first);
      assertEquals(yield* bluelet.join(b), first);
    }
  });
});

Deno.test("a combinator that is killed kills its tasks and waits for them", async () => {
  for (const combinator of [bluelet.all, bluelet.allSettled, bluelet.race, bluelet.any]) {
    const log: unknown[] = [];
    await play(function* () {
      const thread = yield* bluelet.spawn(function* () {
        yield combinator([loser(log), loser(log)]);
      });
      yield* bluelet.sleep(1);
      yield* bluelet.kill(thread);
      log.push(thread.state, now());
    });
    assertEquals(log, ["loser cleaned", "loser cleaned", "killed", 3]);
  }
});

Deno.test("combinators refuse what they cannot run at the call", () => {
  for (const combinator of [bluelet.all, bluelet.allSettled, bluelet.race, bluelet.any]) {
    assertThrows(() => combinator(5 as unknown as []), TypeError, "takes an array of tasks");
    assertThrows(
      () => combinator([5 as unknown as bluelet.Event]),
      TypeError,
      "takes a coroutine or an event",
    );
  }
});
