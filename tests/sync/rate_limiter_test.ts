import { assert, assertEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { play, rounded, VirtualHost } from "../virtual_host.ts";
import { Dice, once, seeds, settle } from "./seeds.ts";

const { RateLimiter } = bluelet;

function now(): number {
  return rounded(bluelet.current().scheduler.host.now());
}

Deno.test("RateLimiter lets a burst go on at once, and the others at its rate", async () => {
  const times: number[] = [];
  await play(function* () {
    const limiter = new RateLimiter(10, { burst: 3 });
    for (let i = 0; i < 6; i++) {
      yield* limiter.acquire();
      times.push(now());
    }
    yield* bluelet.sleep(60); // the bucket is full again, and not more than full
    for (let i = 0; i < 5; i++) {
      yield* limiter.acquire();
      times.push(rounded(now() - 60.3));
    }
  });
  assertEquals(times, [0, 0, 0, 0.1, 0.2, 0.3, 0, 0, 0, 0.1, 0.2]);
});

Deno.test("RateLimiter is first come, first served: a small wish does not pass a large one, nor does tryAcquire", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const limiter = new RateLimiter(1, { burst: 5 });
    yield* limiter.acquire(4);
    const take = function* (name: string, n: number) {
      yield* limiter.acquire(n);
      log.push([name, now()]);
    };
    yield* bluelet.spawn(take, "large", 5);
    yield* bluelet.null();
    yield* bluelet.spawn(take, "small", 1);
    yield* bluelet.null();
    assertEquals(limiter.tryAcquire(), false);
    yield* bluelet.sleep(10);
    assertEquals([limiter.tryAcquire(5), limiter.tryAcquire()], [true, false]);
  });
  assertEquals(log, [["large", 4], ["small", 5]]);
});

Deno.test("RateLimiter: a wait that is killed takes nothing, and those behind it move up", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const limiter = new RateLimiter(1, { burst: 5 });
    yield* limiter.acquire(4);
    const threads: bluelet.Thread[] = [];
    for (const n of [5, 1, 1, 1]) {
      threads.push(
        yield* bluelet.spawn(function* () {
          yield* limiter.acquire(n);
          log.push([n, now()]);
        }),
      );
    }
    yield* settle();
    yield* bluelet.kill(threads[2]!);
    yield* bluelet.sleep(1.5);
    yield* bluelet.kill(threads[0]!); // 2.5 permits are there
    yield* bluelet.join(threads[3]!);
  });
  assertEquals(log, [[1, 1.5], [1, 1.5]]);
});

Deno.test("RateLimiter: no timer is left when the last that waits is killed", async () => {
  await play(function* () {
    const limiter = new RateLimiter(0.001);
    yield* limiter.acquire();
    assertEquals(yield* bluelet.moveOnAfter(1, limiter.acquire()), undefined);
    assertEquals(bluelet.current().scheduler.timers.size, 0);
    assertEquals((yield* bluelet.select({ permit: limiter.acquire(), late: bluelet.sleep(1) })).case, "late");
    assertEquals(bluelet.current().scheduler.timers.size, 0);
  });
});

Deno.test("RateLimiter: a permit that was given when a kill came is delivered", async () => {
  const log: unknown[] = [], host = new VirtualHost();
  await play(function* () {
    const limiter = new RateLimiter(1);
    yield* limiter.acquire();
    const thread: bluelet.Thread = yield* bluelet.spawn(function* () {
      yield* limiter.acquire();
      log.push("acquired");
      yield* bluelet.null();
      log.push("never");
    });
    const { scheduler } = bluelet.current();
    yield* settle();
    // The timer resumes the thread, and the kill comes before it runs.
    const killer = new (class extends bluelet.Timer {
      fire() {
        thread.kill();
      }
    })();
    scheduler.setTimer(killer, 1.5);
    host.time += 2; // both are due together
    yield* bluelet.sleep(1);
  }, { host });
  assertEquals(log, ["acquired"]);
});

for (const kind of ["RateLimiter", "RWLock"] as const) {
  Deno.test(`${kind}: several cases of one select that stand in one line take one share between them`, async () => {
    await play(function* () {
      const flag = new bluelet.Flag();
      if (kind === "RateLimiter") {
        const limiter = new RateLimiter(1, { burst: 3 });
        yield* limiter.acquire(2);
        const thread = yield* bluelet.spawn(function* () {
          return (yield* bluelet.select(
            [limiter.acquire(3), limiter.acquire(1), limiter.acquire(1), flag.wait()],
            { ordered: true },
          )).case;
        });
        yield* settle();
        flag.set();
        assertEquals(yield* bluelet.join(thread), 3);
        assertEquals([limiter.tryAcquire(), limiter.tryAcquire()], [true, false]);
      } else {
        const lock = new bluelet.RWLock();
        yield* lock.read();
        const thread = yield* bluelet.spawn(function* () {
          return (yield* bluelet.select([lock.write(), lock.read(), lock.read(), flag.wait()], {
            ordered: true,
          })).case;
        });
        yield* settle();
        flag.set();
        assertEquals(yield* bluelet.join(thread), 3);
        lock.release();
        yield* lock.write();
        lock.release();
      }
    });
  });
}

