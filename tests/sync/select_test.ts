import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { errorOf, once, settle } from "./seeds.ts";

const { aborted, abortSignal, Barrier, Channel, Condition, events, Flag, fromAsyncIterable, Lock, Pool } =
  bluelet;
const { Queue, RWLock, select, Semaphore, withLock, withSignal } = bluelet;

Deno.test("select results in the name and the value of the case that happened", async () => {
  await bluelet.run(function* () {
    const numbers = new Channel<number>(1);
    const stop = new Flag();
    yield* numbers.send(5);
    const got = yield* select({ number: numbers.receive(), stop: stop.wait() });
    assert(got.case === "number");
    const number: number = got.value; // the type of that case alone
    assertEquals(number, 5);
  }());
});

Deno.test("select over an array results in the place of the case", async () => {
  await bluelet.run(function* () {
    const channels = [1, 2, 3].map(() => new Channel<string>(1));
    yield* channels[1]!.send("b");
    assertEquals(yield* select(channels.map((channel) => channel.receive())), { case: 1, value: "b" });
  }());
});

Deno.test("select waits, takes what comes first, and leaves the other cases untouched", async () => {
  await bluelet.run(function* () {
    const a = new Channel<string>();
    const b = new Channel<string>();
    const chooser = yield* bluelet.spawn(once(select({ a: a.receive(), b: b.receive() })));
    yield* settle();
    assert(b.trySend("from b"));
    assert(!a.trySend("nobody waits at a any more"));
    assertEquals(yield* bluelet.join(chooser), { case: "b", value: "from b" });
    assert(!b.trySend("nor at b"));
  }());
});

Deno.test("select sends, too, and a value whose case was not chosen was not sent", async () => {
  await bluelet.run(function* () {
    const a = new Channel<number>();
    const b = new Channel<number>();
    const chooser = yield* bluelet.spawn(once(select({ a: a.send(1), b: b.send(2) })));
    yield* settle();
    assertEquals([a.tryReceive(), b.tryReceive()], [1, undefined]);
    assertEquals((yield* bluelet.join(chooser)).case, "a");
  }());
});

Deno.test("select: its own send and receive on one channel do not serve each other", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<string>();
    const both = (word: string) => select({ send: channel.send(word), receive: channel.receive() });
    const first = yield* bluelet.spawn(once(both("first")));
    yield* settle();
    assertEquals(first.state, "waiting");
    const second = yield* bluelet.spawn(once(both("second")));
    const results = [yield* bluelet.join(first), yield* bluelet.join(second)];
    const sent = results.findIndex((result) => result.case === "send");
    assertEquals(results[1 - sent], { case: "receive", value: ["first", "second"][sent]! });
  }());
});

Deno.test("select within select is told by the outer one, and does not serve itself either", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>();
    const inner = select({ receive: channel.receive() });
    const chooser = yield* bluelet.spawn(once(select({ send: channel.send(1), inner })));
    yield* settle();
    assertEquals(chooser.state, "waiting");
    assert(channel.trySend(2));
    assertEquals(yield* bluelet.join(chooser), { case: "inner", value: { case: "receive", value: 2 } });
  }());
});

Deno.test("select with a timer: what is ready beats even a timer of 0, and no timer stays behind", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>(1);
    assertEquals((yield* select({ late: bluelet.sleep(0), value: channel.receive() })).case, "late");
    assertEquals((yield* select({ idle: bluelet.null(), value: channel.receive() })).case, "idle");
    yield* channel.send(1);
    assertEquals((yield* select({ late: bluelet.sleep(0), value: channel.receive() })).case, "value");
    assertEquals((yield* select({ late: bluelet.sleep(0.001), value: channel.receive() })).case, "late");
    yield* channel.send(1);
    assertEquals((yield* select({ late: bluelet.sleep(1_000), value: channel.receive() })).case, "value");
    assertEquals(bluelet.current().scheduler.timers.size, 0);
  }());
});

Deno.test("select takes the lock for the thread that selects", async () => {
  await bluelet.run(function* () {
    const lock = new Lock();
    yield* lock.acquire();
    const other = yield* bluelet.spawn(function* other() {
      const got = yield* select({ lock: lock.acquire(), late: bluelet.sleep(5) });
      assertEquals(got.case, "lock");
      assertEquals(lock.owner, bluelet.current());
      lock.release();
    });
    yield* settle();
    lock.release();
    yield* bluelet.join(other);
  }());
});

