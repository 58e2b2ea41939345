import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { caught, play } from "../virtual_host.ts";

function* add(a: number, b: number): bluelet.Coroutine<number> {
  yield* bluelet.null();
  return a + b;
}

function* fail(error: unknown): bluelet.Coroutine<never> {
  yield* bluelet.null();
  throw error;
}

Deno.test("yield coroutine and call result in the coroutine's value, in both spellings", async () => {
  const results = await play(function* () {
    return [yield add(1, 2), yield bluelet.call(add, 3, 4), yield* bluelet.call(add(5, 6)), yield* add(7, 8)];
  });
  assertEquals(results, [3, 7, 11, 15]);
});

Deno.test("spawn lets the parent go on first, and children start in the order in which they were spawned", async () => {
  const log = await play(function* () {
    const log: string[] = [];
    function* child(name: string) {
      log.push(`${name} 1`);
      yield* bluelet.null();
      log.push(`${name} 2`);
    }
    yield* bluelet.spawn(child, "a");
    yield bluelet.spawn(child("b"));
    log.push("parent");
    yield* bluelet.null();
    yield* bluelet.spawn(child, "c");
    yield* bluelet.sleep(1);
    return log;
  });
  assertEquals(log, ["parent", "a 1", "b 1", "a 2", "b 2", "c 1", "c 2"]);
});

Deno.test("spawn names the thread after its function", async () => {
  const names = await play(function* () {
    const thread = yield* bluelet.spawn(add, 1, 2);
    const bare = yield* bluelet.spawn(add(1, 2));
    return [thread.name, bare.name, `${bluelet.current().id}`];
  });
  assertEquals(names, ["add", "add", "1"]);
});

Deno.test("join results in the value, at once if the thread has ended, for any number of joiners", async () => {
  const results = await play(function* () {
    const thread = yield* bluelet.spawn(add, 1, 2);
    const joiners = [];
    for (let i = 0; i < 3; i++) joiners.push(yield* bluelet.spawn(joining(thread)));
    const early = [];
    for (const joiner of joiners) early.push(yield* bluelet.join(joiner));
    return [...early, yield* bluelet.join(thread), yield bluelet.join(thread), thread.state];
  });
  assertEquals(results, [3, 3, 3, 3, 3, "done"]);

  function* joining(thread: bluelet.Thread<number>) {
    return yield* bluelet.join(thread);
  }
});

Deno.test("join throws the very error of a failed thread, and catching it does not save the scope", async () => {
  const error = new Error("no");
  const caught: unknown[] = [];
  const rejected = await assertRejects(() =>
    play(function* () {
      const thread = yield* bluelet.spawn(fail, error);
      try {
        yield* bluelet.join(thread);
      } catch (reason) {
        caught.push(reason);
      }
      yield* bluelet.sleep(60);
      caught.push("went on");
    })
  );
  assertStrictEquals(rejected, error);
  assertEquals(caught, [error]);
});

Deno.test("join of a killed thread throws ThreadKilledError", async () => {
  const error = await play(function* () {
    const thread = yield* bluelet.spawn(sleeper);
    yield* bluelet.null();
    yield* bluelet.kill(thread);
    return yield* caught(bluelet.join(thread));
  });
  assert(error instanceof bluelet.ThreadKilledError);

  function* sleeper() {
    yield* bluelet.sleep(60);
  }
});

Deno.test("join and kill take the coroutine that was spawned", async () => {
  const results = await play(function* () {
    const coroutine = add(1, 2);
    yield* bluelet.spawn(coroutine);
    const sum = yield* bluelet.join(coroutine);
    const sleeper = asleep();
    const thread = yield* bluelet.spawn(sleeper);
    yield* bluelet.null();
    yield* bluelet.kill(sleeper);
    return [sum, thread.state];
  });
  assertEquals(results, [3, "killed"]);

  function* asleep() {
    yield* bluelet.sleep(60);
  }
});

Deno.test("join of oneself is a TypeError", async () => {
  const error = await play(function* () {
    return yield* caught(bluelet.join(bluelet.current()));
  });
  assert(error instanceof TypeError);
});

