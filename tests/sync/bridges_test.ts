import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { TextLineStream } from "@std/streams";
import * as bluelet from "../../mod.ts";
import { errorOf, settle } from "./seeds.ts";

const { Channel, ChannelClosedError } = bluelet;

function* count(channel: bluelet.Channel<number>, to: number) {
  for (let n = 1; n <= to; n++) yield* channel.send(n);
  channel.close();
}

function* collect<T>(channel: bluelet.Channel<T>) {
  const all: T[] = [];
  const end = Symbol("end");
  for (let value; (value = yield* channel.receive(end)) !== end;) all.push(value as T);
  return all;
}

Deno.test("toReadableStream gives what is sent, in order, and ends with the channel", async () => {
  const got = await bluelet.run(function* () {
    const channel = new Channel<number>();
    yield* bluelet.spawn(count, channel, 3);
    return yield* bluelet.promise(Array.fromAsync(bluelet.toReadableStream(channel)));
  }());
  assertEquals(got, [1, 2, 3]);
});

Deno.test("toReadableStream takes a value only when it is asked for one", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>();
    const reader = bluelet.toReadableStream(channel).getReader();
    const sender = yield* bluelet.spawn(count, channel, 2);
    yield* bluelet.sleep(0.002);
    assertEquals(sender.state, "waiting"); // and that was not taken for a deadlock
    assertEquals(yield* bluelet.promise(reader.read()), { done: false, value: 1 });
    yield* bluelet.promise(reader.cancel());
    yield* settle();
  }()).catch((error) => assert(error instanceof ChannelClosedError, String(error)));
});

Deno.test("toReadableStream that is cancelled closes the channel, so that senders are told", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>();
    const stream = bluelet.toReadableStream(channel);
    const sending = yield* bluelet.spawn(errorOf(channel.send(1)));
    yield* settle();
    yield* bluelet.promise(stream.cancel());
    assert((yield* bluelet.join(sending)) instanceof ChannelClosedError);
  }());
});

Deno.test("toReadableStream fails with the channel's error", async () => {
  const boom = new Error("producer broke");
  await bluelet.run(function* () {
    const channel = new Channel<number>();
    const reading = bluelet.toReadableStream(channel).getReader().read();
    yield* settle();
    channel.fail(boom);
    assertStrictEquals(yield* errorOf(bluelet.promise(reading)), boom);
  }());
});

/** Everything that is a bridge while it is open: what it is made of, and what closes it. */
const bridges: Record<string, (channel: bluelet.Channel<number>) => () => Promise<unknown>> = {
  "toReadableStream, not read": (channel) => {
    const stream = bluelet.toReadableStream(channel);
    return () => stream.cancel();
  },
  "toReadableStream, read": (channel) => {
    const reader = bluelet.toReadableStream(channel).getReader();
    reader.read().catch(() => {});
    return () => reader.cancel();
  },
  "toWritableStream": (channel) => {
    const stream = bluelet.toWritableStream(channel);
    return () => stream.abort("enough");
  },
  "toAsyncIterable, asked": (channel) => {
    const values = bluelet.toAsyncIterable(channel);
    void values.next();
    return () => values.return!();
  },
};

for (const [name, open] of Object.entries(bridges)) {
  Deno.test(`${name}: while it is open nothing is a deadlock, whoever waits; when it is closed, it is`, async () => {
    let closed = false;
    await assertRejects(() =>
      bluelet.run(function* () {
        const close = open(new Channel<number>());
        // By what the outside does next; no timer of this run is set, and none of its threads waits for a promise.
        let turns = 20;
        const later = () => {
          if (turns-- > 0) return void setTimeout(later);
          closed = true;
          void close();
        };
        later();
        yield* new Channel<number>().receive();
      }()), bluelet.DeadlockError);
    assert(closed);
  });
}

Deno.test("a reader of toReadableStream is told that the run has ended", async () => {
  let reading: Promise<unknown> | undefined;
  await bluelet.run(function* () {
    reading = bluelet.toReadableStream(new Channel<number>()).getReader().read();
    reading.catch(() => {});
    yield* bluelet.sleep(0.001); // the stream asks a little later
    bluelet.current().run.kill();
  }()).catch(() => {});
  await assertRejects(() => reading!, bluelet.ThreadKilledError);
});

Deno.test("toAsyncIterable: after return() nothing is taken, and what was asked for is done", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>();
    const values = bluelet.toAsyncIterable(channel);
    const pending = [values.next(), values.next()];
    const done = { done: true, value: undefined } as const;
    assertEquals(yield* bluelet.promise(values.return!()), done);
    for (const each of pending) assertEquals(yield* bluelet.promise(each), done);
    assertEquals(channel.trySend(1), false, "nobody receives any more");
    const asked = values.next();
    assertEquals(channel.trySend(1), false, "nobody receives after the end");
    assertEquals(yield* bluelet.promise(asked), done);
  }());
});