Deno.test("select waits for ends of threads and for promises", async () => {
  await bluelet.run(function* () {
    const thread = yield* bluelet.spawn(function* () {
      yield* bluelet.null();
      return 42;
    });
    const never = new Promise<never>(() => {});
    assertEquals(yield* select({ thread: bluelet.join(thread), never: bluelet.promise(never) }), {
      case: "thread",
      value: 42,
    });
    assertEquals(
      (yield* select({ now: bluelet.promise(Promise.resolve(1)), never: new Channel().receive() })).case,
      "now",
    );
  }());
});

Deno.test("select throws the error of the case that failed, and the others are left", async () => {
  await bluelet.run(function* () {
    const closing = new Channel<number>();
    const other = new Channel<number>();
    const chooser = yield* bluelet.spawn(
      errorOf(select({ closing: closing.receive(), other: other.receive() })),
    );
    yield* settle();
    closing.close();
    assert((yield* bluelet.join(chooser)) instanceof bluelet.ChannelClosedError);
    assert(!other.trySend(1));
  }());
});

Deno.test("select of a queue that is full puts nothing, nor counts it, if another case happens", async () => {
  await bluelet.run(function* () {
    const queue = new Queue<number>(1);
    yield* queue.put(1);
    assertEquals((yield* select({ put: queue.put(2), idle: bluelet.null() })).case, "idle");
    yield* queue.get();
    queue.taskDone();
    yield* queue.join();
    assertEquals(queue.size, 0);
  }());
});

Deno.test("select: a kill withdraws every case", async () => {
  await bluelet.run(function* () {
    const a = new Channel<number>();
    const b = new Channel<number>();
    const flag = new Flag();
    const chooser = yield* bluelet.spawn(once(select({ a: a.receive(), b: b.send(1), flag: flag.wait() })));
    yield* settle();
    yield* bluelet.kill(chooser);
    assertEquals([a.trySend(1), b.tryReceive()], [false, undefined]);
    flag.set();
  }());
});

Deno.test("select starves no case: of two that are always ready, each is taken about half the time", async () => {
  await bluelet.run(function* () {
    const a = new Channel<number>(1_000);
    const b = new Channel<number>(1_000);
    for (let i = 0; i < 1_000; i++) {
      yield* a.send(i);
      yield* b.send(i);
    }
    const taken = { a: 0, b: 0 };
    for (let i = 0; i < 1_000; i++) taken[(yield* select({ a: a.receive(), b: b.receive() })).case]++;
    assert(taken.a > 400 && taken.b > 400, JSON.stringify(taken));
  }());
});

Deno.test("select with `ordered` takes the first case, as written, that is ready", async () => {
  await bluelet.run(function* () {
    const urgent = new Channel<number>(10);
    const other = new Channel<number>(10);
    for (let i = 0; i < 10; i++) {
      yield* urgent.send(i);
      yield* other.send(i);
    }
    for (let i = 0; i < 10; i++) {
      const got = yield* select({ urgent: urgent.receive(), other: other.receive() }, { ordered: true });
      assertEquals(got, { case: "urgent", value: i });
    }
  }());
});

Deno.test("select makes equal choices in equal runs", async () => {
  const choices = () =>
    bluelet.run(function* () {
      const a = new Channel<number>(50);
      const b = new Channel<number>(50);
      let taken = "";
      for (let i = 0; i < 50; i++) {
        a.trySend(i);
        b.trySend(i);
      }
      for (let i = 0; i < 50; i++) taken += (yield* select({ a: a.receive(), b: b.receive() })).case;
      return taken;
    }());
  assertEquals(await choices(), await choices());
});