Deno.test("join and kill of a coroutine that never was a thread are TypeErrors", async () => {
  const errors = await play(function* () {
    const stranger = add(1, 2);
    const called = add(1, 2);
    yield called;
    return [
      yield* caught(bluelet.join(stranger)),
      yield* caught(bluelet.join(called)),
      yield* caught(bluelet.kill(stranger)),
    ];
  });
  for (const error of errors) assert(error instanceof TypeError, String(error));
});

Deno.test("join of something that is neither thread nor coroutine is refused at the call", () => {
  assertThrows(() => bluelet.join(5 as unknown as bluelet.Thread), TypeError);
  assertThrows(() => bluelet.kill(undefined as unknown as bluelet.Thread), TypeError);
});

Deno.test("join of a callee's error that was caught leaves no joiner hanging", async () => {
  const result = await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      yield* caught(fail(new Error("no")));
      return "caught";
    });
    return yield* bluelet.join(thread);
  });
  assertEquals(result, "caught");
});

Deno.test("end ends the current coroutine with a value, and runs its finally before the caller goes on", async () => {
  for (const spelling of ["yield", "yield*"]) {
    const log: unknown[] = [];
    const ends = function* (): bluelet.Coroutine<number> {
      try {
        if (spelling === "yield") yield bluelet.end(5);
        else yield* bluelet.end(5);
        log.push("never");
      } finally {
        yield* bluelet.sleep(1);
        log.push("finally");
      }
      log.push("never");
      return 6;
    };
    log.push(
      await play(function* () {
        log.push(yield ends());
        return yield* ends2();
      }),
    );
    assertEquals(log, ["finally", 5, undefined]);
  }

  // Entered by a native yield*, it is part of the coroutine of its caller, which is what ends.
  function* ends2(): bluelet.Coroutine<unknown> {
    return yield* bluelet.end();
  }
});

Deno.test("end without a value results in undefined", async () => {
  const result = await play(function* () {
    return yield* bluelet.call(function* (): bluelet.Coroutine<number> {
      yield* bluelet.end();
      return 5;
    });
  });
  assertEquals(result as unknown, undefined);
});

Deno.test("an error leaves a coroutine into its caller, at the caller's yield", async () => {
  const error = new Error("no");
  const result = await play(function* () {
    return yield* caught(bluelet.call(fail, error));
  });
  assertStrictEquals(result, error);
});

Deno.test("an error out of a thread's last coroutine fails the thread, ends the run and closes the others", async () => {
  const error = new Error("no");
  const log: string[] = [];
  let failed: bluelet.Thread | undefined;
  const rejected = await assertRejects(() =>
    play(function* () {
      yield* bluelet.spawn(function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          log.push("closed");
        }
      });
      failed = yield* bluelet.spawn(fail, error);
      yield* bluelet.sleep(60);
    })
  );
  assertStrictEquals(rejected, error);
  assertEquals(log, ["closed"]);
  assertEquals(failed?.state, "failed");
});

Deno.test("yielding what is no event, coroutine or promise is a TypeError at that yield, which says what it was", async () => {
  const messages = await play(function* () {
    const messages: string[] = [];
    for (const stray of [undefined, null, 5, "five", {}, [], () => {}, true, Symbol("s"), 5n]) {
      try {
        yield stray as bluelet.Yieldable;
      } catch (error) {
        assert(error instanceof TypeError);
        messages.push(error.message);
      }
    }
    return messages;
  });
  assertEquals(messages.length, 10);
  for (const [i, what] of ["undefined", "null", "number 5", '"five"', "Object", "Array"].entries()) {
    assert(messages[i]?.includes(what), messages[i]);
  }
});

Deno.test("a promise that is yielded is awaited", async () => {
  const error = new Error("no");
  const result = await play(function* () {
    const value = yield Promise.resolve(5);
    try {
      yield Promise.reject(error);
    } catch (reason) {
      return [value, reason];
    }
    return [];
  });
  assertEquals(result, [5, error]);
});