Deno.test("toAsyncIterable: the channel's end ends all that were asked for", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>();
    const values = bluelet.toAsyncIterable(channel);
    const pending = [values.next(), values.next(), values.next()];
    yield* channel.send(1);
    channel.close();
    const results = yield* bluelet.promise(Promise.all(pending));
    assertEquals(results.map(({ done }) => done), [false, true, true]);
  }());
});

Deno.test("a bridge leads to the run in which it was made, though another is on its scheduler", async () => {
  const scheduler = new bluelet.Scheduler();
  const stop = new bluelet.Flag();
  const release = scheduler.hold(); // the flag is set from outside
  const other = scheduler.run(function* () {
    yield* stop.wait();
    return bluelet.current().run.threads.length;
  }());
  let reading: Promise<unknown> | undefined;
  const failed = new Error("of the run with the bridge");
  await assertRejects(
    () =>
      scheduler.run(function* () {
        reading = bluelet.toReadableStream(new Channel<number>()).getReader().read();
        reading.catch(() => {});
        yield* bluelet.sleep(0.001);
        throw failed;
      }()),
    Error,
    "of the run with the bridge",
  );
  await assertRejects(() => reading!, bluelet.ThreadKilledError);
  stop.set();
  release();
  assertEquals(await other, 1);
});

Deno.test("toReadableStream may be read after the run has ended, up to what was buffered", async () => {
  const stream = await bluelet.run(function* () {
    const channel = new Channel<number>(1);
    yield* channel.send(1);
    return bluelet.toReadableStream(channel);
  }());
  const reader = stream.getReader();
  assertEquals(await reader.read(), { done: false, value: 1 });
  await assertRejects(() => reader.read(), bluelet.ThreadKilledError);
});

Deno.test("toWritableStream sends each chunk, waits for room, and closes the channel at its end", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>(1);
    const writer = bluelet.toWritableStream(channel).getWriter();
    const first = writer.write(1), second = writer.write(2);
    yield* bluelet.promise(first);
    let written = false;
    second.then(() => written = true);
    yield* bluelet.sleep(0.001);
    assertEquals(written, false);
    const closed = writer.close();
    assertEquals(yield* collect(channel), [1, 2]);
    yield* bluelet.promise(closed);
  }());
});

Deno.test("toWritableStream that is aborted fails the channel with the reason", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>();
    const reason = new Error("given up");
    const aborted = bluelet.toWritableStream(channel).abort(reason);
    assertStrictEquals(yield* errorOf(channel.receive(null)), reason);
    yield* bluelet.promise(aborted);
  }());
});

Deno.test("toWritableStream of a channel that was closed from inside fails the write", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>();
    const writer = bluelet.toWritableStream(channel).getWriter();
    const writing = writer.write(1);
    writer.closed.catch(() => {});
    yield* settle();
    channel.close();
    assert((yield* errorOf(bluelet.promise(writing))) instanceof ChannelClosedError);
  }());
});

Deno.test("toAsyncIterable: a loop that is left leaves the channel to others", async () => {
  await bluelet.run(function* () {
    const channel = new Channel<number>();
    async function first(values: AsyncIterable<number>) {
      for await (const value of values) return value;
      return undefined;
    }
    const got = first(bluelet.toAsyncIterable(channel));
    yield* bluelet.spawn(count, channel, 3);
    assertEquals(yield* bluelet.promise(got), 1);
    assertEquals(yield* collect(channel), [2, 3]);
  }());
});

Deno.test("A bridge that was closed no longer holds off the deadlock report", async () => {
  await assertRejects(() =>
    bluelet.run(function* () {
      const values = bluelet.toAsyncIterable(new Channel<number>());
      yield* bluelet.promise(values.return!());
      yield* new Channel<number>().receive();
    }()), bluelet.DeadlockError);
});

Deno.test("fromAsyncIterable brings a stream's values, through transforms of the standard library too", async () => {
  const lines = await bluelet.run(function* () {
    const text = ReadableStream.from(["one\ntw", "o\nthree"]).pipeThrough(new TextLineStream());
    return yield* collect(yield* bluelet.fromAsyncIterable(text, 2));
  }());
  assertEquals(lines, ["one", "two", "three"]);
});

Deno.test("fromAsyncIterable: the source's error reaches the receiver, not the scope", async () => {
  async function* broken() {
    yield 1;
    await Promise.resolve();
    throw new RangeError("source broke");
  }
  await bluelet.run(function* () {
    const channel = yield* bluelet.fromAsyncIterable(broken());
    assertEquals(yield* channel.receive(), 1);
    const error = yield* errorOf(channel.receive(null));
    assert(error instanceof RangeError, String(error));
  }());
});

