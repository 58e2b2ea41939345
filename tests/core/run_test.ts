import {
  assert,
  assertEquals,
  assertFalse,
  assertRejects,
  assertStrictEquals,
  assertThrows,
} from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { caught, play, rounded, VirtualHost } from "../virtual_host.ts";

declare const setImmediate: (task: () => void) => unknown;

function now(): number {
  return rounded(bluelet.current().scheduler.host.now());
}

/** A host on the real clock. */
const REAL: bluelet.Host = {
  now: () => performance.now() / 1000,
  alarm(seconds, ring) {
    const id = setTimeout(ring, Math.min(Math.ceil(seconds * 1000), 2 ** 31 - 1));
    return { cancel: () => clearTimeout(id) };
  },
  soon: queueMicrotask,
  turn: (task) => void setImmediate(task),
};

Deno.test("run resolves with the root's value, once every thread has ended", async () => {
  const log: string[] = [];
  const value = await play(function* () {
    yield* bluelet.spawn(function* () {
      yield* bluelet.sleep(2);
      log.push("child");
    });
    return 5;
  });
  assertEquals([value, log], [5, ["child"]]);
});

Deno.test("run rejects with the error of a thread, the same object, or with an AggregateError of several", async () => {
  const a = new Error("a"), b = new Error("b");
  function* failing(error: Error): bluelet.Coroutine {
    try {
      yield* bluelet.sleep(error === a ? 1 : 60);
    } finally {
      // deno-lint-ignore no-unsafe-finally -- that is what is tested
      throw error;
    }
  }
  const run = (errors: Error[]) =>
    play(function* () {
      for (const error of errors) yield* bluelet.spawn(failing, error);
      yield* bluelet.sleep(60);
    });
  assertStrictEquals(await assertRejects(() => run([a])), a);
  assertEquals((await assertRejects(() => run([b, a]), AggregateError)).errors, [a, b]);
});

Deno.test("run rejects with a falsy error too", async () => {
  let error: unknown = "none";
  await play(function* () {
    yield* bluelet.null();
    throw undefined;
  }).catch((reason) => error = reason);
  assertEquals(error, undefined);
});

Deno.test("run({ signal }) kills every thread, waits for their clean-up and rejects with the reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const log: unknown[] = [];
  const rejected = await assertRejects(() =>
    play(function* () {
      for (const name of ["a", "b"]) {
        yield* bluelet.spawn(function* () {
          try {
            yield* bluelet.sleep(60);
          } finally {
            yield* bluelet.sleep(1);
            log.push(name);
          }
        });
      }
      yield* bluelet.sleep(1);
      controller.abort(reason);
      yield* bluelet.sleep(60);
      log.push("never");
    }, { signal: controller.signal })
  );
  assertStrictEquals(rejected, reason);
  assertEquals(log, ["a", "b"]);
});

Deno.test("run({ signal }) that is aborted already never runs any of the root", async () => {
  let ran = false;
  const rejected = await assertRejects(() =>
    play(function* () {
      ran = true;
    }, { signal: AbortSignal.abort() })
  );
  assertEquals((rejected as Error).name, "AbortError");
  assertFalse(ran);
});

Deno.test("run({ signal }) lets go of the signal: aborting it after the end does nothing", async () => {
  const controller = new AbortController();
  assertEquals(
    await play(function* () {
      return 5;
    }, { signal: controller.signal }),
    5,
  );
  controller.abort();
});

Deno.test("run({ grace }) refuses what is no number of seconds", async () => {
  const root = function* () {};
  await assertRejects(() => play(root, { grace: -1 }), RangeError);
  await assertRejects(() => play(root, { grace: NaN }), RangeError);
});

Deno.test("run({ name }) names the root", async () => {
  assertEquals(
    await play(function* () {
      return bluelet.current().name;
    }, { name: "main" }),
    "main",
  );
});

Deno.test("a root that is killed rejects the run with ThreadKilledError, when the other threads have ended", async () => {
  const log: string[] = [];
  await assertRejects(() =>
    play(function* () {
      const root = bluelet.current();
      yield* bluelet.spawn(function* () {
        yield* bluelet.kill(root);
        yield* bluelet.sleep(1);
        log.push("went on");
      });
      yield* bluelet.sleep(60);
    }), bluelet.ThreadKilledError);
  assertEquals(log, ["went on"]);
});