Deno.test("a generator that was started before is a TypeError, however it is given", async () => {
  await play(function* () {
    const give: ((coroutine: bluelet.Coroutine<number>) => bluelet.Coroutine<unknown>)[] = [
      function* (coroutine) {
        yield coroutine;
      },
      function* (coroutine) {
        yield* bluelet.call(coroutine);
      },
      function* (coroutine) {
        yield* bluelet.spawn(coroutine);
      },
      function* (coroutine) {
        yield* bluelet.timeout(1, coroutine);
      },
      function* (coroutine) {
        yield* bluelet.all([coroutine]);
      },
      function* (coroutine) {
        yield bluelet.run(coroutine, { host: bluelet.current().scheduler.host });
      },
    ];
    for (const second of give) {
      const called = add(1, 2);
      yield called;
      assert((yield* caught(second(called))) instanceof TypeError);
      const spawned = add(1, 2);
      yield* bluelet.spawn(spawned);
      assert((yield* caught(second(spawned))) instanceof TypeError);
      yield* bluelet.join(spawned);
    }
  });
});

Deno.test("a generator that is running in a thread is a TypeError", async () => {
  await play(function* () {
    const itself: bluelet.Coroutine<unknown>[] = [];
    function* runsItself() {
      return yield* caught(itself.at(-1)!);
    }
    itself.push(runsItself());
    assert((yield itself[0]!) instanceof TypeError);
  });
});

Deno.test("a sleeping thread cannot be woken early by spawning its generator again", async () => {
  const woke = await play(function* () {
    let woke = false;
    const coroutine = function* () {
      yield* bluelet.sleep(10);
      woke = true;
    }();
    const thread = yield* bluelet.spawn(coroutine);
    yield* bluelet.sleep(1);
    assert((yield* caught(again())) instanceof TypeError);
    yield* bluelet.sleep(1);
    const early = woke;
    yield* bluelet.kill(thread);
    return early;

    function* again() {
      yield* bluelet.spawn(coroutine);
    }
  });
  assertEquals(woke, false);
});

Deno.test("run, spawn and call of what is no generator are TypeErrors that say what to do", async () => {
  const stray = 5 as unknown as bluelet.Coroutine;
  assertThrows(() => bluelet.spawn(stray), TypeError, "spawn() takes a coroutine");
  assertThrows(() => bluelet.call(stray), TypeError, "call() takes a coroutine");
  await assertRejects(() => play(() => stray), TypeError, "run() takes a coroutine");
  let called = false;
  const uncalled = function* () {
    called = true;
  } as unknown as bluelet.Coroutine;
  await assertRejects(() => play(() => uncalled), TypeError, "call it");
  assertEquals(called, false);
  const error = await play(function* () {
    return yield* caught(bluelet.spawn((() => 5) as unknown as () => bluelet.Coroutine));
  });
  assert(error instanceof TypeError);
});

Deno.test("current is the thread that runs, and throws outside any", async () => {
  assertThrows(() => bluelet.current(), Error, "outside any thread");
  const same = await play(function* () {
    const thread: bluelet.Thread = yield* bluelet.spawn(function* () {
      yield* bluelet.null();
      return bluelet.current() === thread;
    });
    return yield* bluelet.join(thread);
  });
  assertEquals(same, true);
  assertThrows(() => bluelet.current(), Error, "outside any thread");
});

Deno.test("Thread.state tells what a thread is doing", async () => {
  const states = await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      yield* bluelet.sleep(1);
    });
    const states: string[] = [bluelet.current().state, thread.state];
    yield* bluelet.null();
    states.push(thread.state);
    yield* bluelet.join(thread);
    return [...states, thread.state];
  });
  assertEquals(states, ["running", "ready", "waiting", "done"]);
});

Deno.test("Thread.result is a promise of the value or the error, for code outside any thread", async () => {
  const error = new Error("no");
  let ok: Promise<number> | undefined;
  let no: Promise<unknown> | undefined;
  await assertRejects(() =>
    play(function* () {
      ok = (yield* bluelet.spawn(add, 1, 2)).result;
      no = (yield* bluelet.spawn(fail, error)).result;
      no.catch(() => {});
      yield* bluelet.sleep(1);
    })
  );
  assertEquals(await ok, 3);
  assertStrictEquals(await no!.catch((reason: unknown) => reason), error);
});

