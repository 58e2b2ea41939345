import { assert, assertEquals, assertRejects } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { caught, play, rounded } from "../virtual_host.ts";

function now(): number {
  return rounded(bluelet.current().scheduler.host.now());
}

/** Waits for something that only another thread could do, and none does. */
function never(what = "something inside"): bluelet.Event<never> {
  return bluelet.suspend<never>(() => {}, { outside: false, what });
}

Deno.test("a run of which nothing can ever go on rejects with DeadlockError, which lists each thread and its wait", async () => {
  const error = await assertRejects(() =>
    play(function* root() {
      const waiting = yield* bluelet.spawn(function* waiter() {
        yield* never("a letter");
      });
      yield* bluelet.spawn(function* joiner() {
        yield* bluelet.join(waiting);
      });
      yield* bluelet.scope(function* (scope) {
        scope.spawn(function* inner() {
          yield* never("a call");
        });
      });
    }), bluelet.DeadlockError);
  assertEquals(
    error.message,
    [
      "Nothing can ever go on: every thread waits for another, and none for the outside.",
      '  #1 "root" waits for the threads of its scope to end: thread "inner" (#4)',
      '  #2 "waiter" waits for a letter',
      '  #3 "joiner" waits for the end of thread "waiter" (#2), which it joined',
      '  #4 "inner" waits for a call',
      "If code outside was to end a wait, say so: wait by suspend(), or keep scheduler.hold() until it has.",
    ].join("\n"),
  );
});

Deno.test("a deadlock kills the threads: their clean-up runs", async () => {
  const log: unknown[] = [];
  await assertRejects(() =>
    play(function* () {
      yield* bluelet.spawn(function* () {
        try {
          yield* never();
        } finally {
          yield* bluelet.sleep(1);
          log.push("child");
        }
      });
      try {
        yield* never();
      } finally {
        log.push("root");
      }
    }), bluelet.DeadlockError);
  assertEquals(log, ["root", "child"]);
});

Deno.test("two threads that join each other are a deadlock", async () => {
  await assertRejects(() =>
    play(function* () {
      const pair: bluelet.Thread[] = [];
      function* joining(other: number): bluelet.Coroutine {
        yield* bluelet.null();
        yield* bluelet.join(pair[other]!);
      }
      pair.push(yield* bluelet.spawn(joining, 1), yield* bluelet.spawn(joining, 0));
    }), bluelet.DeadlockError);
});

Deno.test("sleep(Infinity), promises, suspends and open bridges are no deadlock", async () => {
  const waits: (() => bluelet.Event)[] = [
    () => bluelet.sleep(Infinity),
    () => bluelet.promise(new Promise(() => {})),
    () => bluelet.suspend(() => {}),
  ];
  for (const wait of waits) {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 1);
    const run = () =>
      play(function* () {
        yield* bluelet.spawn(function* () {
          yield* never();
        });
        yield wait();
      }, { signal: controller.signal });
    assertEquals((await assertRejects(run) as Error).name, "AbortError");
  }
  await play(function* () {
    const release = bluelet.current().scheduler.hold();
    let resume: (() => void) | undefined;
    setTimeout(() => {
      resume!();
      release();
      release();
    }, 1);
    yield* bluelet.suspend<void>((go) => void (resume = go), { outside: false });
  });
});

Deno.test("a bridge that closes without waking anyone leaves a deadlock, which is then seen", async () => {
  await assertRejects(() =>
    play(function* () {
      const release = bluelet.current().scheduler.hold();
      setTimeout(release, 1);
      yield* never();
    }), bluelet.DeadlockError);
});

Deno.test("a deadlock is seen when the last timer has fired", async () => {
  await assertRejects(() =>
    play(function* () {
      yield* bluelet.spawn(function* () {
        yield* bluelet.sleep(60);
      });
      yield* never();
    }), bluelet.DeadlockError);
});

