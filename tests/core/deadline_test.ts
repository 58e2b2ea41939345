/**
 * What `timeout` and `moveOnAfter` give to a function: a deadline that can be set anew.
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { caught, play, rounded, VirtualHost } from "../virtual_host.ts";

function now(): number {
  return rounded(bluelet.current().scheduler.host.now());
}

Deno.test("Deadline.reset pushes the deadline on: an idle timeout ends a task that stands still, not one that goes on", async () => {
  const log: unknown[] = [];
  await play(function* () {
    const error = yield* caught(bluelet.timeout(1, function* (deadline) {
      for (let i = 0; i < 5; i++) {
        yield* bluelet.sleep(0.9);
        deadline.reset(1);
      }
      log.push(now());
      yield* bluelet.sleep(60);
    }));
    log.push((error as Error).name, now());
  });
  assertEquals(log, [4.5, "TimeoutError", 5.5]);
});

Deno.test("Deadline.at is when the task is killed, on the host's clock; expired says whether it was", async () => {
  const host = new VirtualHost();
  host.time = 100;
  const log: unknown[] = [];
  await play(function* () {
    let kept: bluelet.Deadline | undefined;
    const value = yield* bluelet.moveOnAfter(2, function* (deadline) {
      kept = deadline;
      log.push(rounded(deadline.at), deadline.expired);
      deadline.reset(5);
      log.push(rounded(deadline.at));
      try {
        yield* bluelet.sleep(60);
      } finally {
        log.push(deadline.expired, now());
      }
    });
    log.push(value, kept!.expired, kept instanceof bluelet.Deadline);
  }, { host });
  assertEquals(log, [102, false, 105, true, 105, undefined, true, true]);
});

Deno.test("a deadline can be brought nearer, put off for ever, and set to 0", async () => {
  const log: unknown[] = [];
  await play(function* () {
    log.push(
      yield* bluelet.moveOnAfter(60, function* (deadline) {
        deadline.reset(1);
        yield* bluelet.sleep(30);
      }),
      now(),
    );
    log.push(
      yield* bluelet.moveOnAfter(1, function* (deadline) {
        deadline.reset(Infinity);
        yield* bluelet.sleep(100);
        return [deadline.at, deadline.expired];
      }),
    );
    const start = now();
    yield* bluelet.moveOnAfter(60, function* (deadline) {
      deadline.reset(0);
      log.push("until it has to wait");
      yield* bluelet.sleep(1);
    });
    log.push(now() - start);
  });
  assertEquals(log, [undefined, 1, [Infinity, false], "until it has to wait", 0]);
});

Deno.test("a deadline that is put off for ever hides no deadlock", async () => {
  await assertRejects(() =>
    play(function* () {
      yield* bluelet.timeout(1, function* (deadline) {
        deadline.reset(Infinity);
        yield* bluelet.suspend(() => {}, { outside: false });
      });
    }), bluelet.DeadlockError);
});

Deno.test("Deadline.reset does nothing once the time is up, the task is done, or a kill unwinds it; no timer is left", async () => {
  await play(function* () {
    const { timers } = bluelet.current().scheduler;
    let kept: bluelet.Deadline | undefined;
    const error = yield* caught(bluelet.timeout(1, function* (deadline) {
      kept = deadline;
      try {
        yield* bluelet.sleep(60);
      } finally {
        const before = timers.size;
        deadline.reset(10);
        assertEquals(timers.size, before);
      }
    }));
    assertInstanceOf(error, bluelet.TimeoutError);
    kept!.reset(10);
    assertEquals(timers.size, 0);

    yield* bluelet.timeout(1, function* (deadline) {
      kept = deadline;
    });
    kept!.reset(10);
    assertEquals([timers.size, kept!.expired], [0, false]);

    const thread = yield* bluelet.spawn(function* () {
      yield* bluelet.timeout(60, function* (deadline) {
        kept = deadline;
        try {
          yield* bluelet.sleep(60);
        } finally {
          deadline.reset(1);
          yield* bluelet.sleep(2);
        }
      });
    });
    yield* bluelet.null();
    yield* bluelet.kill(thread);
    assertEquals([thread.state, kept!.expired], ["killed", false]);
  });
});

Deno.test("Deadline.reset works from other threads, and from outside", async () => {
  const host = new VirtualHost();
  let fromOutside = (_deadline: bluelet.Deadline) => {};
  const at = await play(function* () {
    const made = new Promise<bluelet.Deadline>((resolve) => fromOutside = resolve);
    made.then((deadline) => deadline.reset(5));
    yield* caught(bluelet.timeout(2, function* (deadline) {
      yield* bluelet.spawn(function* () {
        yield* bluelet.sleep(1);
        deadline.reset(2);
        yield* bluelet.sleep(1);
        fromOutside(deadline);
      });
      yield* bluelet.sleep(60);
    }));
    return now();
  }, { host });
  assert(at > 6.9 && at < 8, `${at}`);
});

Deno.test("a function under a timeout is called anew at each yield, may return an event, and is told of its mistakes", async () => {
  let made = 0;
  await play(function* () {
    const event = bluelet.moveOnAfter(1, function* (deadline) {
      made++;
      deadline.reset(0.5);
      yield* bluelet.sleep(60);
    });
    yield event;
    yield* event;
    assertEquals([made, now()], [2, 1]);
    assertEquals(yield* bluelet.timeout(1, () => new bluelet.ValueEvent(7)), 7);
    const wrong = yield* caught(bluelet.timeout(1, (() => 5) as unknown as () => bluelet.Coroutine));
    assertInstanceOf(wrong, TypeError);
    assert(wrong.message.startsWith("timeout() takes a coroutine or an event"), wrong.message);
    const boom = new Error("boom");
    assertEquals(
      yield* caught(bluelet.moveOnAfter(1, () => {
        throw boom;
      })),
      boom,
    );
    yield* bluelet.timeout(1, function* (deadline) {
      assertThrows(() => deadline.reset(-1), RangeError, "reset() takes seconds");
      assertThrows(() => deadline.reset("1" as unknown as number), TypeError);
    });
    assertEquals(bluelet.current().scheduler.timers.size, 0);
  });
});

Deno.test("a deadline that expires in a shield counts after it, however it is reset meanwhile", async () => {
  const log: unknown[] = [];
  await play(function* () {
    yield* bluelet.moveOnAfter(1, function* (deadline) {
      yield* bluelet.shield(function* () {
        yield* bluelet.sleep(2);
        deadline.reset(60);
        yield* bluelet.sleep(1);
        log.push("saved", deadline.expired);
      }());
      yield* bluelet.sleep(60);
    });
    log.push(now());
  });
  assertEquals(log, ["saved", true, 3]);
});
