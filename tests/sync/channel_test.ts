import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { errorOf, once, settle } from "./seeds.ts";

const { Channel, ChannelClosedError } = bluelet;

Deno.test("Channel, a rendezvous: the sender goes on only when its value was received", async () => {
  const log: string[] = [];
  await bluelet.run(function* () {
    const channel = new Channel<number>();
    yield* bluelet.spawn(function* () {
      yield* channel.send(1);
      log.push("sent");
    });
    yield* settle();
    log.push("nobody received yet");
    assertEquals(yield* channel.receive(), 1);
    yield* settle();
  }());
  assertEquals(log, ["nobody received yet", "sent"]);
});

Deno.test("Channel with a capacity: senders wait only while it is full", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>(2);
    yield* channel.send(1);
    yield* channel.send(2);
    assertEquals([channel.size, channel.capacity], [2, 2]);
    const third = yield* bluelet.spawn(once(channel.send(3)));
    yield* settle();
    assertEquals(third.state, "waiting");
    assertEquals(yield* channel.receive(), 1);
    assertEquals(channel.size, 2); // the third moved up
    yield* settle();
    assertEquals(third.state, "done");
  }());
});

Deno.test("Channel serves senders and receivers in the order in which they came", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>();
    const senders = [0, 1, 2].map((n) => channel.send(n));
    for (const sender of senders) yield* bluelet.spawn(once(sender));
    yield* settle();
    const got: number[] = [];
    for (let i = 0; i < 3; i++) got.push(yield* channel.receive());
    assertEquals(got, [0, 1, 2]);

    const order: [number, number][] = [];
    for (let i = 0; i < 3; i++) {
      yield* bluelet.spawn(function* () {
        order.push([i, yield* channel.receive()]);
      });
    }
    yield* settle();
    for (let i = 0; i < 3; i++) yield* channel.send(10 + i);
    yield* settle();
    assertEquals(order, [[0, 10], [1, 11], [2, 12]]);
  }());
});

Deno.test("Channel.send and receive, the events, may be yielded as often as one likes, by either spelling", async () => {
  await bluelet.run(function* (): bluelet.Coroutine {
    const channel = new Channel<string>(4);
    const send = channel.send("x");
    const receive = channel.receive();
    yield send;
    yield* send;
    assertEquals([yield receive, yield* receive], ["x", "x"]);
  }());
});

Deno.test("Channel.trySend and tryReceive never wait", async () => {
  await bluelet.run(function* () {
    const rendezvous = new Channel<number>();
    assertEquals([rendezvous.trySend(1), rendezvous.tryReceive()], [false, undefined]);
    const receiver = yield* bluelet.spawn(once(rendezvous.receive()));
    yield* settle();
    assertEquals([rendezvous.trySend(2), rendezvous.trySend(3)], [true, false]);
    assertEquals(yield* bluelet.join(receiver), 2);
    yield* bluelet.spawn(once(rendezvous.send(4)));
    yield* settle();
    assertEquals([rendezvous.tryReceive(), rendezvous.tryReceive()], [4, undefined]);

    const buffered = new Channel<number>(1);
    assertEquals([buffered.trySend(5), buffered.trySend(6)], [true, false]);
    assertEquals([buffered.tryReceive(), buffered.tryReceive()], [5, undefined]);
  }());
});

Deno.test("Channel.close lets out what is buffered, then ends receivers and refuses all four verbs", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>(2, { name: "numbers" });
    yield* channel.send(1);
    yield* channel.send(2);
    channel.close();
    channel.close();
    assert(channel.closed);
    assertThrows(() => channel.trySend(3), ChannelClosedError, 'channel "numbers"');
    assertEquals([yield* channel.receive(), yield* channel.receive(null)], [1, 2]);
    assertEquals(yield* channel.receive(null), null);
    assertThrows(() => channel.tryReceive(), ChannelClosedError, 'channel "numbers"');
    for (const event of [channel.send(4), channel.receive()]) {
      assert((yield* errorOf(event)) instanceof ChannelClosedError);
    }
  }());
});

Deno.test("Channel.close tells senders and receivers that wait, each in its own way", async () => {
  await bluelet.run(function* () {
    const full = new Channel<number>();
    const sender = full.send(1);
    const empty = new Channel<number>();
    const [sent, received, ended] = yield* bluelet.allSettled([
      sender,
      empty.receive(),
      empty.receive("end"),
      function* () {
        yield* settle();
        full.close();
        empty.close();
      }(),
    ]);
    assert(sent.status === "rejected" && sent.reason instanceof ChannelClosedError);
    assert(received.status === "rejected" && received.reason instanceof ChannelClosedError);
    assertEquals(ended, { status: "fulfilled", value: "end" });
    assertEquals(full.size, 0);
  }());
});

