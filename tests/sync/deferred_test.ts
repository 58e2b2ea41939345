import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { caught, play } from "../virtual_host.ts";
import { once, settle } from "./seeds.ts";

const { Deferred } = bluelet;

Deno.test("Deferred: any number wait, and all get its value, those too that come later", async () => {
  await play(function* () {
    const deferred = new Deferred<{ n: number }>(), value = { n: 1 };
    const waiting: bluelet.Thread<{ n: number }>[] = [];
    for (let i = 0; i < 100; i++) waiting.push(yield* bluelet.spawn(once(deferred.wait())));
    yield* settle();
    assertEquals([deferred.settled, waiting[0]!.state], [false, "waiting"]);
    deferred.resolve(value);
    assertEquals(deferred.settled, true);
    for (const thread of waiting) assertStrictEquals(yield* bluelet.join(thread), value);
    assertStrictEquals(yield* deferred.wait(), value);
  });
});

Deno.test("Deferred.reject throws the same error in all that wait, now and later; undefined is an error too", async () => {
  await play(function* () {
    for (const error of [new Error("boom"), undefined]) {
      const deferred = new Deferred<number>();
      const results: unknown[] = [];
      for (let i = 0; i < 2; i++) {
        yield* bluelet.spawn(function* () {
          try {
            results.push("value", yield* deferred.wait());
          } catch (thrown) {
            results.push("thrown", thrown);
          }
        });
      }
      yield* settle();
      deferred.reject(error);
      yield* settle();
      assertEquals(results, ["thrown", error, "thrown", error]);
      let thrown = false;
      try {
        yield* deferred.wait();
      } catch {
        thrown = true;
      }
      assert(thrown);
    }
  });
});

Deno.test("Deferred is set once: what comes after does nothing", async () => {
  await play(function* () {
    const deferred = new Deferred<number>();
    deferred.resolve(1);
    deferred.resolve(2);
    deferred.reject(new Error("late"));
    assertEquals(yield* deferred.wait(), 1);
    const failed = new Deferred<number>();
    failed.reject("first");
    failed.resolve(2);
    assertEquals(yield* caught(failed.wait()), "first");
  });
});

Deno.test("Deferred is settled from outside, and waiting for that is no deadlock", async () => {
  const deferred = new Deferred<string>(), failing = new Deferred<string>();
  setTimeout(() => deferred.resolve("done"), 2);
  setTimeout(() => failing.reject(new Error("failed")), 1);
  await bluelet.run(function* () {
    assertEquals(yield* deferred.wait(), "done");
    assertInstanceOf(yield* caught(failing.wait()), Error);
  }());
});

Deno.test("Deferred that only threads settle: a deadlock is told, with its name", async () => {
  const error = await assertRejects(() =>
    play(function* () {
      yield* new Deferred<number>({ name: "config", outside: false }).wait();
    }), bluelet.DeadlockError);
  assert(error.message.includes('deferred "config" to be settled'), error.message);
});

Deno.test("Deferred: a killed wait leaves nothing behind, and as a case that lost it is left as it was", async () => {
  await play(function* () {
    const deferred = new Deferred<number>();
    assertEquals(yield* bluelet.moveOnAfter(1, deferred.wait()), undefined);
    const got = yield* bluelet.select({ value: deferred.wait(), late: bluelet.sleep(1) });
    assertEquals(got.case, "late");
    deferred.resolve(5);
    assertEquals(yield* bluelet.race([deferred.wait(), bluelet.sleep(1)]), 5);
  });
});

Deno.test("Deferred: a value that was there when a kill came is delivered first", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const deferred = new Deferred<number>();
    const thread = yield* bluelet.spawn(function* () {
      log.push(yield* deferred.wait());
      yield* bluelet.null();
      log.push("never");
    });
    yield* settle();
    deferred.resolve(1);
    yield* bluelet.kill(thread);
  });
  assertEquals(log, [1]);
});
