import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { caught, play, rounded } from "../virtual_host.ts";

function now(): number {
  return rounded(bluelet.current().scheduler.host.now());
}

function* failing(seconds: number, error: unknown): bluelet.Coroutine<never> {
  yield* bluelet.sleep(seconds);
  throw error;
}

/** Sleeps long; says so when it is cleaned up, which takes `seconds`. */
function* sleeper(log: unknown[], name = "cleaned", seconds = 0): bluelet.Coroutine {
  try {
    yield* bluelet.sleep(60);
    log.push("never");
  } finally {
    yield* bluelet.sleep(seconds);
    log.push(name);
  }
}

Deno.test("scope results in its body's value when all its threads have ended, in both spellings", async () => {
  const log: string[] = [];
  function* body(scope: bluelet.Scope) {
    scope.spawn(function* () {
      yield* bluelet.sleep(2);
      log.push("child");
    });
    yield* bluelet.null();
    log.push("body");
    return 5;
  }
  const values = await play(function* () {
    return [yield bluelet.scope(body), yield* bluelet.scope(body)];
  });
  assertEquals(values, [5, 5]);
  assertEquals(log, ["body", "child", "body", "child"]);
});

Deno.test("a thread belongs to the innermost scope that is open where it was spawned", async () => {
  const ended: string[] = [];
  function* spawning(seconds: number) {
    yield* bluelet.spawn(function* () {
      yield* bluelet.sleep(seconds);
      ended.push(`${seconds}`);
    });
  }
  await play(function* () {
    yield* spawning(4);
    yield* bluelet.scope(function* () {
      yield spawning(1);
      yield* bluelet.scope(function* () {
        yield* spawning(2);
      });
      ended.push("inner");
      yield* spawning(3);
    });
    ended.push("outer");
    yield* spawning(2);
  });
  assertEquals(ended, ["1", "2", "inner", "4", "3", "outer", "2"]);
});

Deno.test("a thread that a scope's thread spawns belongs to that scope too", async () => {
  const took = await play(function* () {
    yield* bluelet.scope(function* (scope) {
      scope.spawn(function* () {
        yield* bluelet.spawn(function* () {
          yield* bluelet.sleep(3);
        });
      });
    });
    return now();
  });
  assertEquals(took, 3);
});

Deno.test("Scope.threads are those that have not ended, in the order in which they were spawned", async () => {
  await play(function* () {
    yield* bluelet.scope(function* (scope) {
      const a = scope.spawn(sleeper, []), b = yield* bluelet.spawn(sleeper, []), c = scope.spawn(sleeper, []);
      assertEquals(scope.threads.map(({ id }) => id), [a.id, b.id, c.id]);
      yield* bluelet.kill(b);
      assertEquals(scope.threads.map(({ id }) => id), [a.id, c.id]);
      a.kill();
      c.kill();
    });
  });
});

Deno.test("a thread's error kills the others and the body, waits for their clean-up, and is thrown: the same object", async () => {
  const error = new Error("no");
  const log: unknown[] = [];
  await play(function* () {
    const thrown = yield* caught(bluelet.scope(function* (scope) {
      scope.spawn(sleeper, log, "sibling", 3);
      scope.spawn(failing, 1, error);
      yield* sleeper(log, "body", 2);
    }));
    log.push(now(), thrown === error);
  });
  assertEquals(log, ["body", "sibling", 4, true]);
});

Deno.test("the body's error kills the threads, waits for their clean-up, and is thrown", async () => {
  const error = new Error("no");
  const log: unknown[] = [];
  await play(function* () {
    const thrown = yield* caught(bluelet.scope(function* (scope) {
      scope.spawn(sleeper, log, "child", 2);
      yield* bluelet.sleep(1);
      throw error;
    }));
    log.push(now(), thrown === error);
  });
  assertEquals(log, ["child", 3, true]);
});

