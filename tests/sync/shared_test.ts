/**
 * What several runs share is no deadlock of one of them, as long as another that has used it still runs (DESIGN 4.8).
 *
 * @module
 */

import { assertEquals, assertInstanceOf } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { Users } from "../../src/core/mod.ts";
import { VirtualHost } from "../virtual_host.ts";

/** Runs each of `programs` on a scheduler of its own, in one world, side by side; how each ended. */
async function together(
  ...programs: (() => bluelet.Coroutine<unknown>)[]
): Promise<PromiseSettledResult<unknown>[]> {
  const host = new VirtualHost();
  const outcomes = await Promise.allSettled(programs.map((program) => bluelet.run(program(), { host })));
  assertEquals(host.alarms, 0);
  return outcomes;
}

const values = (outcomes: PromiseSettledResult<unknown>[]) =>
  outcomes.map((outcome) => outcome.status === "fulfilled" ? outcome.value : outcome.reason);

/** For each primitive: what uses it first and ends the wait late, and the wait of another run. */
const pairs: Record<
  string,
  () => [first: () => bluelet.Coroutine<unknown>, second: () => bluelet.Coroutine<unknown>]
> = {
  "channel, receive": () => {
    const channel = new bluelet.Channel<string>();
    return [
      function* () {
        channel.tryReceive();
        yield* bluelet.sleep(1);
        yield* channel.send("done");
      },
      function* () {
        return yield* channel.receive();
      },
    ];
  },
  "channel, send": () => {
    const channel = new bluelet.Channel<string>();
    return [
      function* () {
        channel.trySend("nobody is there");
        yield* bluelet.sleep(1);
        yield* channel.receive();
      },
      function* () {
        yield* channel.send("value");
        return "done";
      },
    ];
  },
  "channel, close": () => {
    const channel = new bluelet.Channel<string>();
    return [
      function* () {
        channel.trySend("nobody is there");
        yield* bluelet.sleep(1);
        channel.close();
      },
      function* () {
        return yield* channel.receive("done");
      },
    ];
  },
  "queue, join": () => {
    const queue = new bluelet.Queue<number>();
    queue.tryPut(1);
    return [
      function* () {
        yield* queue.get();
        yield* bluelet.sleep(1);
        queue.taskDone();
      },
      function* () {
        yield* queue.join();
        return "done";
      },
    ];
  },
  lock: () => {
    const lock = new bluelet.Lock();
    return [
      () => bluelet.withLock(lock, bluelet.sleep(1))[Symbol.iterator]() as bluelet.Coroutine<unknown>,
      function* () {
        yield* lock.acquire();
        lock.release();
        return "done";
      },
    ];
  },
  "lock, taken by tryAcquire": () => {
    const lock = new bluelet.Lock();
    return [
      function* () {
        lock.tryAcquire();
        yield* bluelet.sleep(1);
        lock.release();
      },
      function* () {
        yield* lock.acquire();
        lock.release();
        return "done";
      },
    ];
  },
  "readers-writer lock": () => {
    const lock = new bluelet.RWLock();
    return [
      function* () {
        yield* lock.read();
        yield* bluelet.sleep(1);
        lock.release();
      },
      function* () {
        yield* lock.write();
        lock.release();
        return "done";
      },
    ];
  },
  semaphore: () => {
    const semaphore = new bluelet.Semaphore(1);
    return [
      function* () {
        yield* semaphore.acquire();
        yield* bluelet.sleep(1);
        semaphore.release();
      },
      function* () {
        yield* semaphore.acquire();
        return "done";
      },
    ];
  },
  condition: () => {
    const condition = new bluelet.Condition();
    return [
      function* () {
        yield* bluelet.withLock(condition.lock, bluelet.null());
        yield* bluelet.sleep(1);
        yield* condition.lock.acquire();
        condition.notify();
        condition.lock.release();
      },
      function* () {
        yield* condition.lock.acquire();
        yield* condition.wait();
        condition.lock.release();
        return "done";
      },
    ];
  },
  flag: () => {
    const flag = new bluelet.Flag();
    return [
      function* () {
        flag.clear();
        yield* bluelet.sleep(1);
        flag.set();
      },
      function* () {
        yield* flag.wait();
        return "done";
      },
    ];
  },
  pool: () => {
    const pool = new bluelet.Pool(1);
    return [
      function* () {
        yield* pool.spawn(function* () {
          yield* bluelet.sleep(1);
        });
      },
      function* () {
        yield* pool.spawn(function* () {});
        return "done";
      },
    ];
  },
  "pool, join": () => {
    const pool = new bluelet.Pool(1);
    return [
      function* () {
        yield* pool.spawn(function* () {
          yield* bluelet.sleep(1);
        });
      },
      function* () {
        yield* bluelet.null();
        yield* pool.join();
        return "done";
      },
    ];
  },
  barrier: () => {
    const barrier = new bluelet.Barrier(2);
    return [
      function* () {
        yield* bluelet.moveOnAfter(0, barrier.wait());
        yield* bluelet.sleep(1);
        yield* barrier.wait();
      },
      function* () {
        yield* barrier.wait();
        return "done";
      },
    ];
  },
  "join of the other run's thread": () => {
    let thread: bluelet.Thread;
    return [
      function* () {
        thread = bluelet.current();
        yield* bluelet.sleep(1);
        return "done";
      },
      function* () {
        return yield* bluelet.join(thread);
      },
    ];
  },
  "kill of the other run's thread": () => {
    let thread: bluelet.Thread;
    return [
      function* () {
        thread = yield* bluelet.spawn(function* () {
          try {
            yield* bluelet.sleep(60);
          } finally {
            yield* bluelet.sleep(1);
          }
        });
        yield* bluelet.null();
        yield* bluelet.sleep(0.5);
      },
      function* () {
        yield* bluelet.kill(thread);
        return "done";
      },
    ];
  },
  deferred: () => {
    const deferred = new bluelet.Deferred<string>({ outside: false });
    return [
      function* () {
        yield* bluelet.moveOnAfter(0, deferred.wait());
        yield* bluelet.sleep(1);
        deferred.resolve("done");
      },
      function* () {
        return yield* deferred.wait();
      },
    ];
  },
  "rate limiter": () => {
    const limiter = new bluelet.RateLimiter(1);
    return [
      function* () {
        yield* limiter.acquire();
        yield* limiter.acquire();
      },
      function* () {
        yield* bluelet.null();
        yield* limiter.acquire();
        return "done";
      },
    ];
  },
  "broadcast, receive": () => {
    const broadcast = new bluelet.Broadcast<string>();
    return [
      function* () {
        broadcast.trySend("nobody is there");
        yield* bluelet.sleep(1);
        yield* broadcast.send("done");
      },
      function* () {
        return yield* (yield* broadcast.subscribe()).receive();
      },
    ];
  },
  "broadcast, send": () => {
    const broadcast = new bluelet.Broadcast<number>();
    return [
      function* () {
        const channel = yield* broadcast.subscribe({ capacity: 1 });
        yield* bluelet.sleep(1);
        yield* channel.receive();
        yield* channel.receive();
      },
      function* () {
        yield* bluelet.null();
        for (let i = 0; i < 2; i++) yield* broadcast.send(i);
        return "done";
      },
    ];
  },
  "queue, close": () => {
    const queue = new bluelet.Queue<string>();
    return [
      function* () {
        queue.tryGet();
        yield* bluelet.sleep(1);
        queue.close();
      },
      function* () {
        return yield* queue.get("done");
      },
    ];
  },
  "ticks of the other run": () => {
    let ticks: bluelet.Channel<number>;
    return [
      function* () {
        ticks = yield* bluelet.every(1);
        yield* bluelet.sleep(1.5);
      },
      function* () {
        yield* ticks.receive();
        return "done";
      },
    ];
  },
  "select and race": () => {
    const channel = new bluelet.Channel<string>(), flag = new bluelet.Flag();
    return [
      function* () {
        flag.clear();
        channel.tryReceive();
        yield* bluelet.sleep(1);
        flag.set();
        yield* channel.send("done");
      },
      function* () {
        const got = yield* bluelet.select({ channel: channel.receive(), flag: flag.wait() });
        assertEquals(got.case, "flag");
        return yield* bluelet.race([channel.receive()]);
      },
    ];
  },
};