Deno.test("Thread.onEnd is called once at the end, at once after it, and for a thread that never started", async () => {
  const log: string[] = [];
  await play(function* () {
    const thread = yield* bluelet.spawn(add, 1, 2);
    thread.onEnd(({ state }) => log.push(`early ${state}`));
    thread.onEnd(({ state }) => log.push(`second ${state}`));
    yield* bluelet.join(thread);
    thread.onEnd(({ state }) => log.push(`late ${state}`));
    const never = yield* bluelet.spawn(add, 1, 2);
    never.onEnd(({ state }) => log.push(`never started, ${state}`));
    yield* bluelet.kill(never);
  });
  assertEquals(log, ["early done", "second done", "late done", "never started, killed"]);
});

Deno.test("Thread.onEnd: an error that its callback throws fails the scope", async () => {
  const error = new Error("in a callback");
  const rejected = await assertRejects(() =>
    play(function* () {
      const thread = yield* bluelet.spawn(add, 1, 2);
      thread.onEnd(() => {
        throw error;
      });
    })
  );
  assertStrictEquals(rejected, error);
});

Deno.test("Thread.onEnd of a thread that has ended: its error fails the run, not its caller; after the run it is thrown", async () => {
  const error = new Error("in a callback");
  let reached = false, ended: bluelet.Thread | undefined;
  const rejected = await assertRejects(() =>
    play(function* () {
      const thread = ended = yield* bluelet.spawn(add, 1, 2);
      yield* bluelet.join(thread);
      thread.onEnd(() => {
        throw error;
      });
      reached = true;
    })
  );
  assertStrictEquals(rejected, error);
  assert(reached);
  assertThrows(
    () =>
      ended!.onEnd(() => {
        throw error;
      }),
    Error,
    "in a callback",
  );
});

Deno.test("a million levels of yield coroutine do not overflow, nor does an error through them", async () => {
  function* down(levels: number): bluelet.Coroutine<number> {
    return levels === 0 ? 0 : 1 + (yield down(levels - 1));
  }
  function* bottomless(levels: number): bluelet.Coroutine<number> {
    if (levels === 0) throw new Error("the bottom");
    return yield bottomless(levels - 1);
  }
  assertEquals(await play(() => down(1_000_000)), 1_000_000);
  await assertRejects(() => play(() => bottomless(100_000)), Error, "the bottom");
});

Deno.test("going on costs at depth 1,000 what it costs at depth 1", async () => {
  const STEPS = 20_000;
  function* at(depth: number): bluelet.Coroutine {
    if (depth > 1) yield at(depth - 1);
    else for (let i = 0; i < STEPS; i++) yield bluelet.null();
  }
  async function cost(depth: number): Promise<number> {
    const started = performance.now();
    await play(() => at(depth));
    return performance.now() - started;
  }
  // The smallest of several, taken in turns: only noise makes it larger.
  let shallow = Infinity, deep = Infinity;
  for (let round = 0; round < 60; round++) {
    shallow = Math.min(shallow, await cost(1));
    deep = Math.min(deep, await cost(1_000));
    if (round > 5 && deep <= 1.2 * shallow) return;
  }
  throw new Error(`depth 1: ${shallow} ms; depth 1,000: ${deep} ms`);
});

Deno.test("a million levels unwind without keeping others waiting", async () => {
  function* down(levels: number): bluelet.Coroutine {
    if (levels > 0) yield down(levels - 1);
    else unwinding = true;
  }
  let unwinding = false;
  let turns = 0;
  await play(function* () {
    const deep = yield* bluelet.spawn(down, 100_000);
    while (!deep.ended) {
      if (unwinding) turns++;
      yield* bluelet.null();
    }
  });
  assert(turns > 1_000, `the other thread had ${turns} turns`);
});

Deno.test("a thread whose events never block goes to the back, also when each of them throws", async () => {
  for (const event of [new bluelet.ValueEvent(5), new bluelet.ExceptionEvent(new Error("no"))]) {
    await play(function* () {
      let stopped = false;
      const busy = yield* bluelet.spawn(function* () {
        while (!stopped) {
          try {
            yield event;
          } catch {
            // goes on
          }
        }
      });
      yield* bluelet.null();
      stopped = true;
      yield* bluelet.join(busy);
    });
  }
});

