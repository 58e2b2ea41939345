import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { caught, play, rounded } from "../virtual_host.ts";

/** Spawns `body`, and lets it run until it waits. */
function* started<T>(body: () => bluelet.Coroutine<T>): bluelet.Coroutine<bluelet.Thread<T>> {
  const thread = yield* bluelet.spawn(body);
  yield* bluelet.null();
  yield* bluelet.null();
  return thread;
}

function now(): number {
  return rounded(bluelet.current().scheduler.host.now());
}

Deno.test("kill throws ThreadKilledError, with the reason, where the thread is suspended", async () => {
  const error = await play(function* () {
    let error: unknown;
    const thread = yield* started(function* sleeper() {
      try {
        yield* bluelet.sleep(60);
      } catch (reason) {
        error = reason;
        throw reason;
      }
    });
    yield* bluelet.kill(thread, "it is late");
    return error;
  });
  assert(error instanceof bluelet.ThreadKilledError);
  assertEquals(error.message, 'Thread "sleeper" (#2) was killed: it is late.');
});

// Generators' own return(), as Effection uses, turns into a normal completion when a finally under yield* yields:
// what comes after the yield* runs.
for (const spelling of ["yield", "yield*"]) {
  Deno.test(`kill runs finally blocks that yield to their end, then the next outwards, and nothing after (${spelling})`, async () => {
    const log: string[] = [];
    function* level(depth: number): bluelet.Coroutine {
      try {
        if (depth === 0) yield* bluelet.sleep(60);
        else if (spelling === "yield") yield level(depth - 1);
        else yield* level(depth - 1);
        log.push("after");
      } finally {
        yield* bluelet.sleep(1);
        log.push(`${depth} first`);
        yield bluelet.null();
        log.push(`${depth} second`);
      }
      log.push("after");
    }
    await play(function* () {
      const thread = yield* started(() => level(2));
      yield* bluelet.kill(thread);
      log.push(thread.state);
    });
    assertEquals(log, ["0 first", "0 second", "1 first", "1 second", "2 first", "2 second", "killed"]);
  });
}

// Effection's issue 1154: the loop goes on.
Deno.test("kill inside a loop ends the loop, though its finally yields", async () => {
  const log: string[] = [];
  function* step() {
    try {
      yield* bluelet.sleep(60);
    } finally {
      yield* bluelet.null();
      log.push("cleaned");
    }
  }
  await play(function* () {
    const thread = yield* started(function* () {
      for (let i = 0; i < 3; i++) {
        log.push(`round ${i}`);
        yield* step();
      }
      log.push("after");
    });
    yield* bluelet.kill(thread);
  });
  assertEquals(log, ["round 0", "cleaned"]);
});

Deno.test("kill goes on when the thread has ended, clean-up included", async () => {
  const took = await play(function* () {
    const thread = yield* started(function* () {
      try {
        yield* bluelet.sleep(60);
      } finally {
        yield* bluelet.sleep(2);
      }
    });
    const before = now();
    yield bluelet.kill(thread);
    return [rounded(now() - before), thread.state];
  });
  assertEquals(took, [2, "killed"]);
});

Deno.test("kill of a thread that has ended does nothing", async () => {
  const results = await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      return 5;
    });
    yield* bluelet.join(thread);
    yield* bluelet.kill(thread);
    thread.kill();
    return [thread.state, yield* bluelet.join(thread)];
  });
  assertEquals(results, ["done", 5]);
});

Deno.test("kill of a thread that has not started never runs any of it", async () => {
  let ran = false;
  const state = await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      ran = true;
    });
    yield* bluelet.kill(thread);
    return thread.state;
  });
  assertEquals([ran, state], [false, "killed"]);
});

Deno.test("kill of oneself throws at once", async () => {
  const log: string[] = [];
  await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      try {
        yield* bluelet.kill(bluelet.current());
        log.push("never");
      } finally {
        yield* bluelet.null();
        log.push("finally");
      }
      log.push("never");
    });
    yield* caught(bluelet.join(thread));
    log.push(thread.state);
  });
  assertEquals(log, ["finally", "killed"]);
});