Deno.test("RateLimiter keeps its rate though every timer is late, and however late: a long standstill gives no burst", async () => {
  const host = new VirtualHost();
  await play(function* () {
    const limiter = new RateLimiter(1_000);
    const start = host.time;
    for (let i = 0; i <= 1_000; i++) yield* limiter.acquire();
    assert(Math.abs(host.time - start - 1) < 0.01, `${host.time - start}`);
    for (let i = 0; i < 100; i++) {
      yield* bluelet.spawn(once(limiter.acquire()));
    }
    yield* settle();
    const before = host.time;
    host.time += 3600; // the machine slept
    yield* limiter.acquire();
    assert(host.time - before - 3600 > 0.07, `${host.time - before - 3600}`);
  }, { host });
});

Deno.test("RateLimiter on the real clock: 60 permits at 200 a second take 0.3 s, a little more or less", async () => {
  const limiter = new RateLimiter(200);
  const start = performance.now();
  await bluelet.run(function* () {
    for (let i = 0; i <= 60; i++) yield* limiter.acquire();
  }());
  assert(performance.now() - start > 299, `${performance.now() - start} ms`);
});

Deno.test("RateLimiter.tryAcquire works outside any thread, by the default host's clock", () => {
  const limiter = new RateLimiter(0.001, { burst: 2 });
  assertEquals([limiter.tryAcquire(), limiter.tryAcquire(), limiter.tryAcquire()], [true, true, false]);
});

Deno.test("RateLimiter(Infinity) limits nothing", async () => {
  await play(function* () {
    for (const burst of [1, Infinity]) {
      const limiter = new RateLimiter(Infinity, { burst });
      for (let i = 0; i < 1_000; i++) yield* limiter.acquire();
    }
    assertEquals(now(), rounded(now()));
  });
});

Deno.test("RateLimiter: what reports say", async () => {
  await play(function* () {
    const limiter = new RateLimiter(0.5, { burst: 2, name: "api" });
    yield* limiter.acquire(2);
    const one = yield* bluelet.spawn(once(limiter.acquire()));
    const two = yield* bluelet.spawn(once(limiter.acquire(2)));
    yield* settle();
    assertEquals(one.waitsFor, 'a permit of rate limiter "api" (0.5 a second)');
    assertEquals(two.waitsFor, '2 permits of rate limiter "api" (0.5 a second)');
  });
});

Deno.test("RateLimiter refuses rates, bursts and numbers that mean nothing", () => {
  for (const rate of [0, -1, NaN, "1" as unknown as number]) {
    assertThrows(() => new RateLimiter(rate), RangeError, "more than 0 permits");
  }
  for (const burst of [0, 1.5, NaN]) assertThrows(() => new RateLimiter(1, { burst }), RangeError, "burst");
  const limiter = new RateLimiter(1, { burst: 2 });
  for (const n of [0, -1, 1.5, 3, NaN]) {
    assertThrows(() => limiter.acquire(n), RangeError, "acquire() takes");
    assertThrows(() => limiter.tryAcquire(n), RangeError, "tryAcquire() takes");
  }
});

Deno.test("RateLimiter, random: never more than the burst and the rate allow, in order, and no time is wasted", async () => {
  for (const seed of seeds(200)) {
    const dice = new Dice(seed);
    const rate = 1 + dice.below(10), burst = 1 + dice.below(5);
    const host = new VirtualHost();
    const taken: { at: number; n: number; place: number }[] = [];
    await play(function* () {
      const limiter = new RateLimiter(rate, { burst });
      let places = 0;
      for (let i = 0; i < 30; i++) {
        yield* bluelet.sleep(dice.below(10) / 10);
        const n = 1 + dice.below(burst);
        const thread = yield* bluelet.spawn(function* () {
          const place = places++;
          yield* limiter.acquire(n);
          taken.push({ at: host.time, n, place });
        });
        if (dice.oneIn(4)) {
          yield* bluelet.sleep(dice.below(10) / 10);
          yield* bluelet.kill(thread);
        }
      }
    }, { host });
    for (let from = 0; from < taken.length; from++) {
      let sum = 0;
      for (let to = from; to < taken.length; to++) {
        sum += taken[to]!.n;
        const most = burst + rate * (taken[to]!.at - taken[from]!.at) + 0.05;
        assert(sum <= most, `seed ${seed}: ${sum} permits where ${most} are allowed`);
      }
      if (from > 0) assert(taken[from]!.place > taken[from - 1]!.place, `seed ${seed}: out of order`);
    }
  }
});
