import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { Dice, errorOf, forEachSeed, once, settle } from "./seeds.ts";

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

Deno.test("Queue.close: getters drain it, then are told; putters that wait have put nothing, and join does not wait for them", async () => {
  await bluelet.run(function* () {
    const queue = new Queue<number>(2, { name: "jobs" });
    yield* queue.put(1);
    yield* queue.put(2);
    const putter = yield* bluelet.spawn(errorOf(queue.put(3)));
    yield* settle();
    queue.close();
    queue.close();
    assertEquals(queue.closed, true);
    assertInstanceOf(yield* bluelet.join(putter), bluelet.ChannelClosedError);
    assertInstanceOf(yield* errorOf(queue.put(4)), bluelet.ChannelClosedError);
    assertThrows(() => queue.tryPut(4), bluelet.ChannelClosedError);
    const joiner = yield* bluelet.spawn(once(queue.join()));
    assertEquals([yield* queue.get(), yield* queue.get("end"), yield* queue.get("end")], [1, 2, "end"]);
    const error = yield* errorOf(queue.get());
    assertInstanceOf(error, bluelet.ChannelClosedError);
    assertEquals(
      error.message,
      'Nothing is left to receive from queue "jobs": it is closed. Ask with an end value to end a loop by it.',
    );
    assertThrows(() => queue.tryGet(), bluelet.ChannelClosedError);
    queue.taskDone();
    yield* settle();
    assertEquals(joiner.state, "waiting");
    queue.taskDone();
    yield* bluelet.join(joiner);
  }());
});

Deno.test("Queue.close tells getters that wait, and joiners where only putters were left", async () => {
  await bluelet.run(function* () {
    const queue = new Queue<number>();
    const thrown = yield* bluelet.spawn(errorOf(queue.get()));
    const ended = yield* bluelet.spawn(once(queue.get("end")));
    yield* settle();
    queue.close();
    assertInstanceOf(yield* bluelet.join(thrown), bluelet.ChannelClosedError);
    assertEquals(yield* bluelet.join(ended), "end");
    const rendezvous = new Queue<number>(0);
    yield* bluelet.spawn(errorOf(rendezvous.put(1)));
    const joiner = yield* bluelet.spawn(once(rendezvous.join()));
    yield* settle();
    assertEquals(joiner.state, "waiting");
    rendezvous[Symbol.dispose]();
    yield* bluelet.join(joiner);
  }());
});

Deno.test("Queue with an order gives the first in that order, and equal ones first in, first out", async () => {
  await bluelet.run(function* () {
    const queue = new Queue<[number, number]>(Infinity, { order: ([a], [b]) => a - b });
    const dice = new Dice(7);
    const all: [number, number][] = Array.from({ length: 1_000 }, (_, i) => [dice.below(20), i]);
    for (const each of all) yield* queue.put(each);
    assertEquals(queue.size, 1_000);
    const got: [number, number][] = [];
    for (let i = 0; i < 1_000; i++) got.push(yield* queue.get());
    assertEquals(got, all.toSorted(([a], [b]) => a - b));
  }());
});

Deno.test("Queue with an order, random: puts and gets in any mixture agree with a sorted array", async () => {
  await forEachSeed(function* (dice) {
    const capacity = 1 + dice.below(6);
    const queue = new Queue<{ rank: number; id: number }>(capacity, { order: (a, b) => a.rank - b.rank });
    const model: { rank: number; id: number }[] = [];
    for (let id = 0; id < 60; id++) {
      if (dice.oneIn(2)) {
        const value = { rank: dice.below(4), id };
        assertEquals(queue.tryPut(value), model.length < capacity);
        if (model.length < capacity) model.push(value);
      } else {
        model.sort((a, b) => a.rank - b.rank || a.id - b.id);
        assertEquals(queue.tryGet(), model.shift());
      }
    }
    yield* bluelet.null();
  });
});

Deno.test("Queue with an order: one that waits for a value gets the next that is put; who waits for room competes when it comes in", async () => {
  await bluelet.run(function* () {
    const queue = new Queue<number>(2, { order: (a, b) => a - b });
    const getter = yield* bluelet.spawn(once(queue.get()));
    yield* settle();
    yield* queue.put(9);
    assertEquals(yield* bluelet.join(getter), 9);
    yield* queue.put(5);
    yield* queue.put(6);
    const putter = yield* bluelet.spawn(once(queue.put(1)));
    yield* settle();
    assertEquals([yield* queue.get(), putter.state, yield* queue.get(), yield* queue.get()], [
      1,
      "ready",
      5,
      6,
    ]);
  }());
});

Deno.test("Queue: what its order throws is thrown at the put or the get, and nothing is lost", async () => {
  await bluelet.run(function* () {
    const boom = new Error("cannot be compared");
    let broken = false;
    const queue = new Queue<number>(3, {
      order: (a, b) => {
        if (broken || a < 0 || b < 0) throw boom;
        return a - b;
      },
    });
    for (const value of [3, 1, 2]) yield* queue.put(value);
    broken = true;
    assertEquals(yield* errorOf(queue.get()), boom);
    assertThrows(() => queue.tryGet(), Error, "compared");
    broken = false;
    assertEquals([yield* queue.get(), queue.size], [1, 2]);
    assertEquals(yield* errorOf(queue.put(-1)), boom);
    assertEquals([yield* queue.get(), yield* queue.get(), queue.tryGet()], [2, 3, undefined]);
    for (let i = 0; i < 3; i++) queue.taskDone();
    yield* queue.join(); // what was refused does not count
  }());
  assertThrows(() => new Queue(1, { order: 7 as unknown as () => number }), TypeError, "order");
});

Deno.test("Queue with an order: 100,000 values cost no more each than 1,000 do, but for the logarithm", async () => {
  const drain = (size: number) =>
    bluelet.run(function* (): bluelet.Coroutine<number> {
      const queue = new Queue<number>(Infinity, { order: (a, b) => a - b });
      const start = performance.now();
      for (let i = 0; i < size; i++) queue.tryPut(i * 7919 % size);
      for (let i = 0; i < size; i++) queue.tryGet();
      yield* bluelet.null();
      return (performance.now() - start) / size;
    }());
  await drain(10_000);
  const each = Math.min(await drain(2_000), await drain(2_000));
  const eachOfMany = Math.min(await drain(100_000), await drain(100_000));
  assert(eachOfMany < 20 * each, `${each * 1e6} ns each of 2,000, ${eachOfMany * 1e6} ns each of 100,000`);
});