Deno.test("killing twice is the same kill: both killers go on at the thread's end", async () => {
  const log: string[] = [];
  await play(function* () {
    const thread = yield* started(function* () {
      try {
        yield* bluelet.sleep(60);
      } finally {
        yield* bluelet.sleep(1);
        log.push("cleaned");
      }
    });
    function* killer(name: string) {
      yield* bluelet.kill(thread);
      log.push(name);
    }
    const first = yield* bluelet.spawn(killer, "first");
    yield* bluelet.null();
    yield* bluelet.spawn(killer, "second");
    yield* bluelet.join(first);
  });
  assertEquals(log, ["cleaned", "first", "second"]);
});

Deno.test("a killed killer stops waiting, and what it killed ends all the same", async () => {
  const log: string[] = [];
  await play(function* () {
    const slow = yield* started(function* () {
      try {
        yield* bluelet.sleep(60);
      } finally {
        yield* bluelet.sleep(2);
        log.push(`slow at ${now()}`);
      }
    });
    const killer = yield* started(function* () {
      try {
        yield* bluelet.kill(slow);
      } finally {
        log.push(`killer at ${now()}`);
      }
    });
    yield* bluelet.kill(killer);
  });
  assertEquals(log, ["killer at 0", "slow at 2"]);
});

Deno.test("two threads that kill each other both end", async () => {
  const states = await play(function* () {
    const pair: bluelet.Thread[] = [];
    function* killing(other: number): bluelet.Coroutine {
      yield* bluelet.shield(function* () {
        yield* bluelet.null();
        yield* bluelet.kill(pair[other]!);
      }());
      yield* bluelet.sleep(60);
    }
    pair.push(yield* bluelet.spawn(killing, 1), yield* bluelet.spawn(killing, 0));
    for (const thread of pair) yield* caught(bluelet.join(thread));
    return [...pair.map(({ state }) => state), now()];
  });
  assertEquals(states, ["killed", "killed", 0]);
});

Deno.test("threads that kill each other in their clean-up all end, at once", async () => {
  const states = await play(function* () {
    const ring: bluelet.Thread[] = [];
    function* killing(next: number): bluelet.Coroutine {
      try {
        yield* bluelet.sleep(60);
      } finally {
        yield* bluelet.kill(ring[next]!);
      }
    }
    for (const next of [1, 2, 0]) ring.push(yield* bluelet.spawn(killing, next));
    yield* bluelet.null();
    yield* bluelet.kill(ring[0]!);
    return [...ring.map(({ state }) => state), now()];
  });
  assertEquals(states, ["killed", "killed", "killed", 0]);
});

Deno.test("a thread that kills the thread whose scope it belongs to does not wait for itself", async () => {
  const states = await play(function* () {
    let child: bluelet.Thread | undefined;
    const owner: bluelet.Thread = yield* bluelet.spawn(function* () {
      yield* bluelet.scope(function* (scope) {
        child = scope.spawn(function* () {
          yield* bluelet.sleep(1);
          yield* bluelet.kill(owner);
        });
      });
    });
    yield* caught(bluelet.join(owner));
    return [owner.state, child!.state, now()];
  });
  assertEquals(states.slice(0, 1), ["killed"]);
  assertEquals(states[2], 1);
});

Deno.test("kill takes the callees with it", async () => {
  const log: string[] = [];
  await play(function* () {
    const thread = yield* started(function* () {
      yield* bluelet.call(function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          log.push("callee");
        }
      });
    });
    yield* bluelet.kill(thread);
  });
  assertEquals(log, ["callee"]);
});

Deno.test("kill of a thread that woke in the same pass stops it all the same: null and sleep hand nothing over", async () => {
  for (const event of [bluelet.sleep(1), bluelet.null(), bluelet.sleep(0)]) {
    const log: string[] = [];
    await play(function* () {
      const threads: bluelet.Thread[] = [];
      const killer = yield* bluelet.spawn(function* () {
        yield event;
        log.push(threads[0]!.state);
        threads[0]!.kill();
      });
      threads.push(
        yield* bluelet.spawn(function* () {
          yield event;
          log.push("never");
        }),
      );
      yield* bluelet.join(killer);
      yield* caught(bluelet.join(threads[0]!));
    });
    assertEquals(log, ["ready"]);
  }
});