Deno.test("select refuses what is no event, and what does more than wait, at the call", () => {
  assertThrows(() => select({}), TypeError, "needs a case");
  assertThrows(() => select(null as never), TypeError, "got null");
  assertThrows(() => select({ a: once(bluelet.null()) as never }), TypeError, "spawn a coroutine");
  const condition = new Condition();
  const refused: Record<string, bluelet.Event<unknown>> = {
    call: bluelet.call(once(bluelet.null())),
    timeout: bluelet.timeout(1, bluelet.null()),
    moveOnAfter: bluelet.moveOnAfter(1, bluelet.null()),
    shield: bluelet.shield(bluelet.null()),
    scope: bluelet.scope(() => once(bluelet.null())),
    all: bluelet.all([]),
    allSettled: bluelet.allSettled([]),
    any: bluelet.any([bluelet.null()]),
    race: bluelet.race([bluelet.null()]),
    end: bluelet.end(),
    defer: bluelet.defer(() => {}),
    withLock: withLock(new Lock(), bluelet.null()),
    wait: condition.wait(),
    map: new Pool(1).map(() => once(bluelet.null()), []),
    events: events(new EventTarget(), "x"),
    abortSignal: abortSignal(),
    withSignal: withSignal(new AbortController().signal, bluelet.null()),
    fromAsyncIterable: fromAsyncIterable(ReadableStream.from([1])),
  };
  for (const [name, event] of Object.entries(refused)) {
    assertThrows(() => select({ [name]: event }), TypeError, `case "${name}"`);
    assertThrows(() => select({ inner: select([bluelet.null()]), [name]: event }), TypeError, `"${name}"`);
  }
});

Deno.test("select: every event that only waits is a case", async () => {
  await bluelet.run(function* () {
    const never = () => bluelet.sleep(Infinity);
    const flag = new Flag();
    flag.set();
    const full = new Channel<number>(1);
    full.trySend(1);
    const queue = new Queue<number>();
    queue.tryPut(7);
    const lock = new Lock(), other = new Lock(), shared = new RWLock(), writing = new RWLock();
    const pool = new Pool(2);
    const done = yield* bluelet.spawn(once(bluelet.null()));
    const victim = yield* bluelet.spawn(once(never()));
    const cases: [string, bluelet.Event<unknown>][] = [
      ["value", new bluelet.ValueEvent(1)],
      ["spawn", bluelet.spawn(() => once(bluelet.null()))],
      ["join", bluelet.join(done)],
      ["kill", bluelet.kill(victim)],
      ["sleep", bluelet.sleep(0.001)],
      ["null", bluelet.null()],
      ["promise", bluelet.promise(Promise.resolve(1))],
      ["suspend", bluelet.suspend((resume) => resume(1))],
      ["flag", flag.wait()],
      ["receive", full.receive()],
      ["send", full.send(2)],
      ["put", queue.put(1)],
      ["get", queue.get()],
      ["acquire", lock.acquire()],
      ["semaphore", new Semaphore(1).acquire()],
      ["read", shared.read()],
      ["write", writing.write()],
      ["barrier", new Barrier(1).wait()],
      ["pool.spawn", pool.spawn(() => once(bluelet.null()))],
      ["pool.available", pool.available()],
      ["pool.join", new Pool(1).join()],
      ["queue.join", new Queue().join()],
      ["aborted", aborted(AbortSignal.abort("x"))],
      ["select", select({ other: other.acquire() })],
    ];
    for (const [name, event] of cases) {
      assertEquals((yield* select({ [name]: event, never: never() })).case, name);
    }
    assert([lock, other].every(({ owner }) => owner === bluelet.current()));
    for (const held of [lock, other, shared, writing]) held.release();
    try {
      yield* select({ itself: bluelet.join(bluelet.current()) });
      assert(false, "joining oneself must throw");
    } catch (error) {
      assert(error instanceof TypeError && error.message.includes("join itself"), String(error));
    }
  }());
});

Deno.test("select: a deadlock report says what each case waits for", async () => {
  const error = await assertRejects(() =>
    bluelet.run(function* () {
      const jobs = new Channel<number>(0, { name: "jobs" });
      const stop = new Flag({ name: "stop" });
      yield* select({ job: jobs.receive(), quit: stop.wait() });
    }()), bluelet.DeadlockError);
  assert(
    error.message.includes('a value from channel "jobs" (job); flag "stop" to be set (quit)'),
    error.message,
  );
});

Deno.test("select on a full channel: its own send does not take the room that its receive makes", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>(1);
    yield* channel.send(1);
    const got = yield* select({ send: channel.send(2), receive: channel.receive() }, { ordered: true });
    assertEquals(got, { case: "receive", value: 1 });
    assertEquals([channel.size, channel.tryReceive()], [0, undefined]);
  }());
});
