import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { once, settle } from "./seeds.ts";

const { Queue } = bluelet;

Deno.test("Queue gives values in the order in which they were put", async () => {
  await bluelet.run(function* () {
    const queue = new Queue<number>();
    for (let i = 0; i < 100; i++) yield* queue.put(i);
    assertEquals(queue.size, 100);
    for (let i = 0; i < 100; i++) assertEquals(yield* queue.get(), i);
    assertEquals([queue.size, queue.tryGet()], [0, undefined]);
  }());
});

Deno.test("Queue with a capacity makes putters wait, and tryPut says no", async () => {
  await bluelet.run(function* () {
    const queue = new Queue<number>(1);
    assertEquals([queue.tryPut(1), queue.tryPut(2)], [true, false]);
    const putter = yield* bluelet.spawn(once(queue.put(3)));
    yield* settle();
    assertEquals(putter.state, "waiting");
    assertEquals([yield* queue.get(), queue.tryGet()], [1, 3]);
    yield* bluelet.join(putter);
  }());
});

Deno.test("Queue.join waits until each value that was put is done, those of waiting putters too", async () => {
  await bluelet.run(function* () {
    const queue = new Queue<number>(1);
    yield* queue.join(); // nothing was put
    yield* queue.put(1);
    const putter = yield* bluelet.spawn(once(queue.put(2)));
    const joiner = yield* bluelet.spawn(once(queue.join()));
    yield* settle();
    for (let i = 0; i < 2; i++) {
      yield* queue.get();
      assertEquals(joiner.state, "waiting");
      queue.taskDone();
      yield* settle();
    }
    assertEquals([putter.state, joiner.state], ["done", "done"]);
  }());
});

Deno.test("Queue.taskDone past zero is an error", async () => {
  await bluelet.run(function* () {
    const queue = new Queue<number>();
    assertThrows(() => queue.taskDone(), RangeError, "more often");
    yield* queue.put(1);
    yield* queue.get();
    queue.taskDone();
    assertThrows(() => queue.taskDone(), RangeError, "more often");
  }());
});

Deno.test("Queue: a putter that was killed has put nothing, and join does not wait for it", async () => {
  await bluelet.run(function* () {
    const queue = new Queue<number>(1);
    yield* queue.put(1);
    const putter = yield* bluelet.spawn(once(queue.put(2)));
    const joiner = yield* bluelet.spawn(once(queue.join()));
    yield* settle();
    yield* queue.get();
    const late = yield* bluelet.spawn(once(queue.put(3)));
    yield* settle();
    yield* bluelet.kill(late);
    yield* queue.get();
    queue.taskDone();
    queue.taskDone();
    yield* bluelet.join(joiner);
    assertEquals([putter.state, late.state, queue.size], ["done", "killed", 0]);
  }());
});

Deno.test("Queue of 1,000,000 waiting values is drained in linear time", async () => {
  const drain = (size: number) =>
    bluelet.run(function* (): bluelet.Coroutine<number> {
      const queue = new Queue<number>();
      for (let i = 0; i < size; i++) queue.tryPut(i);
      const start = performance.now();
      for (let i = 0; i < size; i++) {
        if ((yield queue.get()) !== i) throw new Error(`not ${i}`);
      }
      return (performance.now() - start) / size;
    }());
  await drain(10_000);
  const each = Math.min(await drain(50_000), await drain(50_000));
  const eachOfMany = Math.min(await drain(1_000_000), await drain(1_000_000));
  // Twenty times as many would take 400 times as long if a get cost more the longer the queue is.
  assert(eachOfMany < 4 * each, `${each * 1e6} ns each of 50,000, ${eachOfMany * 1e6} ns each of 1,000,000`);
});

Deno.test("Queue: a deadlock report says what is unfinished", async () => {
  const error = await assertRejects(() =>
    bluelet.run(function* () {
      const queue = new Queue<number>(Infinity, { name: "chores" });
      yield* queue.put(1);
      yield* queue.join();
    }()), bluelet.DeadlockError);
  assert(error.message.includes('the 1 unfinished tasks of queue "chores"'), error.message);
});