Deno.test("clean-up that waits for ever is forced to end after the grace, and the deadlock is still the error", async () => {
  const log: unknown[] = [];
  await assertRejects(() =>
    play(function* () {
      try {
        yield* never();
      } finally {
        try {
          yield* never();
        } finally {
          log.push(now());
        }
      }
    }, { grace: 2 }), bluelet.DeadlockError);
  assertEquals(log, [2]);
});

Deno.test("a second deadlock, in a shield or without any grace, abandons the wait: the run ends all the same", async () => {
  for (const grace of [1, Infinity]) {
    const log: unknown[] = [];
    const states: bluelet.Thread[] = [];
    await assertRejects(() =>
      play(function* () {
        states.push(
          yield* bluelet.spawn(function* () {
            yield* bluelet.defer(() => void log.push("deferred"));
            try {
              if (grace === Infinity) yield* caught(never());
              yield* bluelet.scope(function* (scope) {
                scope.spawn(function* () {
                  try {
                    yield* bluelet.shield(never());
                  } finally {
                    log.push("inner");
                  }
                });
                yield* bluelet.shield(never());
              });
            } finally {
              log.push("outer");
            }
          }),
        );
        yield* bluelet.join(states[0]!);
      }, { grace }), bluelet.DeadlockError);
    assertEquals(log.sort(), ["deferred", "inner", "outer"]);
    assertEquals(states[0]!.state, "killed");
  }
});

Deno.test("a scope in a shield outlives the threads in it that are abandoned", async () => {
  const log: unknown[] = [];
  await assertRejects(() =>
    play(function* () {
      yield* bluelet.shield(bluelet.scope(function* (scope) {
        scope.spawn(function* () {
          yield* bluelet.shield(never());
        });
      }));
      log.push("the scope has ended");
    }), bluelet.DeadlockError);
  assertEquals(log, ["the scope has ended"]);
});

Deno.test("a deferred cleanup that deadlocks is abandoned too", async () => {
  await assertRejects(() =>
    play(function* () {
      yield* bluelet.defer(function* () {
        yield* never();
      });
      yield* never();
    }), bluelet.DeadlockError);
});

Deno.test("a scheduler that has deadlocked once can run again, and deadlock again", async () => {
  await play(function* () {
    const scheduler = new bluelet.Scheduler({ host: bluelet.current().scheduler.host });
    for (let i = 0; i < 2; i++) {
      const error = yield* caught(bluelet.promise(scheduler.run(function* () {
        yield* never();
      }())));
      assert(error instanceof bluelet.DeadlockError);
    }
    assertEquals(
      yield scheduler.run(function* () {
        return 5;
      }()),
      5,
    );
  });
});

Deno.test("a deadlock of threads and scopes nested 20,000 deep is reported, and ended, without an overflow", async () => {
  let ended = 0;
  function* nested(levels: number): bluelet.Coroutine {
    try {
      if (levels === 0) yield* never();
      else {
        yield* bluelet.scope(function* (scope) {
          scope.spawn(nested, levels - 1);
        });
      }
    } finally {
      ended++;
    }
  }
  await assertRejects(() => play(() => nested(20_000)), bluelet.DeadlockError);
  assertEquals(ended, 20_001);
});

Deno.test("an event that fails to describe itself is reported all the same", async () => {
  class Mute extends bluelet.Event<void> {
    override perform(): typeof bluelet.SUSPENDED {
      return bluelet.SUSPENDED;
    }
    override get outside(): boolean {
      return false;
    }
    override describe(): string {
      throw new Error("no words");
    }
  }
  await assertRejects(
    () =>
      play(function* () {
        yield* new Mute();
      }),
    bluelet.DeadlockError,
    "failed to describe itself: Error: no words",
  );
  const thrown = await assertRejects(() =>
    play(function* () {
      yield* bluelet.spawn(function* () {
        yield* new Mute();
      });
      yield* bluelet.null();
      bluelet.current().scheduler.dump();
    })
  );
  assertEquals((thrown as Error).message, "no words");
});
