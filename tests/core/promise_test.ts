import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { caught, play } from "../virtual_host.ts";

Deno.test("promise results in the promise's value, or throws its error, in both spellings", async () => {
  const error = new Error("no");
  const results = await play(function* () {
    return [
      yield bluelet.promise(Promise.resolve(1)),
      yield* bluelet.promise(Promise.resolve(2)),
      yield* bluelet.promise(() => Promise.resolve(3)),
      yield* bluelet.promise({ then: (resolve) => (resolve!(4), undefined as never) } as PromiseLike<number>),
      yield* caught(bluelet.promise(Promise.reject(error))),
    ];
  });
  assertEquals(results, [1, 2, 3, 4, error]);
});

Deno.test("promise(signal => ...): being killed or timed out aborts the signal", async () => {
  const reasons: unknown[] = [];
  const listening = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      signal.addEventListener("abort", () => {
        reasons.push((signal.reason as Error).name);
        reject(signal.reason);
      });
    });
  await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      yield* bluelet.promise(listening);
    });
    yield* bluelet.null();
    yield* bluelet.kill(thread);
    yield* bluelet.moveOnAfter(1, bluelet.promise(listening));
  });
  assertEquals(reasons, ["AbortError", "AbortError"]);
});

Deno.test("promise(signal => ...): a promise that settles aborts nothing", async () => {
  let aborted = false;
  await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      yield* bluelet.promise((signal) => {
        signal.addEventListener("abort", () => aborted = true);
        return Promise.resolve();
      });
      yield* bluelet.sleep(60);
    });
    yield* bluelet.sleep(1);
    yield* bluelet.kill(thread);
  });
  assertEquals(aborted, false);
});

Deno.test("promise: what settles after the kill does nothing, and is no unhandled rejection", async () => {
  await play(function* () {
    let reject: ((error: unknown) => void) | undefined;
    const thread = yield* bluelet.spawn(function* () {
      try {
        yield* bluelet.promise(new Promise((_, no) => reject = no));
      } finally {
        yield* bluelet.sleep(1);
        reject!(new Error("late"));
        yield Promise.resolve();
        yield* bluelet.sleep(1);
      }
    });
    yield* bluelet.null();
    yield* bluelet.kill(thread);
    assertEquals(thread.state, "killed");
  });
});

Deno.test("promise refuses what is none, at the call or at the yield", async () => {
  assertThrows(() => bluelet.promise(5 as unknown as Promise<void>), TypeError, "promise() takes a promise");
  assertThrows(() => bluelet.promise(undefined as unknown as Promise<void>), TypeError);
  const error = new Error("cannot start");
  const results = await play(function* () {
    return [
      yield* caught(bluelet.promise((() => 5) as unknown as () => Promise<void>)),
      yield* caught(bluelet.promise(() => {
        throw error;
      })),
    ];
  });
  assert(results[0] instanceof TypeError);
  assertStrictEquals(results[1], error);
});

Deno.test("suspend waits for one of its callbacks; a second call does nothing", async () => {
  const results = await play(function* () {
    const results: unknown[] = [];
    let again: (() => void) | undefined;
    results.push(
      yield* bluelet.suspend<number>((resume, raise) => {
        again = () => {
          resume(3);
          raise(new Error("no"));
        };
        resume(1);
        resume(2);
        raise(new Error("no"));
      }),
    );
    again!();
    results.push(yield bluelet.suspend<number>((resume) => void queueMicrotask(() => resume(4))));
    results.push(yield* caught(bluelet.suspend((_, raise) => void setTimeout(() => raise("an error")))));
    again!();
    yield* bluelet.null();
    return results;
  });
  assertEquals(results, [1, 4, "an error"]);
});

Deno.test("suspend: what it returned is called when the wait is taken back, and only then", async () => {
  const log: unknown[] = [];
  await play(function* () {
    let resume: ((value: number) => void) | undefined;
    const waiting = bluelet.suspend<number>((go) => {
      resume = go;
      return () => log.push("taken back");
    });
    const killed = yield* bluelet.spawn(function* () {
      try {
        yield* waiting;
      } finally {
        resume!(5); // too late
        log.push(yield* caught(bluelet.sleep(1)));
      }
    });
    yield* bluelet.null();
    yield* bluelet.kill(killed);
    const resumed = yield* bluelet.spawn(function* () {
      return yield* waiting;
    });
    yield* bluelet.null();
    resume!(6);
    log.push(yield* bluelet.join(resumed));
  });
  assertEquals(log, ["taken back", undefined, 6]);
});

Deno.test("suspend: an error of its setup is thrown at the yield, and what it had arranged does nothing", async () => {
  const error = new Error("no");
  const results = await play(function* () {
    let resume: ((value: unknown) => void) | undefined;
    const thrown = yield* caught(bluelet.suspend((go) => {
      resume = go;
      throw error;
    }));
    const both = yield* caught(bluelet.suspend((go) => {
      go(1);
      throw error;
    }));
    resume!(5);
    return [
      thrown,
      both,
      yield* bluelet.call(function* () {
        yield* bluelet.null();
        return 6;
      }),
    ];
  });
  assertEquals(results, [error, error, 6]);
});

Deno.test("suspend: outside code may resume, spawn and kill at any moment", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const root = bluelet.current();
    setTimeout(() => {
      root.scheduler.spawn(function* () {
        log.push("spawned");
      });
    }, 1);
    yield* bluelet.suspend<void>((resume) => void setTimeout(resume, 3));
    const thread = yield* bluelet.spawn(function* () {
      yield* bluelet.suspend(() => {});
    });
    setTimeout(() => thread.kill(), 1);
    log.push((yield* caught(bluelet.join(thread)) as bluelet.Coroutine<Error>).name);
  });
  assertEquals(log, ["spawned", "ThreadKilledError"]);
});

Deno.test("suspend refuses what is no function", () => {
  assertThrows(() => bluelet.suspend(5 as unknown as () => void), TypeError, "suspend() takes a function");
});