Deno.test("a killed joiner is not resurrected when its target ends, whatever its clean-up waits for", async () => {
  const log: unknown[] = [];
  await play(function* () {
    function* ending(seconds: number) {
      yield* bluelet.sleep(seconds);
      return seconds;
    }
    const target = yield* bluelet.spawn(ending, 2), other = yield* bluelet.spawn(ending, 3);
    const joiner = yield* started(function* () {
      try {
        yield* bluelet.join(target);
      } finally {
        log.push("killed");
        log.push(yield* bluelet.join(other));
        yield* bluelet.sleep(1);
      }
      log.push("never");
    });
    yield* bluelet.sleep(1);
    yield* bluelet.kill(joiner);
    log.push(now());
  });
  assertEquals(log, ["killed", 3, 4]);
});

Deno.test("a catch that swallows the kill keeps the thread alive for the grace, then it is forced to end", async () => {
  const result = await play(function* () {
    const thread = yield* started(function* () {
      for (;;) yield* caught(bluelet.sleep(0.01));
    });
    const before = now();
    yield* bluelet.kill(thread);
    return [thread.state, rounded(now() - before)];
  }, { grace: 0.5 });
  assertEquals(result, ["killed", 0.5]);
});

Deno.test("grace also ends a thread whose events never wait", async () => {
  const state = await play(function* () {
    const thread = yield* started(function* () {
      for (;;) {
        try {
          yield* new bluelet.ValueEvent(1);
        } catch {
          // goes on
        }
      }
    });
    yield* bluelet.kill(thread);
    return thread.state;
  }, { grace: 0.001 });
  assertEquals(state, "killed");
});

Deno.test("clean-up that takes longer than the grace is forced to end, and outer finally blocks still run", async () => {
  const log: string[] = [];
  const took = await play(function* () {
    const thread = yield* started(function* () {
      try {
        try {
          yield* bluelet.sleep(60);
        } finally {
          yield* bluelet.sleep(30);
          log.push("never");
        }
      } finally {
        log.push("outer");
      }
    });
    const before = now();
    yield* bluelet.kill(thread);
    return [rounded(now() - before), thread.state];
  });
  assertEquals(took, [5, "killed"]);
  assertEquals(log, ["outer"]);
});

Deno.test("a grace of 0 forces a thread to end as soon as its clean-up waits", async () => {
  const result = await play(function* () {
    const thread = yield* started(function* () {
      try {
        yield* bluelet.sleep(60);
      } finally {
        yield* bluelet.sleep(30);
      }
    });
    yield* bluelet.kill(thread);
    return [thread.state, now()];
  }, { grace: 0 });
  assertEquals(result, ["killed", 0]);
});

Deno.test("the grace stands still in shield, in defer and while a scope waits for its threads", async () => {
  const shielded: (() => bluelet.Coroutine)[] = [
    function* () {
      yield* bluelet.shield(bluelet.sleep(30));
    },
    function* () {
      yield* bluelet.call(function* () {
        yield* bluelet.defer(function* () {
          yield* bluelet.sleep(30);
        });
      });
    },
    function* () {
      yield* bluelet.scope(function* (scope) {
        scope.spawn(function* () {
          yield* bluelet.sleep(30);
        });
      });
    },
  ];
  for (const waiting of shielded) {
    const log: unknown[] = [];
    await play(function* () {
      const thread = yield* started(function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          yield* bluelet.sleep(0.4);
          yield* waiting();
          log.push(now());
          yield* bluelet.sleep(0.4);
          log.push(now());
          yield* bluelet.sleep(0.4);
          log.push("never");
        }
      });
      yield* bluelet.kill(thread);
      log.push(now(), thread.state);
    }, { grace: 1 });
    assertEquals(log, [30.4, 30.8, 31, "killed"]);
  }
});

Deno.test("the grace of a timeout inside a shield is counted: only what is outside stands still", async () => {
  const error = await play(function* () {
    return yield* caught(bluelet.shield(bluelet.timeout(
      1,
      function* () {
        for (;;) yield* caught(bluelet.sleep(60));
      }(),
    )));
  }, { grace: 0.5 });
  assert(error instanceof bluelet.TimeoutError);
});