Deno.test("Channel.receive with an end value takes any, undefined too, and tells 0 from its end", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number | undefined>(3);
    yield* channel.send(0);
    yield* channel.send(undefined);
    channel.close();
    const end = Symbol("end");
    const got: unknown[] = [];
    for (let value; (value = yield* channel.receive(end)) !== end;) got.push(value);
    assertEquals(got, [0, undefined]);
    assertEquals(yield* channel.receive(undefined), undefined);
    assertEquals(yield* channel.receive(NaN), NaN);
  }());
});

Deno.test("Channel.fail throws its error once what is buffered is out, also past an end value", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>(1);
    yield* channel.send(1);
    channel.fail(new RangeError("producer broke"));
    assertEquals(yield* channel.receive(null), 1);
    const error = yield* errorOf(channel.receive(null));
    assert(error instanceof RangeError && error.message === "producer broke");
  }());
});

Deno.test("Channel, with `using`, is closed at the end of the block, and says so once", async () => {
  let closed = 0;
  const ended = await bluelet.run(function* () {
    let reader;
    {
      using channel = new Channel<number>(0, { onClose: () => closed++ });
      reader = yield* bluelet.spawn(once(channel.receive("end")));
      yield* settle();
    }
    return yield* bluelet.join(reader);
  }());
  assertEquals([ended, closed], ["end", 1]);
});

Deno.test("Channel refuses a capacity that is none", () => {
  for (const capacity of [-1, 1.5, NaN, "3" as unknown as number]) {
    assertThrows(() => new Channel(capacity), RangeError, "capacity");
  }
});

Deno.test("Channel: a receiver that timed out leaves no ghost, and the next item goes to the next receiver", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>();
    assertEquals(yield* bluelet.moveOnAfter(0, channel.receive()), undefined);
    const next = yield* bluelet.spawn(once(channel.receive()));
    yield* settle();
    yield* channel.send(7);
    assertEquals(yield* bluelet.join(next), 7);
  }());
});

Deno.test("Channel: a sender that was killed has not sent, and the others stay in order", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>(1);
    yield* channel.send(0);
    const threads = [];
    for (let i = 1; i <= 4; i++) threads.push(yield* bluelet.spawn(once(channel.send(i))));
    yield* settle();
    yield* bluelet.kill(threads[1]!);
    const got: number[] = [];
    for (let i = 0; i < 4; i++) got.push(yield* channel.receive());
    assertEquals(got, [0, 1, 3, 4]);
    assertEquals([channel.size, channel.tryReceive()], [0, undefined]);
  }());
});

Deno.test("Channel: a value that was handed over in the same tick as the kill is not lost", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<string>();
    const got: string[] = [];
    const receiver = yield* bluelet.spawn(function* () {
      got.push(yield* channel.receive());
      yield* bluelet.null();
      got.push("never");
    });
    yield* settle();
    yield* channel.send("kept");
    yield* bluelet.kill(receiver);
    assertEquals([got, receiver.state], [["kept"], "killed"]);
  }());
});

Deno.test("Channel: a deadlock report names each channel and what is missing there", async () => {
  const error = await assertRejects(() =>
    bluelet.run(function* () {
      const jobs = new Channel<number>(0, { name: "jobs" });
      const results = new Channel<number>(1, { name: "results" });
      const nameless = new Channel<number>();
      yield* results.send(1);
      yield* bluelet.spawn(function* producer() {
        yield* jobs.send(1);
      });
      yield* bluelet.spawn(function* worker() {
        yield* results.send(2);
      });
      yield* bluelet.spawn(function* idler() {
        yield* nameless.receive();
      });
    }()), bluelet.DeadlockError);
  assert(error.message.includes('"producer" (#2)') || error.message.includes('#2 "producer"'), error.message);
  assert(error.message.includes('a receiver at channel "jobs"'), error.message);
  assert(error.message.includes('room in channel "results" (1 of 1 taken)'), error.message);
  assert(error.message.includes("a value from channel-1"), error.message);
});

Deno.test("Channel: numbers of nameless ones count from 1 in each run", async () => {
  for (let i = 0; i < 2; i++) {
    const error = await assertRejects(
      () => bluelet.run(once(new Channel().receive())),
      bluelet.DeadlockError,
    );
    assert(error.message.includes("channel-1"), error.message);
  }
});

Deno.test("Channel.trySend from outside wakes a thread of a run that something holds open", async () => {
  const channel = new Channel<string>();
  const got = bluelet.run(function* () {
    const release = bluelet.current().scheduler.hold();
    try {
      return yield* channel.receive();
    } finally {
      release();
    }
  }());
  await new Promise((resolve) => setTimeout(resolve, 2));
  assert(channel.trySend("from outside"));
  assertEquals(await got, "from outside");
});
