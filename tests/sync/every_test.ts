import { assert, assertEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { play, rounded, VirtualHost } from "../virtual_host.ts";

function now(): number {
  return rounded(bluelet.current().scheduler.host.now());
}

Deno.test("every ticks 0, 1, 2, ... from the yield on, the first after one interval, or at once", async () => {
  for (const immediate of [false, true]) {
    const got: unknown[] = [];
    await play(function* () {
      yield* bluelet.sleep(5);
      const ticks = yield* bluelet.every(2, { immediate });
      for (let i = 0; i < 3; i++) got.push([yield* ticks.receive(), now()]);
    });
    assertEquals(got, immediate ? [[0, 5], [1, 7], [2, 9]] : [[0, 7], [1, 9], [2, 11]]);
  }
});

Deno.test("every is on a grid: a thousand ticks with work between them are where they belong", async () => {
  const host = new VirtualHost();
  await play(function* () {
    const start = host.time;
    const ticks = yield* bluelet.every(0.1);
    for (let i = 0; i < 1_000; i++) {
      assertEquals(yield* ticks.receive(), i);
      const late = host.time - start - 0.1 * (i + 1);
      assert(late > -1e-3 && late < 1e-3, `tick ${i} is ${late} s late`);
      yield* bluelet.sleep(0.07);
    }
  }, { host });
});

Deno.test("every drops the tick that nobody took when the next is due: who is slow is late once, and gets no burst", async () => {
  const got: unknown[] = [];
  await play(function* () {
    const ticks = yield* bluelet.every(1);
    got.push([yield* ticks.receive(), now()]);
    yield* bluelet.sleep(2.5);
    for (let i = 0; i < 3; i++) got.push([yield* ticks.receive(), now()]);
  });
  assertEquals(got, [[0, 1], [2, 3.5], [3, 4], [4, 5]]);
});

Deno.test("every that the host's clock jumped over goes on with the last tick that is due", async () => {
  const host = new VirtualHost();
  const got: unknown[] = [];
  await play(function* () {
    const ticks = yield* bluelet.every(1);
    got.push(yield* ticks.receive());
    host.time += 100.5; // the machine slept
    for (let i = 0; i < 2; i++) got.push([yield* ticks.receive(), now()]);
  }, { host });
  assertEquals(got, [0, [100, 101.5], [101, 102]]);
});

Deno.test("every is closed when its coroutine ends, killed too, and when it is closed: no timer is left", async () => {
  await play(function* () {
    const { timers } = bluelet.current().scheduler;
    let kept: bluelet.Channel<number> | undefined;
    yield function* () {
      kept = yield* bluelet.every(1);
      assertEquals(timers.size, 1);
    }();
    assertEquals([kept!.closed, timers.size], [true, 0]);
    yield* bluelet.moveOnAfter(
      1.5,
      function* () {
        kept = yield* bluelet.every(1);
        yield* bluelet.sleep(60);
      }(),
    );
    assertEquals([kept!.closed, kept!.tryReceive(), timers.size], [true, 0, 0]);
    {
      using ticks = yield* bluelet.every(1);
      yield* ticks.receive();
    }
    assertEquals(timers.size, 0);
  });
});

Deno.test("every: 10,000 channels that were closed leave nothing with the coroutine that made them", async () => {
  await play(function* () {
    for (let i = 0; i < 10_000; i++) (yield* bluelet.every(1)).close();
    assertEquals(bluelet.current().scheduler.timers.size, 0);
  });
});

Deno.test("every: a tick is for one receiver; a killed one takes none; a receive is a case of select, opening is not", async () => {
  await play(function* () {
    const ticks = yield* bluelet.every(1);
    assertEquals(yield* bluelet.moveOnAfter(0.5, ticks.receive()), undefined);
    assertEquals((yield* bluelet.select({ tick: ticks.receive(), late: bluelet.sleep(0.1) })).case, "late");
    assertEquals(yield* bluelet.all([ticks.receive(), ticks.receive()]), [0, 1]);
  });
  assertThrows(() => bluelet.select([bluelet.every(1)]), TypeError, "opens a channel");
});

Deno.test("every that nobody receives from ends with its run, and closing it by its receiver stops it", async () => {
  await play(function* () {
    const ticks = yield* bluelet.every(1);
    yield* bluelet.spawn(function* () {
      yield* bluelet.sleep(2.5);
      ticks.close();
    });
    const got: unknown[] = [];
    for (let tick; (tick = yield* ticks.receive("end")) !== "end";) got.push(tick);
    assertEquals([got, bluelet.current().scheduler.timers.size], [[0, 1], 0]);
    yield* bluelet.every(0.5);
    yield* bluelet.sleep(3);
  });
});

Deno.test("every refuses intervals that are no time", () => {
  for (const seconds of [0, -1, NaN]) {
    assertThrows(() => bluelet.every(seconds), RangeError, "every() takes seconds");
  }
  assertThrows(() => bluelet.every("1" as unknown as number), TypeError, "every()");
});

Deno.test("every(Infinity) never ticks, but for an immediate first one", async () => {
  await play(function* () {
    const ticks = yield* bluelet.every(Infinity, { immediate: true });
    assertEquals(yield* ticks.receive(), 0);
    assertEquals(yield* bluelet.moveOnAfter(1e6, ticks.receive()), undefined);
  });
});
