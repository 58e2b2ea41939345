import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { errorOf, once, settle } from "./seeds.ts";

const { Lock, Semaphore, withLock } = bluelet;

function* holder(lock: bluelet.Lock, until: bluelet.Flag) {
  yield* lock.acquire();
  try {
    yield* until.wait();
  } finally {
    lock.release();
  }
}

Deno.test("Lock belongs to the longest waiter at once: a newcomer cannot barge in", async () => {
  await bluelet.run(function* () {
    const lock = new Lock();
    const order: number[] = [];
    yield* lock.acquire();
    for (let i = 0; i < 3; i++) {
      yield* bluelet.spawn(function* () {
        yield* lock.acquire();
        order.push(i);
        yield* bluelet.null();
        lock.release();
      });
    }
    yield* settle();
    lock.release();
    assert(lock.locked);
    assertEquals(lock.tryAcquire(), false);
    yield* lock.acquire();
    order.push(3);
    lock.release();
    assertEquals([order, lock.locked, lock.owner], [[0, 1, 2, 3], false, null]);
  }());
});

Deno.test("Lock.release of a lock that one does not hold is an error that names who holds it", async () => {
  await bluelet.run(function* () {
    const lock = new Lock({ name: "ledger" });
    assertThrows(() => lock.release(), Error, 'lock "ledger": nobody holds it');
    const until = new bluelet.Flag();
    yield* bluelet.spawn(holder, lock, until);
    yield* settle();
    assertThrows(() => lock.release(), Error, 'thread "holder" (#2) holds it');
    until.set();
  }());
});

Deno.test("Lock.acquire by its own holder is an error, not a wait for ever", async () => {
  await bluelet.run(function* () {
    const lock = new Lock();
    yield* lock.acquire();
    const error = yield* errorOf(lock.acquire());
    assert(error instanceof Error && error.message.includes("already holds"));
    assertEquals(lock.tryAcquire(), false);
    lock.release();
  }());
});

Deno.test("Lock of an owner that ended is an error for those who wait and those who come, and says whose", async () => {
  await bluelet.run(function* () {
    const lock = new Lock({ name: "ledger" });
    yield* bluelet.spawn(function* forgetful() {
      yield* lock.acquire();
      yield* bluelet.null();
      yield* bluelet.null();
    });
    yield* bluelet.null();
    const waiting = yield* bluelet.spawn(errorOf(lock.acquire()));
    yield* settle();
    const whose = 'lock "ledger" is broken: thread "forgetful" (#2) ended without releasing it';
    for (const error of [yield* bluelet.join(waiting), yield* errorOf(lock.acquire())]) {
      assert(error instanceof Error && error.message.includes(whose), String(error));
    }
    assertThrows(() => lock.tryAcquire(), Error, whose);
    assert(lock.locked && lock.owner?.name === "forgetful");
  }());
});

Deno.test("Lock leaves nothing behind at its owner, however often others waited", async () => {
  await bluelet.run(function* () {
    const lock = new Lock();
    for (let i = 0; i < 100; i++) {
      yield* lock.acquire();
      const other = yield* bluelet.spawn(
        withLock(lock, bluelet.null())[Symbol.iterator]() as bluelet.Coroutine,
      );
      const late = yield* bluelet.spawn(once(lock.acquire()));
      yield* settle();
      yield* bluelet.kill(late);
      lock.release();
      yield* bluelet.join(other);
    }
    assertEquals(lock.locked, false);
  }());
});

Deno.test("Lock: a waiter that was killed never gets it, and the others stay in order", async () => {
  await bluelet.run(function* () {
    const lock = new Lock();
    const order: number[] = [];
    yield* lock.acquire();
    const threads: bluelet.Thread[] = [];
    for (let i = 0; i < 4; i++) {
      threads.push(
        yield* bluelet.spawn(function* () {
          yield* lock.acquire();
          order.push(i);
          lock.release();
        }),
      );
    }
    yield* settle();
    yield* bluelet.kill(threads[1]!);
    lock.release();
    yield* settle();
    assertEquals(order, [0, 2, 3]);
  }());
});