Deno.test("several errors are thrown as an AggregateError, first first, body and child alike", async () => {
  const child = new Error("child"), body = new Error("body"), late = new Error("late");
  const thrown = await play(function* () {
    return yield* caught(bluelet.scope(function* (scope) {
      scope.spawn(failing, 1, child);
      scope.spawn(function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          yield* failing(1, late);
        }
      });
      try {
        yield* bluelet.sleep(60);
      } finally {
        yield* failing(0, body);
      }
    }));
  });
  assert(thrown instanceof AggregateError);
  assertEquals(thrown.errors, [child, body, late]);
});

Deno.test("an error that several threads end with, since they joined one another, is thrown once", async () => {
  const error = new Error("no");
  const thrown = await play(function* () {
    return yield* caught(bluelet.scope(function* (scope) {
      const first = scope.spawn(failing, 1, error);
      scope.spawn(function* () {
        yield* bluelet.join(first);
      });
      yield* bluelet.join(first);
    }));
  });
  assertStrictEquals(thrown, error);
});

Deno.test("an uncaught ThreadKilledError that came from joining another thread is a failure like any other", async () => {
  const [thrown, own] = await play(function* () {
    let own: unknown;
    const thrown = yield* caught(bluelet.scope(function* (scope) {
      const killed = scope.spawn(sleeper, []);
      scope.spawn(function* () {
        yield* bluelet.join(killed);
      }).onEnd((thread) => own = thread.state);
      yield* bluelet.null();
      yield* bluelet.kill(killed);
      yield* bluelet.sleep(60);
    }));
    return [thrown, own];
  });
  assert(thrown instanceof bluelet.ThreadKilledError);
  assertEquals(own, "failed");
});

Deno.test("a killed thread is no failure: its scope goes on", async () => {
  const value = await play(function* () {
    return yield* bluelet.scope(function* (scope) {
      const thread = scope.spawn(sleeper, []);
      yield* bluelet.null();
      yield* bluelet.kill(thread);
      yield* bluelet.sleep(1);
      return 5;
    });
  });
  assertEquals(value, 5);
});

Deno.test("a thread spawned while its scope drains still belongs to it; after the end, spawning is an error", async () => {
  const log: unknown[] = [];
  await play(function* () {
    let kept: bluelet.Scope | undefined;
    yield* bluelet.scope(function* (scope) {
      kept = scope;
      scope.spawn(function* () {
        yield* bluelet.sleep(1);
        scope.spawn(function* () {
          yield* bluelet.sleep(1);
          log.push("late child");
        });
      });
    });
    log.push(now());
    assertThrows(() => kept!.spawn(sleeper, log), Error, "has ended");
  });
  assertEquals(log, ["late child", 2]);
});

Deno.test("a thread spawned into a scope that is being killed never runs", async () => {
  let ran = false;
  let late: bluelet.Thread | undefined;
  await play(function* () {
    yield* caught(bluelet.scope(function* (scope) {
      scope.spawn(function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          late = yield* bluelet.spawn(function* () {
            ran = true;
          });
          yield* bluelet.sleep(1);
        }
      });
      yield* bluelet.null();
      throw new Error("no");
    }));
  });
  assertEquals([ran, late?.state], [false, "killed"]);
});

Deno.test("a thread spawned into the scope of a killed body, by its finally, never runs", async () => {
  let ran = false;
  await play(function* () {
    const owner = yield* bluelet.spawn(function* () {
      yield* bluelet.scope(function* (scope) {
        try {
          yield* bluelet.sleep(60);
        } finally {
          scope.spawn(function* () {
            ran = true;
          });
          yield* bluelet.sleep(1);
        }
      });
    });
    yield* bluelet.null();
    yield* bluelet.kill(owner);
  });
  assertEquals(ran, false);
});

Deno.test("a kill of the thread that opened a scope kills the scope's threads at once, and waits for them", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const owner = yield* bluelet.spawn(function* () {
      yield* bluelet.scope(function* (scope) {
        scope.spawn(function* () {
          for (;;) {
            yield* bluelet.sleep(1);
            log.push("ran after the kill");
          }
        });
        scope.spawn(sleeper, log, "child", 3);
        yield* sleeper(log, "body", 2);
      });
    });
    yield* bluelet.sleep(0.5);
    yield* bluelet.kill(owner);
    log.push(now(), owner.state);
  });
  assertEquals(log, ["body", "child", 3.5, "killed"]);
});