for (const [name, make] of Object.entries(pairs)) {
  Deno.test(`${name}: a run that waits for what another run has used and will end goes on`, async () => {
    const [first, second] = make();
    const [, outcome] = values(await together(first, second));
    assertEquals(outcome, "done");
  });
}

Deno.test("two runs that are begun together and hand values to each other are no deadlock, whichever begins", async () => {
  for (const swapped of [false, true]) {
    const channel = new bluelet.Channel<number>(), results: number[] = [];
    const programs = [
      function* () {
        for (let i = 0; i < 3; i++) yield* channel.send(i);
      },
      function* () {
        for (let i = 0; i < 3; i++) results.push(yield* channel.receive());
      },
    ];
    await together(...swapped ? programs.toReversed() : programs);
    assertEquals(results, [0, 1, 2]);
  }
});

Deno.test("a deadlock of one run is told though another run goes on that has nothing to do with it", async () => {
  const channel = new bluelet.Channel<number>();
  const order: string[] = [];
  const [, deadlocked] = values(
    await together(
      function* () {
        for (let i = 0; i < 5; i++) yield* bluelet.sleep(60);
        order.push("the other has ended");
      },
      function* () {
        try {
          yield* channel.receive();
        } finally {
          order.push("deadlock");
        }
      },
    ),
  );
  assertInstanceOf(deadlocked, bluelet.DeadlockError);
  assertEquals(order, ["deadlock", "the other has ended"]);
});

