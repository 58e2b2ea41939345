import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { once, settle } from "./seeds.ts";

const { Barrier, Flag } = bluelet;

Deno.test("Flag set, then cleared at once, still wakes all 1,000 waiters, in order", async () => {
  await bluelet.run(function* () {
    const flag = new Flag();
    const woken: number[] = [];
    for (let i = 0; i < 1_000; i++) {
      yield* bluelet.spawn(function* () {
        yield* flag.wait();
        woken.push(i);
      });
    }
    yield* settle();
    flag.set();
    flag.clear();
    yield* settle();
    assertEquals(woken, Array.from({ length: 1_000 }, (_, i) => i));
    assertEquals(flag.isSet, false);
  }());
});

Deno.test("Flag that is set takes no time to wait for; once cleared it does again", async () => {
  await bluelet.run(function* () {
    const flag = new Flag();
    flag.set();
    flag.set();
    yield* flag.wait();
    assert(flag.isSet);
    flag.clear();
    const late = yield* bluelet.spawn(once(flag.wait()));
    yield* settle();
    assertEquals(late.state, "waiting");
    yield* bluelet.kill(late);
    flag.set();
  }());
});

Deno.test("Flag hands nothing over: a kill in the same tick as `set` just kills", async () => {
  await bluelet.run(function* () {
    const flag = new Flag();
    let went = false;
    const thread = yield* bluelet.spawn(function* () {
      yield* flag.wait();
      went = true;
    });
    yield* settle();
    flag.set();
    yield* bluelet.kill(thread);
    assertEquals([went, thread.state], [false, "killed"]);
  }());
});

Deno.test("Barrier lets threads go on together, tells each its place, and is as new afterwards", async () => {
  await bluelet.run(function* () {
    const barrier = new Barrier(3);
    for (let round = 0; round < 2; round++) {
      const threads: bluelet.Thread<number>[] = [];
      for (let i = 0; i < 2; i++) threads.push(yield* bluelet.spawn(once(barrier.wait())));
      yield* settle();
      assertEquals([threads.map((thread) => thread.state), barrier.waiting], [["waiting", "waiting"], 2]);
      assertEquals(yield* barrier.wait(), 2);
      assertEquals([yield* bluelet.join(threads[0]!), yield* bluelet.join(threads[1]!)], [0, 1]);
    }
  }());
});

Deno.test("Barrier: a waiter that was killed has not arrived", async () => {
  await bluelet.run(function* () {
    const barrier = new Barrier(2);
    const gone = yield* bluelet.spawn(once(barrier.wait()));
    yield* settle();
    yield* bluelet.kill(gone);
    const first = yield* bluelet.spawn(once(barrier.wait()));
    yield* settle();
    assertEquals(first.state, "waiting");
    yield* barrier.wait();
    assertEquals(yield* bluelet.join(first), 0);
  }());
});

Deno.test("Barrier of one never waits; one of none is refused", async () => {
  assertEquals(await bluelet.run(once(new Barrier(1).wait())), 0);
  for (const n of [0, -1, 1.5, Infinity]) assertThrows(() => new Barrier(n), RangeError, "1 or more");
});

Deno.test("Flag and Barrier: a deadlock report names them", async () => {
  const error = await assertRejects(
    () =>
      bluelet.run(function* () {
        yield* bluelet.all([new Flag({ name: "ready" }).wait(), new Barrier(3, { name: "start" }).wait()]);
      }()),
    bluelet.DeadlockError,
  );
  assert(error.message.includes('flag "ready" to be set'), error.message);
  assert(error.message.includes('barrier "start", where 1 of 3 have arrived'), error.message);
});