Deno.test("a kill while a scope drains kills its threads, and is thrown when they have ended", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const owner = yield* bluelet.spawn(function* () {
      yield* bluelet.scope(function* (scope) {
        scope.spawn(sleeper, log, "child", 2);
      });
      log.push("never");
    });
    yield* bluelet.sleep(1);
    yield* bluelet.kill(owner);
    log.push(now(), owner.state);
  });
  assertEquals(log, ["child", 3, "killed"]);
});

Deno.test("timeout around a draining scope throws TimeoutError after the threads were killed", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const thrown = yield* caught(bluelet.timeout(
      1,
      bluelet.scope(function* (scope) {
        scope.spawn(sleeper, log, "child", 2);
      }),
    ));
    log.push(now(), (thrown as Error).name);
  });
  assertEquals(log, ["child", 3, "TimeoutError"]);
});

Deno.test("a kill that lets a body's last result through kills the threads that the scope would wait for", async () => {
  const log: unknown[] = [];
  await play(function* () {
    let resume: ((value: string) => void) | undefined;
    const owner = yield* bluelet.spawn(function* () {
      yield* bluelet.scope(function* (scope) {
        scope.spawn(sleeper, log, "child");
        log.push(yield* bluelet.suspend<string>((go) => void (resume = go)));
      });
      log.push("never");
    });
    yield* bluelet.sleep(1);
    resume!("result");
    yield* bluelet.kill(owner);
    log.push(now(), owner.state);
  });
  assertEquals(log, ["result", "child", 1, "killed"]);
});

Deno.test("Scope.kill kills its threads; a body that has ended keeps its value", async () => {
  const log: unknown[] = [];
  await play(function* () {
    log.push(
      yield* bluelet.scope(function* (scope) {
        scope.spawn(sleeper, log, "child");
        yield* bluelet.null();
        scope.kill();
        return "value";
      }),
    );
  });
  assertEquals(log, ["child", "value"]);
});

Deno.test("Scope.kill cuts a body short, and scope throws ThreadKilledError", async () => {
  const log: unknown[] = [];
  const thrown = await play(function* () {
    return yield* caught(bluelet.scope(function* (scope) {
      scope.spawn(function* () {
        yield* bluelet.sleep(1);
        scope.kill("enough");
      });
      yield* sleeper(log, "body");
    }));
  });
  assert(thrown instanceof bluelet.ThreadKilledError);
  assertEquals(thrown.message, "The thread was killed: enough.");
  assertEquals(log, ["body"]);
});

Deno.test("a thread whose inner scope was killed first ends as killed all the same when it is killed", async () => {
  const state = await play(function* () {
    const owner = yield* bluelet.spawn(function* () {
      yield* bluelet.scope(function* (scope) {
        scope.spawn(function* () {
          yield* bluelet.sleep(1);
          scope.kill();
        });
        scope.spawn(sleeper, [], "slow", 2);
        yield* bluelet.sleep(60);
      });
    });
    yield* bluelet.sleep(2);
    yield* bluelet.kill(owner);
    return owner.state;
  });
  assertEquals(state, "killed");
});

Deno.test("supervise is told of each thread that fails, and the scope goes on", async () => {
  const errors = [new Error("a"), new Error("b")];
  const reported: unknown[] = [];
  const value = await play(function* () {
    return yield* bluelet.scope(function* (scope) {
      for (const error of errors) scope.spawn(failing, 1, error);
      yield* bluelet.sleep(2);
      return 5;
    }, { supervise: (error, thread) => reported.push(error, thread.state) });
  });
  assertEquals(reported, [errors[0], "failed", errors[1], "failed"]);
  assertEquals(value, 5);
});

Deno.test("supervise is told of an error once, though a thread that joined the failed one ends with it too", async () => {
  const error = new Error("no");
  const reported: unknown[] = [];
  await play(function* () {
    yield* bluelet.scope(function* (scope) {
      const first = scope.spawn(failing, 1, error);
      scope.spawn(function* () {
        yield* bluelet.join(first);
      });
      yield* bluelet.sleep(2);
      scope.spawn(function* () {
        yield* bluelet.join(first);
      });
    }, { supervise: (error) => reported.push(error) });
  });
  assertEquals(reported, [error]);
});