Deno.test("a forced end runs what was deferred, and waits for the threads of open scopes", async () => {
  const log: string[] = [];
  await play(function* () {
    const thread = yield* started(function* () {
      yield* bluelet.defer(function* () {
        yield* bluelet.sleep(3);
        log.push(`deferred at ${now()}`);
      });
      yield* bluelet.scope(function* (scope) {
        scope.spawn(function* () {
          try {
            yield* bluelet.sleep(60);
          } finally {
            yield* bluelet.shield(bluelet.sleep(7));
            log.push(`child at ${now()}`);
          }
        });
        for (;;) yield* caught(bluelet.sleep(0.1));
      });
    });
    yield* bluelet.kill(thread);
    log.push(`${thread.state} at ${now()}`);
  }, { grace: 1 });
  assertEquals(log, ["child at 7", "deferred at 10", "killed at 10"]);
});

Deno.test("an error in the clean-up of a forced end is thrown all the same", async () => {
  const error = new Error("in clean-up");
  const rejected = await assertRejects(() =>
    play(function* () {
      const thread = yield* started(function* () {
        try {
          for (;;) yield* caught(bluelet.sleep(60));
        } finally {
          // deno-lint-ignore no-unsafe-finally -- that is what is tested
          throw error;
        }
      });
      yield* bluelet.kill(thread);
    }, { grace: 1 })
  );
  assertStrictEquals(rejected, error);
});

Deno.test("a result that has happened when the kill comes is delivered, and the kill thrown at the next yield", async () => {
  const log: unknown[] = [];
  await play(function* () {
    let resume: ((value: string) => void) | undefined;
    const thread = yield* started(function* () {
      try {
        log.push(yield* bluelet.suspend<string>((go) => void (resume = go)));
        log.push("goes on to its next yield");
        yield* bluelet.null();
        log.push("never");
      } catch (error) {
        log.push((error as Error).name);
        throw error;
      }
    });
    resume!("a value");
    yield* bluelet.kill(thread);
  });
  assertEquals(log, ["a value", "goes on to its next yield", "ThreadKilledError"]);
});

Deno.test("an error that has happened when the kill comes is delivered too", async () => {
  const log: unknown[] = [];
  await play(function* () {
    let raise: ((error: unknown) => void) | undefined;
    const thread = yield* started(function* () {
      const error = yield* caught(bluelet.suspend((_, no) => void (raise = no)));
      log.push(error);
      yield* bluelet.null();
      log.push("never");
    });
    raise!("an error");
    yield* bluelet.kill(thread);
    log.push(thread.state);
  });
  assertEquals(log, ["an error", "killed"]);
});

Deno.test("a join that throws the error which is the thread's own kill, too, is its kill: clean-up runs to its end", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const target = yield* started(function* () {
      yield* bluelet.sleep(60);
    });
    const joiner = yield* started(function* () {
      try {
        yield* bluelet.join(target);
      } finally {
        yield* bluelet.sleep(1);
        log.push("cleaned");
      }
    });
    // After the target's end, and before the joiner goes on.
    target.onEnd(() => joiner.kill());
    yield* bluelet.kill(target);
    yield* caught(bluelet.join(joiner));
    log.push(joiner.state);
  });
  assertEquals(log, ["cleaned", "killed"]);
});

Deno.test("a thread that ends with the result that came before its kill is done", async () => {
  const result = await play(function* () {
    const target = yield* bluelet.spawn(function* () {
      return 5;
    });
    const joiner = yield* bluelet.spawn(function* () {
      return yield* bluelet.join(target);
    });
    yield* bluelet.null();
    joiner.kill();
    return [yield* bluelet.join(joiner), joiner.state];
  });
  assertEquals(result, [5, "done"]);
});

Deno.test("a killed sleep, timeout or grace leaves no timer behind", async () => {
  await play(function* () {
    const { scheduler } = bluelet.current();
    const sleeping = yield* started(function* () {
      yield* bluelet.timeout(50, bluelet.moveOnAfter(40, bluelet.sleep(60)));
    });
    assertEquals(scheduler.timers.size, 3);
    yield* bluelet.kill(sleeping);
    assertEquals(scheduler.timers.size, 0);
  });
});

Deno.test("a yield in a finally at the end of a failed run works, and masks nothing", async () => {
  const error = new Error("the first");
  const log: string[] = [];
  const rejected = await assertRejects(() =>
    play(function* () {
      yield* bluelet.spawn(function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          yield* bluelet.sleep(1);
          log.push("cleaned");
        }
      });
      yield* bluelet.null();
      throw error;
    })
  );
  assertStrictEquals(rejected, error);
  assertEquals(log, ["cleaned"]);
});

