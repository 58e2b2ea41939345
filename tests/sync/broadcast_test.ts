import { assert, assertEquals, assertInstanceOf, assertRejects, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { caught, play } from "../virtual_host.ts";
import { Dice, errorOf, once, seeds, settle } from "./seeds.ts";

const { Broadcast, ChannelClosedError } = bluelet;

/** Everything that `channel` holds. */
function held<T>(channel: bluelet.Channel<T>): T[] {
  const all: T[] = [];
  while (channel.size > 0) all.push(channel.tryReceive()!);
  return all;
}

Deno.test("Broadcast sends each value to all who have subscribed, in order, from then on", async () => {
  await play(function* () {
    const broadcast = new Broadcast<number>();
    yield* broadcast.send(0); // to nobody
    const first = yield* broadcast.subscribe();
    yield* broadcast.send(1);
    const second = yield* broadcast.subscribe();
    assertEquals([broadcast.trySend(2), broadcast.subscriptions], [true, 2]);
    assertEquals([held(first), held(second)], [[1, 2], [2]]);
    const waiting = yield* bluelet.spawn(once(second.receive()));
    yield* settle();
    yield* broadcast.send(3);
    assertEquals([yield* bluelet.join(waiting), held(first)], [3, [3]]);
  });
});

Deno.test("Broadcast: undefined and null are values like any other, for each overflow", async () => {
  await play(function* () {
    for (const overflow of ["wait", "drop-oldest", "drop-newest", "close"] as const) {
      const broadcast = new Broadcast<undefined | null>();
      const channel = yield* broadcast.subscribe({ capacity: 2, overflow });
      for (const value of [undefined, null]) yield* broadcast.send(value);
      assertEquals([yield* channel.receive(), yield* channel.receive()], [undefined, null]);
    }
  });
});

Deno.test("Broadcast, overflow: drop-oldest keeps the last, drop-newest the first, close ends the subscription", async () => {
  await play(function* () {
    const broadcast = new Broadcast<number>();
    const subscribe = (overflow: bluelet.Overflow) => broadcast.subscribe({ capacity: 2, overflow });
    const last = yield* subscribe("drop-oldest"), first = yield* subscribe("drop-newest");
    const strict = yield* subscribe("close");
    for (let i = 0; i < 5; i++) assertEquals(broadcast.trySend(i), true);
    assertEquals([held(last), held(first), strict.closed, broadcast.subscriptions], [
      [3, 4],
      [0, 1],
      true,
      2,
    ]);
    assertEquals([yield* strict.receive(), yield* strict.receive(null), yield* strict.receive(null)], [
      0,
      1,
      null,
    ]);
    assertInstanceOf(yield* caught(strict.receive()), ChannelClosedError);
  });
});

Deno.test("Broadcast, overflow wait: the sender waits until all have room, and then all get the value in one moment", async () => {
  await play(function* () {
    const broadcast = new Broadcast<number>();
    const slow = yield* broadcast.subscribe({ capacity: 1 }),
      slower = yield* broadcast.subscribe({ capacity: 1 });
    const quick = yield* broadcast.subscribe();
    yield* broadcast.send(1);
    assertEquals(broadcast.trySend(2), false);
    const sender = yield* bluelet.spawn(once(broadcast.send(2)));
    yield* settle();
    assertEquals(sender.state, "waiting");
    yield* slow.receive();
    assertEquals([sender.state, slow.size, quick.size], ["waiting", 0, 1]);
    yield* slower.receive();
    assertEquals([sender.state, slow.size, slower.size, quick.size], ["ready", 1, 1, 2]);
  });
});

Deno.test("Broadcast: senders are served first come, first served, and a newcomer does not pass them", async () => {
  await play(function* () {
    const broadcast = new Broadcast<number>();
    const channel = yield* broadcast.subscribe({ capacity: 1 });
    for (let i = 0; i < 4; i++) yield* bluelet.spawn(once(broadcast.send(i)));
    yield* settle();
    const got: number[] = [];
    for (let i = 0; i < 4; i++) {
      assertEquals(broadcast.trySend(9), false);
      got.push(yield* channel.receive());
    }
    assertEquals(got, [0, 1, 2, 3]);
  });
});

Deno.test("Broadcast: a sender that is killed while it waits has sent to nobody", async () => {
  await play(function* () {
    const broadcast = new Broadcast<number>();
    const full = yield* broadcast.subscribe({ capacity: 1 }), other = yield* broadcast.subscribe();
    yield* broadcast.send(1);
    assertEquals(yield* bluelet.moveOnAfter(1, broadcast.send(2)), undefined);
    const got = yield* bluelet.select({ sent: broadcast.send(3), late: bluelet.sleep(1) });
    assertEquals(got.case, "late");
    yield* full.receive();
    yield* broadcast.send(4);
    assertEquals([held(full), held(other)], [[4], [1, 4]]);
  });
});

Deno.test("Broadcast: a subscription ends with its coroutine, killed too, or when it is closed; senders that waited go on", async () => {
  await play(function* () {
    const broadcast = new Broadcast<number>();
    const subscriber = yield* bluelet.spawn(function* () {
      yield* broadcast.subscribe({ capacity: 1 });
      yield* bluelet.sleep(Infinity);
    });
    yield* settle();
    yield* broadcast.send(1);
    const sender = yield* bluelet.spawn(once(broadcast.send(2)));
    yield* settle();
    assertEquals([sender.state, broadcast.subscriptions], ["waiting", 1]);
    yield* bluelet.kill(subscriber);
    assertEquals([broadcast.subscriptions], [0]);
    yield* bluelet.join(sender);
    {
      using _channel = yield* broadcast.subscribe({ capacity: 1 });
      yield* broadcast.send(3);
    }
    assertEquals(broadcast.trySend(4), true);
    for (let i = 0; i < 10_000; i++) (yield* broadcast.subscribe()).close();
    assertEquals(broadcast.subscriptions, 0);
  });
});

Deno.test("Broadcast.close: what is held can be received, then comes the end; senders are told; later subscriptions are closed", async () => {
  await play(function* () {
    const broadcast = new Broadcast<number>({ name: "news" });
    const channel = yield* broadcast.subscribe({ capacity: 1 });
    yield* broadcast.send(1);
    const sender = yield* bluelet.spawn(errorOf(broadcast.send(2)));
    yield* settle();
    broadcast.close();
    broadcast[Symbol.dispose]();
    assertEquals(broadcast.closed, true);
    assertInstanceOf(yield* bluelet.join(sender), ChannelClosedError);
    assertInstanceOf(yield* errorOf(broadcast.send(3)), ChannelClosedError);
    assertThrows(() => broadcast.trySend(3), ChannelClosedError, 'broadcast "news"');
    assertEquals([yield* channel.receive(null), yield* channel.receive(null)], [1, null]);
    const late = yield* broadcast.subscribe();
    assertEquals([late.closed, yield* late.receive(null)], [true, null]);
  });
});

Deno.test("Broadcast: a thread that selects between sending and receiving does neither twice, and holds up nobody", async () => {
  for (const ordered of [true, false]) {
    for (let round = 0; round < 20; round++) {
      await play(function* () {
        const broadcast = new Broadcast<string>();
        const channel = yield* broadcast.subscribe({ capacity: 1 });
        yield* broadcast.send("first");
        const other = yield* bluelet.spawn(once(broadcast.send("other")));
        yield* settle();
        // The receive makes room, which its own send must not take.
        const got = yield* bluelet.select({ send: broadcast.send("own"), receive: channel.receive() }, {
          ordered,
        });
        assertEquals(got, { case: "receive", value: "first" });
        yield* bluelet.join(other);
        assertEquals(held(channel), ["other"]);
      });
    }
  }
  await play(function* () {
    const broadcast = new Broadcast<string>();
    const channel = yield* broadcast.subscribe({ capacity: 1 });
    const cases = { receive: channel.receive(), send: broadcast.send("own") };
    assertEquals((yield* bluelet.select(cases, { ordered: true })).case, "send");
    assertEquals(yield* bluelet.select(cases, { ordered: true }), { case: "receive", value: "own" });
  });
});

Deno.test("Broadcast: a deadlock report says who is full", async () => {
  const error = await assertRejects(() =>
    play(function* () {
      const broadcast = new Broadcast<number>({ name: "news" });
      yield* broadcast.subscribe();
      const full = yield* broadcast.subscribe({ capacity: 1 });
      yield* bluelet.spawn(function* reader() {
        for (;;) yield* (yield* broadcast.subscribe()).receive();
      });
      yield* broadcast.send(1);
      yield* broadcast.send(2);
      full.close();
    }), bluelet.DeadlockError);
  assert(error.message.includes('room in 1 of the 3 subscriptions of broadcast "news"'), error.message);
  assert(error.message.includes('a value from subscription "news"'), error.message);
});

Deno.test("Broadcast refuses capacities and overflows that mean nothing, and a subscription as a case", () => {
  const broadcast = new Broadcast<number>();
  for (const capacity of [0, -1, 1.5, NaN]) {
    assertThrows(() => broadcast.subscribe({ capacity }), RangeError, "capacity");
  }
  assertThrows(() => broadcast.subscribe({ overflow: "drop" as "wait" }), TypeError, "drop-oldest");
  assertThrows(() => bluelet.select([broadcast.subscribe()]), TypeError, "opens a channel");
});

Deno.test("Broadcast to 1,000 subscriptions that all make senders wait takes linear time", async () => {
  const each = (subscriptions: number) =>
    bluelet.run(function* (): bluelet.Coroutine<number> {
      const broadcast = new Broadcast<number>();
      const sends = 200_000 / subscriptions;
      for (let i = 0; i < subscriptions; i++) {
        yield* bluelet.spawn(function* () {
          const channel = yield* broadcast.subscribe({ capacity: 1 });
          for (let n = 0; n < sends; n++) yield* channel.receive();
        });
      }
      yield* settle();
      const start = performance.now();
      for (let n = 0; n < sends; n++) yield* broadcast.send(n);
      return performance.now() - start;
    }());
  await each(100);
  const few = Math.min(await each(20), await each(20));
  const many = Math.min(await each(1_000), await each(1_000));
  assert(many < 5 * few, `${few} ms with 20, ${many} ms with 1,000`);
});

Deno.test("Broadcast, random: all see the same values in the same order; what was sent is there for who waits, and what was not is nowhere", async () => {
  for (const seed of seeds(300)) {
    const dice = new Dice(seed), schedule = new Dice(-seed);
    const scheduler = new bluelet.Scheduler({ pick: (count) => schedule.below(count) });
    const sent = new Set<number>(), begun = new Set<number>();
    const seen: number[][] = [];
    await scheduler.run(function* () {
      const broadcast = new Broadcast<number>();
      const readers: bluelet.Thread[] = [], senders: bluelet.Thread[] = [];
      for (let i = 0; i < 3; i++) {
        const mine: number[] = [];
        seen.push(mine);
        readers.push(
          yield* bluelet.spawn(function* () {
            const channel = yield* broadcast.subscribe({ capacity: 1 + dice.below(2) });
            for (let value; (value = yield* channel.receive(null)) !== null;) {
              mine.push(value);
              for (let turns = dice.below(3); turns > 0; turns--) yield* bluelet.null();
            }
          }),
        );
      }
      yield* settle();
      for (let i = 0; i < 4; i++) {
        senders.push(
          yield* bluelet.spawn(function* () {
            for (let n = 0; n < 5; n++) {
              const value = 10 * i + n;
              begun.add(value);
              if (dice.oneIn(3)) {
                const got = yield* bluelet.select({ sent: broadcast.send(value), late: bluelet.null() });
                if (got.case === "sent") sent.add(value);
              } else {
                yield* broadcast.send(value);
                sent.add(value);
              }
            }
          }),
        );
      }
      for (let turns = dice.below(20); turns > 0; turns--) yield* bluelet.null();
      if (dice.oneIn(2)) yield* bluelet.kill(dice.pick(senders));
      if (dice.oneIn(2)) yield* bluelet.kill(readers.pop()!);
      for (const sender of senders) yield* caught(bluelet.join(sender));
      broadcast.close();
    }());
    const [one, two] = seen as [number[], number[]];
    assertEquals(one, two, `seed ${seed}`);
    assertEquals([...sent].filter((value) => !one.includes(value)), [], `seed ${seed}: lost`);
    assertEquals(one.filter((value) => !begun.has(value)), [], `seed ${seed}: made up`);
    assertEquals(one.length, sent.size, `seed ${seed}: sent by nobody`);
    assertEquals(seen[2]!, one.slice(0, seen[2]!.length), `seed ${seed}: the one that was killed`);
  }
});