Deno.test("supervise is told of one error object as often as threads throw it themselves", async () => {
  const error = new Error("always the same");
  let reports = 0;
  await play(function* () {
    yield* bluelet.scope(function* (scope) {
      for (let i = 0; i < 3; i++) scope.spawn(failing, i, error);
    }, { supervise: () => reports++ });
  });
  assertEquals(reports, 3);
});

Deno.test("supervise saves the scope when the body catches what join threw", async () => {
  const value = await play(function* () {
    return yield* bluelet.scope(function* (scope) {
      const thread = scope.spawn(failing, 1, new Error("no"));
      yield* caught(bluelet.join(thread));
      yield* bluelet.sleep(1);
      return 5;
    }, { supervise() {} });
  });
  assertEquals(value, 5);
});

Deno.test("supervise: the error that it throws ends the scope", async () => {
  const error = new Error("no"), worse = new Error("worse");
  const thrown = await play(function* () {
    return yield* caught(bluelet.scope(function* (scope) {
      scope.spawn(failing, 1, error);
      yield* bluelet.sleep(60);
    }, {
      supervise() {
        throw worse;
      },
    }));
  });
  assertStrictEquals(thrown, worse);
});

Deno.test("supervise is not asked about the body's error", async () => {
  const error = new Error("no");
  const thrown = await play(function* () {
    return yield* caught(bluelet.scope(() => failing(1, error), { supervise() {} }));
  });
  assertStrictEquals(thrown, error);
});

Deno.test("an error in the clean-up of a scope that is timed out is thrown, not the TimeoutError", async () => {
  const error = new Error("in clean-up");
  for (const timed of [bluelet.timeout, bluelet.moveOnAfter]) {
    const thrown = await play(function* () {
      return yield* caught(timed(
        1,
        bluelet.scope(function* (scope) {
          scope.spawn(function* () {
            try {
              yield* bluelet.sleep(60);
            } finally {
              yield* failing(0, error);
            }
          });
          yield* bluelet.sleep(60);
        }),
      ));
    });
    assertStrictEquals(thrown, error);
  }
});

Deno.test("scope takes a function that makes a coroutine", async () => {
  assertThrows(
    () => bluelet.scope(5 as unknown as () => bluelet.Coroutine),
    TypeError,
    "scope() takes a function",
  );
  await assertRejects(
    () =>
      play(function* () {
        yield* bluelet.scope((() => 5) as unknown as () => bluelet.Coroutine);
      }),
    TypeError,
    "generator function",
  );
});

Deno.test("a scope that is yielded twice is opened twice", async () => {
  const event = bluelet.scope(function* (scope) {
    scope.spawn(function* () {
      yield* bluelet.sleep(1);
    });
  });
  const took = await play(function* () {
    yield event;
    yield* event;
    return now();
  });
  assertEquals(took, 2);
});

Deno.test("5,000 nested scopes open, drain and close, and are killed, without an overflow", async () => {
  let closed = 0;
  function* nested(levels: number): bluelet.Coroutine {
    try {
      if (levels === 0) yield* bluelet.sleep(1);
      else yield* bluelet.scope(() => nested(levels - 1));
    } finally {
      closed++;
    }
  }
  function* plainly(levels: number): bluelet.Coroutine {
    try {
      if (levels === 0) yield* bluelet.sleep(60);
      else {
        yield bluelet.scope(function* (scope) {
          scope.spawn(function* () {
            yield* bluelet.sleep(60);
          });
          yield plainly(levels - 1);
        });
      }
    } finally {
      closed++;
    }
  }
  await play(() => nested(1_000));
  assertEquals(closed, 1_001);
  closed = 0;
  await play(function* () {
    const thread = yield* bluelet.spawn(plainly, 5_000);
    yield* bluelet.sleep(1);
    yield* bluelet.kill(thread);
    assertEquals(thread.state, "killed");
  });
  assertEquals(closed, 5_001);
});
