import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { caught, play, VirtualHost } from "../virtual_host.ts";

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

/** How many rejections reach the process while `program` runs, and in the two turns of the host after it. */
async function unhandled(program: () => Promise<unknown>): Promise<number> {
  let count = 0;
  const counting = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    count++;
  };
  addEventListener("unhandledrejection", counting);
  try {
    await program();
    for (let i = 0; i < 2; i++) await new Promise((resolve) => setTimeout(resolve));
  } finally {
    removeEventListener("unhandledrejection", counting);
  }
  return count;
}

const rejected = () => Promise.reject(new Error("given to the library"));
const later = () => new Promise<never>((_, reject) => queueMicrotask(() => reject(new Error("later"))));

/** Ways to give a promise to the library without its being waited for to its end. */
const givenAndLeft: Record<string, (make: () => Promise<never>) => bluelet.Coroutine<unknown>> = {
  "in a task of all, of which another fails first": (make) =>
    caught(bluelet.all([
      function* () {
        throw new Error("first");
      }(),
      bluelet.promise(make()),
    ])),
  "as a loser of race": (make) => caught(bluelet.race([new bluelet.ValueEvent(1), bluelet.promise(make())])),
  "as a loser of any": (make) => caught(bluelet.any([bluelet.promise(make()), new bluelet.ValueEvent(1)])),
  "as a case of select that was not begun": (make) =>
    caught(bluelet.select([new bluelet.ValueEvent(1), bluelet.promise(make())], { ordered: true })),
  "in an event that is never yielded": function* (make) {
    bluelet.promise(make());
  },
  "in a thread that is killed before it starts": function* (make) {
    const thread = yield* bluelet.spawn(
      bluelet.timeout(1, bluelet.promise(make()))[Symbol.iterator]() as never,
    );
    yield* bluelet.kill(thread);
  },
  "at a plain yield with a kill pending": function* (make) {
    yield* bluelet.spawn(function* () {
      bluelet.current().kill();
      yield make();
    });
  },
  "at a yield* with a kill pending": function* (make) {
    yield* bluelet.spawn(function* () {
      bluelet.current().kill();
      yield* bluelet.promise(make());
    });
  },
  "at a yield of a thread that is forced to end": function* (make) {
    const thread = yield* bluelet.spawn(function* () {
      try {
        yield* bluelet.sleep(Infinity);
      } finally {
        try {
          yield* bluelet.sleep(Infinity);
        } finally {
          yield make();
        }
      }
    });
    yield* bluelet.null();
    yield* bluelet.kill(thread);
  },
  "by a function whose thread is killed meanwhile": function* (make) {
    const thread = yield* bluelet.spawn(function* () {
      yield* bluelet.promise(() => {
        bluelet.current().kill();
        return make();
      });
    });
    yield* caught(bluelet.join(thread));
  },
  "as what a spawned async function returned": (make) =>
    caught(bluelet.spawn((async () => await make()) as never)),
  "as the body of a scope": (make) => caught(bluelet.scope((() => make()) as never)),
  "as a task, which it is not": function* (make) {
    try {
      bluelet.timeout(1, make() as never);
    } catch {
      // It says to wrap the promise.
    }
  },
  "as a case, which it is not": function* (make) {
    try {
      bluelet.select([make() as never]);
    } catch {
      // It says what to do.
    }
  },
};

for (const [how, program] of Object.entries(givenAndLeft)) {
  for (const [when, make] of Object.entries({ "rejected already": rejected, "rejected later": later })) {
    Deno.test(`a promise, ${when}, that was given ${how} is no unhandled rejection`, async () => {
      assertEquals(await unhandled(() => play(() => program(make), { grace: 1 }).catch(() => {})), 0);
    });
  }
}

Deno.test("a promise given as the root of a run is refused, and is no unhandled rejection", async () => {
  assertEquals(
    await unhandled(() => bluelet.run(rejected() as never, { host: new VirtualHost() }).catch(() => {})),
    0,
  );
});

Deno.test("promise: a thenable starts its work when a thread waits for it, once, and not before", async () => {
  let started = 0;
  const query = {
    then(resolve: (value: string) => void) {
      started++;
      resolve("row");
    },
  } as PromiseLike<string>;
  class Lazy extends Promise<string> {
    override then<A, B>(
      ok?: ((value: string) => A | PromiseLike<A>) | null,
      failed?: ((error: unknown) => B | PromiseLike<B>) | null,
    ): Promise<A | B> {
      started++;
      return super.then(ok, failed);
    }
    static override get [Symbol.species]() {
      return Promise;
    }
  }
  for (const source of [query, new Lazy((resolve) => resolve("row"))]) {
    started = 0;
    const event = bluelet.promise(source);
    assertEquals(started, 0);
    assertEquals(await play(() => event[Symbol.iterator]() as bluelet.Coroutine<string>), "row");
    assertEquals(started, 1);
  }
});

Deno.test("promise: a promise that is frozen, or that two threads wait for, works", async () => {
  const values = await play(function* () {
    let settle: (value: number) => void = () => {};
    const shared = Object.freeze(new Promise<number>((resolve) => settle = resolve));
    yield* bluelet.moveOnAfter(1, bluelet.promise(shared));
    yield* bluelet.spawn(function* () {
      yield* bluelet.sleep(1);
      settle(7);
    });
    return yield* bluelet.all([bluelet.promise(shared), bluelet.promise(shared)]);
  });
  assertEquals(values, [7, 7]);
});

for (
  const [how, again] of Object.entries({
    "waiting for it and giving up": function* (source: Promise<void>): bluelet.Coroutine {
      yield* bluelet.race([bluelet.promise(source), bluelet.null()]);
    },
    "a plain yield": function* (source: Promise<void>): bluelet.Coroutine {
      yield* bluelet.moveOnAfter(
        0,
        function* () {
          yield source;
        }(),
      );
    },
    "a case that is not begun": function* (source: Promise<void>): bluelet.Coroutine {
      yield* bluelet.select([new bluelet.ValueEvent(1), bluelet.promise(source)], { ordered: true });
      yield* bluelet.null();
    },
  })
) {
  Deno.test(`one pending promise keeps nothing of 20,000 waits that were given up: ${how}`, async () => {
    let then = 0;
    class Counting extends Promise<void> {
      static override get [Symbol.species]() {
        then++; // each `then` asks for the class of what it returns
        return Promise;
      }
    }
    const source = new Counting(() => {});
    await play(function* () {
      for (let i = 0; i < 20_000; i++) yield again(source);
    });
    assert(then <= 2, `then was called ${then} times`);
  });
}