Deno.test("when the run ends that has used what another waits for, that is a deadlock, and is told", async () => {
  const semaphore = new bluelet.Semaphore(1);
  const [, deadlocked] = values(
    await together(
      function* () {
        yield* semaphore.acquire(); // and never gives it back
        yield* bluelet.sleep(1);
      },
      function* () {
        yield* semaphore.acquire();
      },
    ),
  );
  assertInstanceOf(deadlocked, bluelet.DeadlockError);
});

Deno.test("runs that all wait for one another are a deadlock of all of them", async () => {
  const first = new bluelet.Channel<number>(),
    second = new bluelet.Channel<number>(),
    third = new bluelet.Channel<number>();
  const waiting = (mine: bluelet.Channel<number>, others: bluelet.Channel<number>[]) =>
    function* () {
      for (const other of others) other.tryReceive();
      yield* bluelet.sleep(1);
      yield* mine.receive();
    };
  const outcomes = values(
    await together(waiting(first, [second]), waiting(second, [third]), waiting(third, [first])),
  );
  for (const outcome of outcomes) assertInstanceOf(outcome, bluelet.DeadlockError);
});

// On the real clock: a virtual one jumps to the timer before the first run looks whether it can go on.
Deno.test("a run that another has set a timer for waits for that, and for no other run: who waits for it is in no deadlock", async () => {
  const limiter = new bluelet.RateLimiter(20, { burst: 2 }), flag = new bluelet.Flag();
  const outcomes = await Promise.allSettled([
    bluelet.run(function* () {
      yield* limiter.acquire(2);
      yield* bluelet.moveOnAfter(0.01, limiter.acquire(2)); // the other is first in line now
      yield* flag.wait();
      return "went on";
    }()),
    bluelet.run(function* () {
      yield* bluelet.null();
      flag.clear();
      yield* limiter.acquire(2);
      flag.set();
      return "acquired";
    }()),
  ]);
  assertEquals(values(outcomes), ["went on", "acquired"]);
});

Deno.test("one semaphore for a run for each request: all are served", async () => {
  const semaphore = new bluelet.Semaphore(2);
  let most = 0, now = 0;
  function* request(): bluelet.Coroutine<void> {
    yield* semaphore.acquire();
    try {
      most = Math.max(most, ++now);
      yield* bluelet.promise(Promise.resolve());
    } finally {
      now--;
      semaphore.release();
    }
  }
  for (let i = 0; i < 50; i++) {
    await Promise.all(Array.from({ length: 20 }, () => bluelet.run(request())));
  }
  assertEquals([most, semaphore.value], [2, 2]);
});

Deno.test("Users: a scheduler that has ended uses nothing any more", async () => {
  const users = new Users(), seen: number[] = [];
  const runs = Array.from({ length: 9 }, (_, i) =>
    bluelet.run(function* () {
      users.add();
      yield* bluelet.promise(Promise.resolve());
      seen[i] = [...users.besides(bluelet.current().scheduler)].length;
    }()));
  await Promise.all(runs);
  assertEquals(seen[0], 8);
  assertEquals([...users.besides(new bluelet.Scheduler())], []);
});