Deno.test("fromAsyncIterable cancels its stream when the coroutine ends, also in the middle of a read", async () => {
  let cancelled = 0;
  const endless = () =>
    new ReadableStream<number>({
      pull: (controller) => cancelled === 0 ? controller.enqueue(1) : undefined,
      cancel: () => void cancelled++,
    }, { highWaterMark: 0 });
  const silent = () => new ReadableStream<number>({ cancel: () => void cancelled++ });
  await bluelet.run(function* () {
    yield* bluelet.call(function* () {
      const channel = yield* bluelet.fromAsyncIterable(endless());
      yield* channel.receive();
    });
    yield* bluelet.call(function* () {
      yield* bluelet.fromAsyncIterable(silent());
      yield* bluelet.sleep(0.001);
    });
  }());
  assertEquals(cancelled, 2);
});

Deno.test("fromAsyncIterable stops a generator where it stands, and asks for nothing in advance", async () => {
  const log: string[] = [];
  async function* source() {
    try {
      for (let n = 0;; n++) {
        log.push(`asked for ${n}`);
        yield n;
      }
    } finally {
      log.push("stopped");
    }
  }
  await bluelet.run(function* () {
    const channel = yield* bluelet.fromAsyncIterable(source());
    yield* channel.receive();
    yield* bluelet.sleep(0.002);
    channel.close();
    yield* bluelet.sleep(0.002);
  }());
  assertEquals(log, ["asked for 0", "asked for 1", "stopped"]);
});

Deno.test("events: what a target dispatches, in order, until the coroutine ends; then nobody listens", async () => {
  const target = new EventTarget();
  const tell = (detail: number) => target.dispatchEvent(new CustomEvent("tick", { detail }));
  let channel: bluelet.Channel<CustomEvent<number>> | undefined;
  await bluelet.run(function* () {
    channel = yield* bluelet.events<CustomEvent<number>>(target, "tick");
    tell(1);
    tell(2);
    assertEquals([(yield* channel.receive()).detail, (yield* channel.receive()).detail], [1, 2]);
    tell(3);
  }());
  tell(4);
  assertEquals([channel!.closed, channel!.size], [true, 1]);
});

Deno.test("events: an open channel is never taken for a deadlock, a closed one is", async () => {
  const target = new EventTarget();
  setTimeout(() => target.dispatchEvent(new Event("go")), 3);
  await bluelet.run(function* () {
    const channel = yield* bluelet.events(target, "go");
    assertEquals((yield* channel.receive()).type, "go");
  }());
  await assertRejects(() =>
    bluelet.run(function* () {
      (yield* bluelet.events(target, "go")).close();
      yield* new Channel().receive();
    }()), bluelet.DeadlockError);
});

Deno.test("events with a capacity drops what comes when it is full", async () => {
  const target = new EventTarget();
  await bluelet.run(function* () {
    const channel = yield* bluelet.events(target, "x", { capacity: 2 });
    for (let i = 0; i < 5; i++) target.dispatchEvent(new Event("x"));
    assertEquals(channel.size, 2);
  }());
});

Deno.test("aborted results in the reason, at once if it was aborted before", async () => {
  await bluelet.run(function* () {
    const controller = new AbortController();
    const waiting = yield* bluelet.spawn(function* () {
      return yield* bluelet.aborted(controller.signal);
    });
    yield* settle();
    controller.abort("reason");
    assertEquals(yield* bluelet.join(waiting), "reason");
    assertEquals(yield* bluelet.aborted(controller.signal), "reason");
  }());
});

Deno.test("withSignal kills its task, waits for its clean-up, and throws the reason", async () => {
  const log: string[] = [];
  await bluelet.run(function* () {
    const controller = new AbortController();
    const reason = new Error("stop it");
    const task = bluelet.withSignal(
      controller.signal,
      function* () {
        try {
          yield* bluelet.sleep(Infinity);
        } finally {
          yield* bluelet.null();
          log.push("cleaned up");
        }
      }(),
    );
    const thread = yield* bluelet.spawn(errorOf(task));
    yield* settle();
    controller.abort(reason);
    assertStrictEquals(yield* bluelet.join(thread), reason);
    assertEquals(log, ["cleaned up"]);
  }());
});

Deno.test("withSignal results in its task's value, throws its error, and refuses a signal that was aborted", async () => {
  await bluelet.run(function* () {
    const { signal } = new AbortController();
    assertEquals(yield* bluelet.withSignal(signal, new bluelet.ValueEvent(1)), 1);
    const boom = new Error("boom");
    assertStrictEquals(yield* errorOf(bluelet.withSignal(signal, new bluelet.ExceptionEvent(boom))), boom);
    const late = AbortSignal.abort(boom);
    assertStrictEquals(yield* errorOf(bluelet.withSignal(late, bluelet.sleep(Infinity))), boom);
  }());
});

Deno.test("abortSignal is aborted when its coroutine ends, by a kill too", async () => {
  await bluelet.run(function* () {
    let signal: AbortSignal | undefined;
    const thread = yield* bluelet.spawn(function* () {
      signal = yield* bluelet.abortSignal();
      yield* bluelet.sleep(Infinity);
    });
    yield* settle();
    assertEquals(signal!.aborted, false);
    yield* bluelet.kill(thread);
    assertEquals(signal!.aborted, true);
  }());
});