Deno.test("two runs are active at once, and know nothing of each other", async () => {
  const log: string[] = [];
  function* ticking(name: string, fails: boolean): bluelet.Coroutine {
    for (let i = 0; i < 3; i++) {
      log.push(`${name}${i}`);
      yield Promise.resolve();
      assertEquals(bluelet.current().name, name);
    }
    if (fails) throw new Error(name);
    yield* bluelet.sleep(1);
    log.push(`${name} ended`);
  }
  const runs = [
    play(() => ticking("a", true), { name: "a" }),
    play(() => ticking("b", false), { name: "b" }),
  ];
  const settled = await Promise.allSettled(runs);
  assertEquals(settled.map(({ status }) => status), ["rejected", "fulfilled"]);
  assertEquals(log, ["a0", "b0", "a1", "b1", "a2", "b2", "b ended"]);
});

Deno.test("a run inside a thread of another can be awaited there", async () => {
  const result = await play(function* () {
    return yield* bluelet.promise(play(function* () {
      yield* bluelet.sleep(1);
      return 5;
    }));
  });
  assertEquals(result, 5);
});

Deno.test("Scheduler.spawn spawns from outside into the run that is going on, and kill reaches it", async () => {
  const scheduler = new bluelet.Scheduler({ host: new VirtualHost() });
  const log: string[] = [];
  let release: (() => void) | undefined;
  const finished = scheduler.run(function* () {
    yield* bluelet.suspend<void>((resume) => void (release = resume));
    log.push("root");
  }());
  const macrotask = () => new Promise((resolve) => setTimeout(resolve, 1));
  await macrotask();
  const thread = scheduler.spawn(function* outsider() {
    try {
      yield* bluelet.promise(new Promise<void>(() => {}));
    } finally {
      log.push("killed");
    }
  });
  await macrotask();
  assertEquals(thread.name, "outsider");
  assertEquals(scheduler.threads.map(({ state }) => state), ["waiting", "waiting"]);
  thread.kill("from outside");
  await macrotask();
  release!();
  await finished;
  assertEquals(log, ["killed", "root"]);
  assertEquals(scheduler.threads.length, 0);
});

Deno.test("Scheduler.spawn without a run is a run of its own, whose error is its result's", async () => {
  const scheduler = new bluelet.Scheduler({ host: new VirtualHost() });
  const error = new Error("no");
  const ok = scheduler.spawn(function* () {
    yield* bluelet.sleep(1);
    return 5;
  });
  assertEquals(await ok.result, 5);
  const bad = scheduler.spawn(function* () {
    yield* bluelet.sleep(1);
    throw error;
  });
  assertStrictEquals(await assertRejects(() => bad.result), error);
  assertThrows(() => scheduler.spawn(5 as unknown as bluelet.Coroutine), TypeError);
});

Deno.test("Scheduler can run again after a run has ended", async () => {
  const scheduler = new bluelet.Scheduler({ host: new VirtualHost() });
  for (let i = 0; i < 2; i++) {
    assertEquals(
      await scheduler.run(function* () {
        yield* bluelet.sleep(1);
        return i;
      }()),
      i,
    );
  }
});

Deno.test("Scheduler.dump tells of each thread what it is doing, a line each", async () => {
  const dump = await play(function* () {
    yield* bluelet.scope(function* (scope) {
      scope.spawn(function* sleeper() {
        yield* bluelet.sleep(60);
      });
      yield* bluelet.null();
      yield* bluelet.end(bluelet.current().scheduler.dump());
      scope.kill();
    });
    return "";
  }).catch(String);
  assertEquals(typeof dump, "string");
  const lines = await play(function* root() {
    const thread = yield* bluelet.spawn(function* sleeper() {
      yield* bluelet.sleep(60);
    });
    yield* bluelet.null();
    const dump = bluelet.current().scheduler.dump();
    yield* bluelet.kill(thread);
    return dump.split("\n");
  });
  assertEquals(lines, ['  #1 "root" is running', '  #2 "sleeper" waits for 60 s of sleep']);
});

Deno.test("interrupt throws InterruptError into the root, whose end with it ends the run", async () => {
  const scheduler = new bluelet.Scheduler({ host: new VirtualHost() });
  const log: string[] = [];
  const { finished, interrupt } = scheduler.start(function* () {
    yield* bluelet.spawn(function* () {
      try {
        yield* bluelet.promise(new Promise(() => {}));
      } finally {
        log.push("child");
      }
    });
    try {
      yield* bluelet.promise(new Promise(() => {}));
    } finally {
      yield* bluelet.sleep(60);
      log.push("root");
    }
  }());
  setTimeout(() => interrupt("SIGINT"), 1);
  const error = await assertRejects(() => finished, bluelet.InterruptError);
  assertEquals(error.signal, "SIGINT");
  assertEquals(log, ["root", "child"]);
});