Deno.test("trailOf names the coroutines that an error came through, innermost first", async () => {
  const error = new Error("no");
  function* outer() {
    yield* bluelet.call(fail, error);
  }
  await assertRejects(() =>
    play(function* () {
      yield* bluelet.spawn(outer);
    })
  );
  assertEquals(bluelet.trailOf(error), ["fail", 'thread "outer" (#2)']);
});

Deno.test("Bluelet's own event classes can be yielded", async () => {
  const error = new Error("no");
  const results = await play(function* () {
    const results: unknown[] = [];
    results.push(yield* new bluelet.ValueEvent(1));
    try {
      yield* new bluelet.ExceptionEvent(error);
    } catch (reason) {
      results.push(reason);
    }
    const thread: bluelet.Thread<number> = yield* new bluelet.SpawnEvent(add(1, 1));
    results.push(yield* new bluelet.JoinEvent(thread));
    results.push(yield* new bluelet.DelegationEvent(add(1, 2)));
    yield* new bluelet.SleepEvent(1);
    yield* new bluelet.KillEvent(thread);
    yield* new bluelet.ReturnEvent(results);
  });
  assertEquals(results as unknown, [1, error, 2, 3]);
});

Deno.test("an event of one's own that throws after it resumed its thread throws once", async () => {
  class Clumsy extends bluelet.Event<number> {
    override perform(wait: bluelet.Wait): never {
      wait.resume(1);
      throw new Error("clumsy");
    }
  }
  class Twice extends bluelet.Event<number> {
    override perform(wait: bluelet.Wait): number {
      wait.resume(1);
      return 2;
    }
  }
  const results = await play(function* () {
    const results: unknown[] = [];
    try {
      yield* new Clumsy();
    } catch (error) {
      results.push((error as Error).message);
    }
    results.push(yield* new Twice());
    for (let i = 0; i < 3; i++) results.push(yield* bluelet.call(add, i, 1));
    return results;
  });
  assertEquals(results, ["clumsy", 2, 1, 2, 3]);
});

Deno.test("`using` disposes however the coroutine ends", async () => {
  const log: string[] = [];
  const resource = (name: string) => ({ [Symbol.dispose]: () => void log.push(name) });
  await play(function* () {
    const returning = yield* bluelet.spawn(function* () {
      using _ = resource("returned");
      yield* bluelet.null();
    });
    yield* bluelet.join(returning);
    const killed = yield* bluelet.spawn(function* () {
      using _ = resource("killed");
      yield* bluelet.sleep(60);
    });
    yield* bluelet.null();
    yield* bluelet.kill(killed);
    try {
      yield function* () {
        using _ = resource("threw");
        yield* bluelet.null();
        throw new Error("no");
      }();
    } catch {
      log.push("caught");
    }
  });
  assertEquals(log, ["returned", "killed", "threw", "caught"]);
});

Deno.test("an object that only behaves like a generator is a coroutine too, and runs once", async () => {
  const seen: unknown[] = [];
  function counting(): bluelet.Coroutine<string> {
    let steps = 0;
    const countdown = {
      next(sent: unknown) {
        seen.push(sent);
        return ++steps < 3 ? { done: false, value: bluelet.null() } : { done: true, value: "counted" };
      },
      throw(error: unknown) {
        seen.push((error as Error).name);
        throw error;
      },
      return: (value: string) => ({ done: true, value }),
      [Symbol.iterator]: () => countdown,
    };
    return countdown as unknown as bluelet.Coroutine<string>;
  }
  await play(function* () {
    const spawned = counting();
    const thread = yield* bluelet.spawn(spawned);
    assertEquals([yield* bluelet.join(spawned), thread.name], ["counted", `thread-${thread.id}`]);
    assertEquals(yield counting(), "counted");
    assertEquals(yield* bluelet.call(counting()), "counted");
    assert((yield* caught(bluelet.spawn(spawned))) instanceof TypeError);
    seen.length = 0;
    const killed = yield* bluelet.spawn(counting());
    yield* bluelet.null();
    yield* bluelet.kill(killed);
    assertEquals(killed.state, "killed");
    assertEquals(seen, [undefined, "ThreadKilledError"]);
  });
});
