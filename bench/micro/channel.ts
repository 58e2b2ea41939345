/**
 * Channels: one thread sends numbers, another receives and adds them up.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";
import { micro } from "../micro.ts";
import { Effect, effectName, Queue } from "../peers/effect.ts";
import { createQueue, effectionName, type Operation, run, spawn, until } from "../peers/effection.ts";
import { gevent, go } from "../peers/processes.ts";
import { awaitNull } from "./switch.ts";

const CAPACITY = 64;
const RESOLVED = Promise.resolve();

function* sender(channel: bluelet.Channel<number>, count: number): bluelet.Coroutine {
  for (let number = 0; number < count; number++) yield channel.send(number);
}

function* receiver(channel: bluelet.Channel<number>, count: number): bluelet.Coroutine<number> {
  let total = 0;
  for (let received = 0; received < count; received++) total += yield channel.receive();
  return total;
}

function* delegatingSender(channel: bluelet.Channel<number>, count: number): bluelet.Coroutine {
  for (let number = 0; number < count; number++) yield* channel.send(number);
}

function* delegatingReceiver(channel: bluelet.Channel<number>, count: number): bluelet.Coroutine<number> {
  let total = 0;
  for (let received = 0; received < count; received++) total += yield* channel.receive();
  return total;
}

function* yielding(capacity: number, count: number): bluelet.Coroutine<number> {
  const channel = new bluelet.Channel<number>(capacity);
  yield bluelet.spawn(sender(channel, count));
  return yield receiver(channel, count);
}

function* delegating(capacity: number, count: number): bluelet.Coroutine<number> {
  const channel = new bluelet.Channel<number>(capacity);
  yield* bluelet.spawn(delegatingSender(channel, count));
  return yield* bluelet.call(delegatingReceiver(channel, count));
}

/** The platform's own channel: whoever writes waits for the reader. */
async function throughStream(capacity: number, count: number): Promise<number> {
  const { readable, writable } = new TransformStream<number, number>(
    undefined,
    { highWaterMark: Math.max(capacity, 1) },
    { highWaterMark: 0 },
  );
  const sent = writeAll(writable.getWriter(), count);
  let total = 0;
  for await (const number of readable) total += number;
  await sent;
  return total;
}

async function writeAll(writer: WritableStreamDefaultWriter<number>, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    await writer.ready;
    writer.write(number);
  }
  await writer.close();
}

const effectSender = Effect.fnUntraced(function* (queue: Queue.Queue<number>, count: number) {
  for (let number = 0; number < count; number++) yield* Queue.offer(queue, number);
});

const effectParent = Effect.fnUntraced(function* (capacity: number, count: number) {
  const queue = yield* Queue.bounded<number>(capacity);
  yield* Effect.forkChild(effectSender(queue, count));
  let total = 0;
  for (let received = 0; received < count; received++) total += yield* Queue.take(queue);
  return total;
});

type EffectionQueue = ReturnType<typeof createQueue<number, void>>;

// Effection's queues have no bound: the sender stops by itself where a bounded one would have stopped it.
function* effectionSender(
  queue: EffectionQueue,
  count: number,
): Operation<void> {
  for (let number = 0; number < count; number++) {
    queue.add(number);
    if (number % CAPACITY === CAPACITY - 1) yield* until(RESOLVED);
  }
}

function* effectionParent(count: number): Operation<number> {
  const queue = createQueue<number, void>();
  yield* spawn(() => effectionSender(queue, count));
  let total = 0;
  for (let received = 0; received < count; received++) {
    const item = yield* queue.next();
    if (!item.done) total += item.value;
  }
  return total;
}

const sum = (count: number) => count * (count - 1) / 2;

export const rendezvous = micro({
  name: "rendezvous",
  title: "Channel, rendezvous",
  per: "a number that one thread hands to another",
  expected: sum,
  contenders: {
    "Bluelet, yield": (count) => bluelet.run(yielding(0, count)),
    "Bluelet, yield*": (count) => bluelet.run(delegating(0, count)),
    "await null (yardstick)": awaitNull,
    "TransformStream": (count) => throughStream(0, count),
    [`${effectName} Queue.bounded(0)`]: (count) => Effect.runPromise(effectParent(0, count)),
    "Go, one core": go("rendezvous"),
    "gevent Channel": gevent("rendezvous"),
  },
  reference: "await null (yardstick)",
  goals: [
    { ours: "Bluelet, yield", than: "await null (yardstick)", atMost: 150 / 22 },
    { ours: "Bluelet, yield", than: "Go, one core", atMost: 1 },
  ],
});

export const buffered = micro({
  name: "buffered",
  title: `Channel, ${CAPACITY} places`,
  per: "a number sent and received",
  expected: sum,
  contenders: {
    "Bluelet, yield": (count) => bluelet.run(yielding(CAPACITY, count)),
    "Bluelet, yield*": (count) => bluelet.run(delegating(CAPACITY, count)),
    "await null (yardstick)": awaitNull,
    "TransformStream": (count) => throughStream(CAPACITY, count),
    [`${effectName} Queue.bounded`]: (count) => Effect.runPromise(effectParent(CAPACITY, count)),
    [`${effectionName} createQueue`]: (count) => Promise.resolve(run(() => effectionParent(count))),
    "Go, one core": go("buffered"),
    "gevent Queue": gevent("buffered"),
  },
  reference: "await null (yardstick)",
});