Deno.test("an error in clean-up does not mask the first error: both are thrown, the first first", async () => {
  const first = new Error("the first"), second = new Error("in clean-up");
  const rejected = await assertRejects(() =>
    play(function* () {
      yield* bluelet.spawn(function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          // deno-lint-ignore no-unsafe-finally -- that is what is tested
          throw second;
        }
      });
      yield* bluelet.null();
      throw first;
    }), AggregateError);
  assertEquals(rejected.errors, [first, second]);
});

Deno.test("an error in the clean-up of a killed thread fails its scope", async () => {
  const error = new Error("in clean-up");
  const rejected = await assertRejects(() =>
    play(function* () {
      const thread = yield* started(function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          // deno-lint-ignore no-unsafe-finally -- that is what is tested
          throw error;
        }
      });
      yield* bluelet.kill(thread);
      yield* bluelet.sleep(60);
    })
  );
  assertStrictEquals(rejected, error);
});

Deno.test("a kill of a thread that a timeout is unwinding waits for that clean-up, and the thread ends killed", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const thread = yield* started(function* () {
      yield* bluelet.timeout(
        1,
        function* () {
          try {
            yield* bluelet.sleep(60);
          } finally {
            yield* bluelet.sleep(2);
            log.push(`cleaned at ${now()}`);
          }
        }(),
      );
      log.push("never");
    });
    yield* bluelet.sleep(2);
    yield* bluelet.kill(thread);
    log.push(thread.state);
  });
  assertEquals(log, ["cleaned at 3", "killed"]);
});

Deno.test("what throws while a wait is taken back fails that thread's scope, not the killer", async () => {
  const error = new Error("cannot cancel");
  const log: string[] = [];
  const rejected = await assertRejects(() =>
    play(function* () {
      const thread = yield* started(function* () {
        yield* bluelet.suspend(() => () => {
          throw error;
        });
      });
      const killer = yield* bluelet.spawn(function* () {
        try {
          yield* bluelet.kill(thread);
        } catch (reason) {
          log.push((reason as Error).name);
        }
      });
      yield* bluelet.join(killer);
    })
  );
  assertStrictEquals(rejected, error);
  assertEquals(log, ["ThreadKilledError"]);
});

Deno.test("kill at call depth 100,000 runs all 100,000 finally blocks, innermost first", async () => {
  const DEPTH = 100_000;
  const order: number[] = [];
  function* level(depth: number): bluelet.Coroutine {
    try {
      if (depth === DEPTH) yield* bluelet.sleep(60);
      else yield level(depth + 1);
    } finally {
      yield* bluelet.null();
      order.push(depth);
    }
  }
  await play(function* () {
    const thread = yield* bluelet.spawn(level, 1);
    yield* bluelet.sleep(1);
    yield* bluelet.kill(thread);
  });
  assertEquals(order.length, DEPTH);
  assert(order.every((depth, i) => depth === DEPTH - i));
});

Deno.test("kill at call depth 20,000 runs what each level deferred", async () => {
  let cleaned = 0;
  function* level(depth: number): bluelet.Coroutine {
    yield* bluelet.defer(function* () {
      yield* bluelet.null();
      cleaned++;
    });
    if (depth === 1) yield* bluelet.sleep(60);
    else yield level(depth - 1);
  }
  await play(function* () {
    const thread = yield* bluelet.spawn(level, 20_000);
    yield* bluelet.sleep(1);
    yield* bluelet.kill(thread);
  });
  assertEquals(cleaned, 20_000);
});

Deno.test("100,000 threads killed at once end in about a second, clean-up and all", async () => {
  const THREADS = 100_000;
  let cleaned = 0;
  function* sleeper() {
    try {
      yield bluelet.sleep(60);
    } finally {
      cleaned++;
    }
  }
  const took = await play(function* () {
    let killed = 0;
    yield* bluelet.scope(function* (scope) {
      for (let i = 0; i < THREADS; i++) scope.spawn(sleeper);
      yield* bluelet.sleep(1);
      killed = performance.now();
      scope.kill();
    });
    return performance.now() - killed;
  });
  assertEquals(cleaned, THREADS);
  assert(took < 3_000, `it took ${took} ms`);
});
