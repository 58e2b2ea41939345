/**
 * `bridge()`: coroutines as callbacks of code that knows nothing of threads.
 *
 * @module
 */

import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import * as bluelet from "../../mod.ts";
import { caught, play } from "../virtual_host.ts";
import { settle } from "./seeds.ts";

/** Runs `body`, and fails if a rejection reached the process meanwhile. */
async function withoutUnhandled(body: () => Promise<void>): Promise<void> {
  const unhandled: unknown[] = [];
  const noting = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unhandled.push(event.reason);
  };
  addEventListener("unhandledrejection", noting);
  try {
    await body();
    await new Promise((resolve) => setTimeout(resolve));
  } finally {
    removeEventListener("unhandledrejection", noting);
  }
  assertEquals(unhandled, []);
}

Deno.test("bridge makes functions that run coroutines with their arguments, and promise their values", async () => {
  await play(function* () {
    const callback = yield* bluelet.bridge();
    const add = callback(function* add(a: number, b: number) {
      yield* bluelet.sleep(1);
      return a + b;
    });
    const sums = yield* bluelet.promise(Promise.all([add(1, 2), add(3, 4)]));
    assertEquals(sums, [3, 7]);
  });
});

Deno.test("bridge: the threads belong to the scope that was open where it was opened, and are named after the function", async () => {
  await play(function* () {
    yield* bluelet.scope(function* (scope) {
      const callback = yield* bluelet.bridge();
      const named = callback(function* named() {
        yield* bluelet.sleep(1);
        assertStrictEquals(bluelet.current().scope, scope);
        return bluelet.current().name;
      });
      let inner: Promise<string> | undefined;
      yield* bluelet.scope(function* () {
        inner = named();
        assertEquals(scope.threads.length, 1);
      });
      assertEquals(yield* bluelet.promise(inner!), "named");
    });
  });
});

Deno.test("bridge: what a coroutine throws rejects its promise, and does not fail the scope; nor does what makes none", async () => {
  const boom = new Error("boom");
  await play(function* () {
    const callback = yield* bluelet.bridge();
    const failing = callback(function* () {
      yield* bluelet.null();
      throw boom;
    });
    assertStrictEquals(yield* caught(bluelet.promise(failing())), boom);
    const throwing = callback((): bluelet.Coroutine => {
      throw boom;
    });
    assertStrictEquals(yield* caught(bluelet.promise(throwing())), boom);
    const wrong = callback((() => 7) as unknown as () => bluelet.Coroutine);
    assertInstanceOf(yield* caught(bluelet.promise(wrong())), TypeError);
  });
});

Deno.test("bridge: as long as it is open the run is not taken for deadlocked; closed, it is", async () => {
  const target = new EventTarget();
  setTimeout(() => target.dispatchEvent(new Event("go")), 3);
  await bluelet.run(function* () {
    const flag = new bluelet.Flag();
    const callback = yield* bluelet.bridge();
    target.addEventListener(
      "go",
      callback(function* () {
        yield* bluelet.sleep(0.001);
        flag.set();
      }),
    );
    yield* flag.wait();
  }());
  await assertRejects(() =>
    play(function* () {
      (yield* bluelet.bridge()).close();
      yield* new bluelet.Flag().wait();
    }), bluelet.DeadlockError);
});

Deno.test("bridge is closed when its coroutine ends, killed too, or by `using`: calls are rejected, those that were made go on", async () => {
  await play(function* () {
    let call: (() => Promise<string>) | undefined;
    const work = function* () {
      yield* bluelet.sleep(5);
      return "done";
    };
    let early: Promise<string> | undefined;
    const ways: (() => bluelet.Task<unknown>)[] = [
      function* () {
        call = (yield* bluelet.bridge())(work);
        early = call();
      },
      () =>
        bluelet.moveOnAfter(1, function* () {
          call = (yield* bluelet.bridge())(work);
          early = call();
          yield* bluelet.sleep(60);
        }),
    ];
    for (const way of ways) {
      yield way();
      const error = yield* caught(bluelet.promise(call!()));
      assertInstanceOf(error, bluelet.ThreadKilledError);
      assert(error.message.includes("has ended"), error.message);
      assertEquals(yield* bluelet.promise(early!), "done");
    }
    {
      using callback = yield* bluelet.bridge();
      call = callback(work);
    }
    assertInstanceOf(yield* caught(bluelet.promise(call())), bluelet.ThreadKilledError);
  });
});

Deno.test("bridge: threads that are killed with their scope clean up; their promises are rejected, which reaches nobody who does not wait", async () => {
  await withoutUnhandled(async () => {
    const log: string[] = [];
    let call: (() => Promise<void>) | undefined, promised: Promise<void> | undefined;
    await play(function* () {
      yield* caught(bluelet.timeout(
        1,
        bluelet.scope(function* () {
          call = (yield* bluelet.bridge())(function* () {
            try {
              yield* bluelet.sleep(60);
            } finally {
              yield* bluelet.sleep(1);
              log.push("cleaned up");
            }
          });
          promised = call();
          call();
          yield* bluelet.sleep(60);
        }),
      ));
    });
    assertEquals(log, ["cleaned up", "cleaned up"]);
    await assertRejects(() => promised!, bluelet.ThreadKilledError);
    call!(); // long after the run
    await assertRejects(() => call!(), bluelet.ThreadKilledError);
  });
});

Deno.test("bridge: what clean-up throws in a thread that is killed rejects its promise", async () => {
  const boom = new Error("in clean-up");
  await play(function* () {
    let promised: Promise<void> | undefined;
    yield* bluelet.scope(function* (scope) {
      promised = (yield* bluelet.bridge())(function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          // deno-lint-ignore no-unsafe-finally
          throw boom;
        }
      })();
      yield* settle();
      scope.threads[0]!.kill();
    });
    assertStrictEquals(yield* caught(bluelet.promise(promised!)), boom);
  });
});

Deno.test("bridge: the threads have the locals of the thread that opened it, whoever calls", async () => {
  await play(function* () {
    const local = new bluelet.Local("none");
    local.set("opener's");
    const callback = yield* bluelet.bridge();
    const get = callback(function* () {
      yield* bluelet.null();
      return local.get();
    });
    const other = yield* bluelet.spawn(function* () {
      local.set("other's");
      return yield* bluelet.promise(get());
    });
    assertEquals(yield* bluelet.join(other), "opener's");
    assertEquals(yield* bluelet.promise(Promise.resolve().then(get)), "opener's");
  });
});

Deno.test("bridge: 10,000 that were closed leave nothing with the coroutine that opened them", async () => {
  await play(function* () {
    const { scheduler } = bluelet.current();
    for (let i = 0; i < 10_000; i++) (yield* bluelet.bridge()).close();
    assertEquals([scheduler.outside, scheduler.threads.length], [0, 1]);
  });
});

Deno.test("bridge refuses what is no function, and is no case of select", async () => {
  assertThrows(() => bluelet.select([bluelet.bridge()]), TypeError, "yield it on its own");
  await play(function* () {
    const callback = yield* bluelet.bridge();
    assertThrows(
      () => callback(7 as unknown as () => bluelet.Coroutine),
      TypeError,
      "A bridge takes a function*",
    );
  });
});
