import { assert, assertEquals } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { errorOf, settle } from "./seeds.ts";

const { Condition, Lock } = bluelet;

/** A thread that waits, then notes how that ended and whether it held the lock. */
function* waiter(condition: bluelet.Condition, log: string[], name: string) {
  yield* condition.lock.acquire();
  try {
    yield* condition.wait();
    log.push(`${name} was notified`);
  } finally {
    log.push(`${name} ${condition.lock.owner === bluelet.current() ? "holds" : "does not hold"} the lock`);
    condition.lock.release();
  }
}

Deno.test("Condition.wait puts the lock down while it waits", async () => {
  await bluelet.run(function* () {
    const condition = new Condition();
    const thread = yield* bluelet.spawn(waiter, condition, [], "a");
    yield* settle();
    assertEquals([condition.lock.locked, thread.state], [false, "waiting"]);
    yield* condition.lock.acquire();
    condition.notify();
    condition.lock.release();
  }());
});

Deno.test("Condition.notify wakes the longest waiters, who get the lock one after another", async () => {
  const log: string[] = [];
  await bluelet.run(function* () {
    const condition = new Condition(new Lock());
    for (const name of ["a", "b", "c"]) yield* bluelet.spawn(waiter, condition, log, name);
    yield* settle();
    yield* condition.lock.acquire();
    condition.notify(2);
    yield* settle();
    assertEquals(log, []); // the lock is still ours
    condition.lock.release();
    yield* settle();
    assertEquals(log, ["a was notified", "a holds the lock", "b was notified", "b holds the lock"]);
    yield* condition.lock.acquire();
    condition.notifyAll();
    condition.lock.release();
    yield* settle();
    assertEquals(log.slice(4), ["c was notified", "c holds the lock"]);
    assertEquals(condition.lock.locked, false);
  }());
});

Deno.test("Condition.wait, killed: the waiter waits for the lock, and holds it when its `finally` runs", async () => {
  const log: string[] = [];
  await bluelet.run(function* () {
    const condition = new Condition();
    const thread = yield* bluelet.spawn(waiter, condition, log, "a");
    yield* settle();
    yield* condition.lock.acquire();
    thread.kill();
    yield* settle();
    assertEquals([log, thread.state], [[], "waiting"]); // for the lock, which is ours
    condition.lock.release();
    yield* bluelet.kill(thread);
    assertEquals([log, thread.state, condition.lock.locked], [["a holds the lock"], "killed", false]);
  }());
});

Deno.test("Condition.wait, killed after it was notified: it holds the lock, and the kill comes at the next yield", async () => {
  const log: string[] = [];
  await bluelet.run(function* () {
    const condition = new Condition();
    const thread = yield* bluelet.spawn(waiter, condition, log, "a");
    yield* settle();
    yield* condition.lock.acquire();
    condition.notify();
    thread.kill();
    condition.lock.release();
    yield* settle();
    assertEquals([log, condition.lock.locked], [["a was notified", "a holds the lock"], false]);
    assert(thread.ended);
  }());
});

Deno.test("Condition.wait, killed twice and while it waits for the lock, still holds it", async () => {
  const log: string[] = [];
  await bluelet.run(
    function* () {
      const condition = new Condition();
      const thread = yield* bluelet.spawn(function* () {
        try {
          yield* bluelet.scope(function* () {
            yield* bluelet.timeout(0, waiter(condition, log, "a"));
          });
        } catch (error) {
          log.push((error as Error).name);
          throw error;
        }
      });
      yield* condition.lock.acquire(); // before the thread began: it waits for the lock first
      yield* settle();
      condition.lock.release();
      yield* settle();
      thread.kill();
      thread.kill();
      yield* settle();
      assertEquals(condition.lock.locked, false);
      assert(thread.ended);
    }(),
    { grace: 60 },
  ).catch(() => {});
  assert(!log.includes("a does not hold the lock"), log.join());
});

Deno.test("Condition.wait that times out holds the lock again", async () => {
  await bluelet.run(function* () {
    const condition = new Condition();
    yield* condition.lock.acquire();
    const error = yield* errorOf(bluelet.timeout(0, condition.wait()));
    assert(error instanceof bluelet.TimeoutError);
    assertEquals(condition.lock.owner, bluelet.current());
    condition.notifyAll(); // nobody is left
    condition.lock.release();
  }());
});

Deno.test("Condition.wait and notify without the lock are errors that say who holds it", async () => {
  await bluelet.run(function* () {
    const condition = new Condition();
    const error = yield* errorOf(condition.wait());
    assert(error instanceof Error && error.message.includes("nobody does"), String(error));
    let thrown: unknown;
    try {
      condition.notify();
    } catch (error) {
      thrown = error;
    }
    assert(thrown instanceof Error && thrown.message.includes("to notify"), String(thrown));
  }());
});