Deno.test("Lock that was handed over in the same tick as the kill is held, so that `finally` releases it", async () => {
  await bluelet.run(function* () {
    for (const make of [holder, (lock: bluelet.Lock) => once(withLock(lock, new bluelet.Flag().wait()))]) {
      const lock = new Lock();
      yield* lock.acquire();
      const thread = yield* bluelet.spawn(make(lock, new bluelet.Flag()));
      yield* settle();
      lock.release();
      assertStrictEquals(lock.owner, thread);
      yield* bluelet.kill(thread);
      assertEquals([lock.locked, thread.state], [false, "killed"]);
    }
  }());
});

Deno.test("withLock results in its task's value, and releases the lock when the task fails or is killed", async () => {
  await bluelet.run(function* () {
    const lock = new Lock();
    const permits = new Semaphore(1);
    for (const each of [lock, permits]) {
      const isFree = () => each instanceof Lock ? !each.locked : each.value === 1;
      assertEquals(yield* withLock(each, new bluelet.ValueEvent(7)), 7);
      assert(isFree());
      const boom = new Error("boom");
      assertStrictEquals(yield* errorOf(withLock(each, new bluelet.ExceptionEvent(boom))), boom);
      assert(isFree());
      const thread = yield* bluelet.spawn(once(withLock(each, bluelet.sleep(Infinity))));
      yield* settle();
      assert(!isFree());
      yield* bluelet.kill(thread);
      assert(isFree());
    }
  }());
});

Deno.test("withLock refuses what is no task at the call", () => {
  assertThrows(() => withLock(new Lock(), (() => {}) as never), TypeError, "call the generator function");
});

Deno.test("Lock: a deadlock report names the locks and who holds them", async () => {
  const error = await assertRejects(() =>
    bluelet.run(function* () {
      const left = new Lock({ name: "left" });
      const right = new Lock();
      function* philosopher(first: bluelet.Lock, second: bluelet.Lock) {
        yield* withLock(
          first,
          function* () {
            yield* bluelet.null();
            yield* withLock(second, bluelet.null());
          }(),
        );
      }
      yield* bluelet.spawn(philosopher, left, right);
      yield* bluelet.spawn(philosopher, right, left);
    }()), bluelet.DeadlockError);
  assert(
    error.message.includes('waits for lock "left", which thread "philosopher" (#2) holds'),
    error.message,
  );
  assert(error.message.includes('waits for lock-1, which thread "philosopher" (#3) holds'), error.message);
});

Deno.test("Semaphore lets in as many as it has permits, in the order in which they came", async () => {
  await bluelet.run(function* () {
    const permits = new Semaphore(2);
    const order: string[] = [];
    for (let i = 0; i < 5; i++) {
      yield* bluelet.spawn(function* () {
        yield* permits.acquire();
        order.push(`in ${i}`);
        yield* bluelet.null();
        order.push(`out ${i}`);
        permits.release();
      });
    }
    yield* settle();
    assertEquals(order.filter((entry) => entry.startsWith("in")), ["in 0", "in 1", "in 2", "in 3", "in 4"]);
    let inside = 0;
    for (const entry of order) {
      inside += entry.startsWith("in") ? 1 : -1;
      assert(inside <= 2);
    }
    assertEquals(permits.value, 2);
  }());
});

Deno.test("Semaphore gives a permit to the longest waiter, past newcomers, and takes it from none that was killed", async () => {
  await bluelet.run(function* () {
    const permits = new Semaphore(0);
    const first = yield* bluelet.spawn(once(permits.acquire()));
    const second = yield* bluelet.spawn(once(permits.acquire()));
    yield* settle();
    yield* bluelet.kill(first);
    permits.release();
    assertEquals([permits.tryAcquire(), permits.value], [false, 0]);
    yield* bluelet.join(second);
    permits.release();
    assertEquals([permits.value, permits.tryAcquire(), permits.value], [1, true, 0]);
  }());
});

Deno.test("Semaphore refuses a number that is none", () => {
  for (const n of [-1, 0.5, NaN, Infinity]) assertThrows(() => new Semaphore(n), RangeError, "permits");
});