Deno.test("interrupt: a root that catches it goes on, for longer than any grace, and can still be killed", async () => {
  for (const thenFails of [false, true]) {
    const scheduler = new bluelet.Scheduler({ host: new VirtualHost(), grace: 1 });
    const log: unknown[] = [];
    const error = new Error("no");
    const { finished, interrupt } = scheduler.start(function* () {
      log.push((yield* caught(bluelet.promise(new Promise(() => {}))) as bluelet.Coroutine<Error>).name);
      yield* bluelet.sleep(100);
      if (thenFails) {
        yield* bluelet.spawn(function* () {
          throw error;
        });
      }
      try {
        yield* bluelet.sleep(100);
        return "value";
      } finally {
        yield* bluelet.sleep(0.5);
        log.push(now());
      }
    }());
    setTimeout(() => interrupt("SIGTERM"), 1);
    if (thenFails) {
      assertStrictEquals(await assertRejects(() => finished), error);
      assertEquals(log, ["InterruptError", 101.5]);
    } else {
      assertEquals(await finished, "value");
      assertEquals(log, ["InterruptError", 200.5]);
    }
  }
});

Deno.test("interrupt of a root that has ended ends the threads that are left", async () => {
  const scheduler = new bluelet.Scheduler({ host: new VirtualHost() });
  const { finished, interrupt } = scheduler.start(function* () {
    yield* bluelet.spawn(function* () {
      yield* bluelet.promise(new Promise(() => {}));
    });
  }());
  setTimeout(() => interrupt("SIGINT"), 1);
  await assertRejects(() => finished, bluelet.InterruptError);
});

Deno.test("a loop of null() delays a timer of 5 ms by less than 10 ms", async () => {
  const delays: number[] = [];
  await bluelet.run(
    function* () {
      let stopped = false;
      for (let i = 0; i < 10; i++) {
        yield* bluelet.spawn(function* () {
          while (!stopped) yield bluelet.null();
        });
      }
      for (let i = 0; i < 10; i++) {
        const before = performance.now();
        yield* bluelet.sleep(0.005);
        delays.push(performance.now() - before - 5);
      }
      stopped = true;
    }(),
    { host: REAL },
  );
  delays.sort((a, b) => a - b);
  // The median: the machine may be busy with something else now and then.
  assert(delays[0]! >= 0 && delays[5]! < 10, `late by ${delays.map((ms) => ms.toFixed(1))} ms`);
});

Deno.test("loops of promises and suspends that are there at once starve no timer either", async () => {
  for (
    const event of [
      bluelet.promise(Promise.resolve()),
      bluelet.suspend<void>((resume) => queueMicrotask(() => resume())),
      bluelet.suspend<void>((resume) => resume()),
    ]
  ) {
    const late = await bluelet.run(
      function* () {
        let stopped = false;
        yield* bluelet.spawn(function* () {
          while (!stopped) yield event;
        });
        const delays: number[] = [];
        for (let i = 0; i < 5; i++) {
          const before = performance.now();
          yield* bluelet.sleep(0.005);
          delays.push(performance.now() - before - 5);
        }
        stopped = true;
        return Math.min(...delays);
      }(),
      { host: REAL },
    );
    assert(late < 10, `late by ${late} ms`);
  }
});

Deno.test("a thread in an endless loop lets the outside's own timers and promises through", async () => {
  const order: string[] = [];
  await bluelet.run(
    function* () {
      let stopped = false;
      setTimeout(() => {
        order.push("timer");
        stopped = true;
      }, 2);
      while (!stopped) yield bluelet.null();
      order.push("stopped");
    }(),
    { host: REAL },
  );
  assertEquals(order, ["timer", "stopped"]);
});

Deno.test("where turns of the host take long, threads run longer between them, but never more than 4 ms", async () => {
  /** How long threads ran before each turn, where a turn takes so many seconds. */
  async function stretches(turn: number): Promise<number[]> {
    const host = new VirtualHost();
    const lengths: number[] = [];
    let since = host.time;
    host.turn = (task) => {
      lengths.push(host.time - since);
      host.time += turn;
      setImmediate(() => {
        since = host.time;
        task();
      });
    };
    await play(function* () {
      while (lengths.length < 20) {
        host.time += 1e-5;
        yield* bluelet.null();
      }
    }, { host });
    return lengths.slice(2);
  }
  for (
    const [turn, least, most] of [[1e-4, 1e-3, 1.2e-3], [2e-4, 2e-3, 2.2e-3], [5e-3, 4e-3, 4.2e-3]] as const
  ) {
    for (const length of await stretches(turn)) {
      assert(length >= least && length <= most, `${length} s between turns of ${turn} s`);
    }
  }
});
