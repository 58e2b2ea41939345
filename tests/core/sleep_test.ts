import { assert, assertEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { play, rounded, VirtualHost } from "../virtual_host.ts";

function now(): number {
  return rounded(bluelet.current().scheduler.host.now());
}

Deno.test("sleep lets its seconds pass, counted from each yield, in both spellings", async () => {
  const times = await play(function* () {
    const second = bluelet.sleep(1);
    const times = [now()];
    yield second;
    times.push(now());
    yield* bluelet.sleep(0.25);
    times.push(now());
    yield* second;
    return [...times, now()];
  });
  assertEquals(times, [0, 1, 1.25, 2.25]);
});

Deno.test("one sleep event may be slept by several threads at once", async () => {
  const log = await play(function* () {
    const log: unknown[] = [];
    const second = bluelet.sleep(1);
    yield* bluelet.all([0, 0.5, 0.75].map((seconds) =>
      bluelet.call(function* () {
        yield* bluelet.sleep(seconds);
        yield* second;
        log.push(now());
      })
    ));
    return log;
  });
  assertEquals(log, [1, 1.5, 1.75]);
});

Deno.test("equal deadlines wake in the order in which they were set", async () => {
  const woken = await play(function* () {
    const woken: number[] = [];
    for (let i = 0; i < 100; i++) {
      yield* bluelet.spawn(function* () {
        yield* bluelet.sleep(i % 2 === 0 ? 1 : 2);
        woken.push(i);
      });
    }
    yield* bluelet.sleep(3);
    return woken;
  });
  const numbers = Array.from({ length: 100 }, (_, i) => i);
  assertEquals(woken, [...numbers.filter((i) => i % 2 === 0), ...numbers.filter((i) => i % 2 === 1)]);
});

Deno.test("sleep(0) is null(): every other ready thread runs first, and no time passes", async () => {
  for (const event of [bluelet.sleep(0), bluelet.null()]) {
    const log: string[] = [];
    await play(function* () {
      for (const name of ["a", "b", "c"]) {
        yield* bluelet.spawn(function* () {
          log.push(name);
          yield event;
          log.push(name);
        });
      }
      yield event;
      log.push("root");
      assertEquals(now(), 0);
    });
    assertEquals(log, ["a", "b", "c", "root", "a", "b", "c"]);
  }
});

Deno.test("sleep refuses negative and NaN seconds, and what is no number, at the call", () => {
  assertThrows(() => bluelet.sleep(-1), RangeError, "sleep() takes seconds, 0 or more; got -1");
  assertThrows(() => bluelet.sleep(NaN), RangeError);
  assertThrows(() => bluelet.sleep("1" as unknown as number), TypeError);
});

Deno.test("there is no longest sleep, and sleep(Infinity) lasts until the thread is killed", async () => {
  const [at, state] = await play(function* () {
    const forever = yield* bluelet.spawn(function* () {
      yield* bluelet.sleep(Infinity);
    });
    yield* bluelet.sleep(2 ** 40);
    const { state } = forever;
    yield* bluelet.kill(forever);
    return [now(), state];
  });
  assertEquals(at, 2 ** 40);
  assertEquals(state, "waiting");
});

Deno.test("a jump of the wall clock moves no timer", async () => {
  const realNow = Date.now;
  try {
    const at = await play(function* () {
      const sleeping = yield* bluelet.spawn(function* () {
        yield* bluelet.sleep(10);
        return now();
      });
      yield* bluelet.sleep(1);
      Date.now = () => realNow() + 1e9;
      return yield* bluelet.join(sleeping);
    });
    assertEquals(at, 10);
  } finally {
    Date.now = realNow;
  }
});

Deno.test("an alarm that rings early is set again", async () => {
  class Hasty extends VirtualHost {
    rings = 0;
    override alarm(seconds: number, ring: () => void): bluelet.Alarm {
      this.rings++;
      return super.alarm(seconds > 0.1 ? seconds / 2 : seconds, ring);
    }
  }
  const host = new Hasty();
  const at = await play(function* () {
    yield* bluelet.sleep(1);
    return now();
  }, { host });
  assertEquals(at, 1);
  assert(host.rings > 2);
});

Deno.test("100,000 sleeping threads start and wake, and leave no timer", async () => {
  const THREADS = 100_000;
  let woken = 0;
  function* sleeper(seconds: number) {
    yield bluelet.sleep(seconds);
    woken++;
  }
  await play(function* () {
    for (let i = 0; i < THREADS; i++) yield bluelet.spawn(sleeper, 1 + (i * 7919) % 1000);
    yield* bluelet.sleep(2_000);
    assertEquals(bluelet.current().scheduler.timers.size, 0);
  });
  assertEquals(woken, THREADS);
});
