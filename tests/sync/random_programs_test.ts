/**
 * Random programs on two runs that share their primitives, with kills, deadlines, races and callbacks that throw.
 *
 * There is no model of what happens when: what is checked is what must hold however it happens. Nothing that was sent is
 * lost or doubled, nothing is held by nobody, nobody is left waiting, no promise is unhandled, and a run fails with the
 * errors that its own callbacks threw, and with nothing else.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { VirtualHost } from "../virtual_host.ts";
import { Dice, seeds } from "./seeds.ts";

/** The error of a callback of the program `run`. */
class InjectedError extends Error {
  readonly run: number;

  constructor(run: number) {
    super(`injected into run ${run}`);
    this.run = run;
  }
}

/** What threads of both runs use, and the account of what went through it. */
class World {
  readonly dice: Dice;
  readonly channel: bluelet.Channel<number>;
  readonly queue: bluelet.Queue<number>;
  readonly lock = new bluelet.Lock();
  readonly condition = new bluelet.Condition(this.lock);
  readonly semaphore: bluelet.Semaphore;
  readonly permits: number;
  readonly readersWriter = new bluelet.RWLock();
  readonly flag = new bluelet.Flag();
  readonly pool = new bluelet.Pool(2);
  readonly deferred = new bluelet.Deferred<number>({ outside: false });
  readonly limiter = new bluelet.RateLimiter(4, { burst: 2 });
  readonly broadcast = new bluelet.Broadcast<number>();
  /** A queue that may be closed at any time; what went in, and what came out, in this order. */
  readonly jobs: bluelet.Queue<number>;
  readonly jobsPut = new Set<number>();
  readonly jobsGot: number[] = [];
  /** What was sent to the broadcast for sure, what may have been, and what came of each subscription. */
  readonly published = new Set<number>();
  readonly offered = new Set<number>();
  readonly subscriptions: { got: number[]; seen: Set<number> }[] = [];
  /** Every thread of both runs. */
  readonly threads: bluelet.Thread[] = [];
  /** What was sent for sure, and what was received, by the places that saw it. */
  readonly sent = new Set<number>();
  readonly received: number[] = [];
  /** How many hold the semaphore and the locks. */
  holders = 0;
  owners = 0;
  readers = 0;
  writers = 0;
  #ids = 0;

  constructor(dice: Dice) {
    this.dice = dice;
    this.channel = new bluelet.Channel(dice.below(3));
    this.queue = new bluelet.Queue(1 + dice.below(2));
    this.jobs = new bluelet.Queue(1 + dice.below(2), { order: (a, b) => b - a });
    this.permits = 1 + dice.below(2);
    this.semaphore = new bluelet.Semaphore(this.permits);
  }

  /** A value that was never sent before. */
  value(): number {
    return ++this.#ids;
  }

  /** Seconds that are shorter or longer than others. */
  seconds(): number {
    return this.dice.below(4) / 4;
  }
}

type Action = (world: World, run: number) => bluelet.Coroutine<unknown>;

const actions: Record<string, Action> = {
  *send(world) {
    const value = world.value();
    yield* world.channel.send(value);
    world.sent.add(value);
  },
  *receive(world) {
    world.received.push(yield* world.channel.receive());
  },
  *put(world) {
    const value = world.value();
    yield* world.queue.put(value);
    world.sent.add(value);
  },
  *get(world) {
    world.received.push(yield* world.queue.get());
    world.queue.taskDone();
  },
  *select(world) {
    const value = world.value(), other = world.value();
    const got = yield* bluelet.select({
      receive: world.channel.receive(),
      send: world.channel.send(value),
      put: world.queue.put(other),
      flag: world.flag.wait(),
      late: bluelet.sleep(world.seconds()),
    });
    if (got.case === "receive") world.received.push(got.value);
    if (got.case === "send") world.sent.add(value);
    if (got.case === "put") world.sent.add(other);
  },
  *race(world, run) {
    const got = yield* bluelet.race([
      world.channel.receive(),
      world.flag.wait(),
      bluelet.sleep(world.seconds()),
      careful(world, run, 1),
    ]);
    if (typeof got === "number") world.received.push(got);
  },
  *any(world) {
    const got = yield* bluelet.any([
      bluelet.promise(Promise.reject(new Error("does not count"))),
      world.queue.get(),
      world.channel.receive(),
      bluelet.sleep(world.seconds()),
    ]);
    if (typeof got !== "number") return;
    world.received.push(got);
    // Which of the two it came from does not matter: what was put is counted as done by `settle`.
  },
  *lock(world) {
    yield* bluelet.withLock(
      world.lock,
      function* () {
        assertEquals(++world.owners, 1);
        try {
          yield* bluelet.sleep(world.seconds());
        } finally {
          world.owners--;
        }
      }(),
    );
  },
  *condition(world) {
    yield* world.lock.acquire();
    try {
      assertEquals(++world.owners, 1);
      world.owners--;
      if (world.dice.oneIn(2)) world.condition.notify();
      else yield* world.condition.wait();
      assertEquals(++world.owners, 1, "the lock is held again");
      world.owners--;
    } finally {
      world.lock.release();
    }
  },
  *read(world) {
    yield* world.readersWriter.read();
    try {
      world.readers++;
      assertEquals(world.writers, 0);
      yield* bluelet.sleep(world.seconds());
    } finally {
      world.readers--;
      world.readersWriter.release();
    }
  },
  *write(world) {
    yield* world.readersWriter.write();
    try {
      assertEquals([++world.writers, world.readers], [1, 0]);
      yield* bluelet.sleep(world.seconds());
    } finally {
      world.writers--;
      world.readersWriter.release();
    }
  },
  *semaphore(world) {
    yield* world.semaphore.acquire();
    try {
      assert(++world.holders <= world.permits);
      yield* bluelet.sleep(world.seconds());
    } finally {
      world.holders--;
      world.semaphore.release();
    }
  },
  *flag(world) {
    if (world.dice.oneIn(2)) world.flag.set();
    else world.flag.clear();
    yield* world.flag.wait();
  },
  *scope(world, run) {
    yield* bluelet.scope(function* (scope) {
      for (let i = world.dice.below(3); i >= 0; i--) scope.spawn(careful, world, run, 1);
      yield* careful(world, run, 1);
      if (world.dice.oneIn(3)) scope.kill();
    });
  },
  *all(world, run) {
    const combinator = world.dice.pick([bluelet.all, bluelet.allSettled]);
    yield* combinator([careful(world, run, 1), careful(world, run, 1)]) as bluelet.Event<unknown>;
  },
  *pool(world, run) {
    const thread = yield* world.pool.spawn(careful, world, run, 1);
    yield* bluelet.join(thread);
  },
  *kill(world) {
    const thread = world.dice.pick(world.threads);
    if (thread.scheduler === bluelet.current().scheduler) yield* bluelet.kill(thread);
    else thread.kill();
  },
  *defer(world) {
    yield* bluelet.defer(function* () {
      yield* bluelet.sleep(world.seconds());
    });
    yield* bluelet.sleep(world.seconds());
  },
  *deferred(world) {
    if (world.dice.oneIn(4)) world.deferred.resolve(world.value());
    const value = yield* world.deferred.wait();
    assertEquals([value, world.deferred.settled], [yield* world.deferred.wait(), true]);
  },
  *limiter(world) {
    yield* world.limiter.acquire(1 + world.dice.below(2));
    if (world.dice.oneIn(2)) world.limiter.tryAcquire();
  },
  *publish(world) {
    const value = world.value();
    world.offered.add(value);
    if (world.dice.oneIn(2)) {
      yield* world.broadcast.send(value);
    } else {
      const got = yield* bluelet.select({
        sent: world.broadcast.send(value),
        late: bluelet.sleep(world.seconds()),
      });
      if (got.case === "late") return void world.offered.delete(value);
    }
    world.published.add(value);
  },
  *subscribe(world) {
    const overflow = world.dice.pick(["wait", "drop-oldest", "drop-newest", "close"] as const);
    const subscription = { got: [] as number[], seen: new Set(world.published) };
    const channel = yield* world.broadcast.subscribe({ capacity: 1 + world.dice.below(2), overflow });
    world.subscriptions.push(subscription);
    for (let i = world.dice.below(4); i > 0; i--) {
      subscription.got.push(yield* channel.receive());
      yield* bluelet.sleep(world.seconds() / 4);
    }
  },
  *every(world) {
    const ticks = yield* bluelet.every(0.1 + world.seconds(), { immediate: world.dice.oneIn(2) });
    let last = -1;
    for (let i = world.dice.below(4); i > 0; i--) {
      const tick = yield* ticks.receive();
      assert(tick > last);
      last = tick;
      yield* bluelet.sleep(world.seconds());
    }
  },
  *retry(world, run) {
    yield* bluelet.retry(function* (attempt) {
      yield* careful(world, run, 1);
      if (attempt < 3 && world.dice.oneIn(2)) throw new Error("again");
    }, { delay: world.seconds() });
  },
  *start(world, run) {
    const { value, thread } = yield* bluelet.start(function* (ready: (value: number) => void) {
      yield* bluelet.sleep(world.seconds());
      if (world.dice.oneIn(4)) return; // which is an error where it is waited for
      ready(7);
      yield* careful(world, run, 1);
    });
    assertEquals(value, 7);
    if (world.dice.oneIn(2)) yield* bluelet.join(thread);
  },
  *idle(world, run) {
    yield* bluelet.moveOnAfter(0.3, function* (deadline) {
      for (let i = world.dice.below(4); i > 0; i--) {
        yield* careful(world, run, 1);
        deadline.reset(world.seconds());
      }
    });
  },
  *bridge(world, run) {
    using callback = yield* bluelet.bridge();
    const called = callback(careful)(world, run, 1);
    if (world.dice.oneIn(2)) return void called.catch(() => {});
    yield* bluelet.promise(called);
  },
  *putJob(world) {
    const value = world.value();
    yield* world.jobs.put(value);
    world.jobsPut.add(value);
    if (world.dice.oneIn(20)) world.jobs.close();
  },
  *getJob(world) {
    const value = yield* world.jobs.get(null);
    if (value === null) return;
    world.jobsGot.push(value);
    world.jobs.taskDone();
  },
  *promise(world) {
    yield* bluelet.promise(
      world.dice.oneIn(2) ? Promise.resolve() : Promise.reject(new Error("of a promise")),
    );
  },
  *withdraw(world, run) {
    if (!world.dice.oneIn(10)) return;
    yield* bluelet.suspend(() => () => {
      throw new InjectedError(run);
    });
  },
  *onEnd(world, run) {
    if (!world.dice.oneIn(10)) return;
    const thread = yield* bluelet.spawn(
      bluelet.sleep(world.seconds())[Symbol.iterator]() as bluelet.Coroutine,
    );
    thread.onEnd(() => {
      throw new InjectedError(run);
    });
  },
};

/** Does a few things one after another, each under a deadline; lets nothing but its own kill end it. */
function* careful(world: World, run: number, steps: number): bluelet.Coroutine {
  const names = Object.keys(actions);
  for (let i = 0; i < steps; i++) {
    const action = actions[world.dice.pick(names)]!(world, run);
    try {
      yield* contained(world, action);
    } catch (error) {
      // What a callback or a check of ours threw belongs to the run.
      if (bluelet.isKill(error) || error instanceof InjectedError) throw error;
      if (error instanceof Error && error.name === "AssertionError") throw error;
    }
  }
}

function contained(world: World, action: bluelet.Coroutine<unknown>): bluelet.Event<unknown> {
  const seconds = world.seconds() + 0.1;
  const inTime = world.dice.oneIn(2)
    ? bluelet.moveOnAfter(seconds, action)
    : bluelet.timeout(seconds, action);
  if (world.dice.oneIn(6)) return bluelet.shield(inTime);
  if (world.dice.oneIn(6)) return bluelet.race([inTime, bluelet.sleep(world.seconds())]);
  return inTime;
}

function* root(world: World, run: number): bluelet.Coroutine {
  const count = 2 + world.dice.below(4);
  for (let i = 0; i < count; i++) world.threads.push(yield* bluelet.spawn(careful, world, run, 3));
}

/** The errors of a run, one by one. */
function errorsOf(outcome: PromiseSettledResult<unknown>): unknown[] {
  if (outcome.status === "fulfilled") return [];
  const flat = (error: unknown): unknown[] =>
    error instanceof AggregateError ? error.errors.flatMap(flat) : [error];
  return flat(outcome.reason);
}

/** What must hold when both runs have ended. */
async function settle(world: World, host: VirtualHost): Promise<void> {
  const { channel, queue } = world;
  assertEquals(world.threads.filter((thread) => !thread.ended), [], "threads are left");
  const left: number[] = [];
  for (let value; (value = channel.tryReceive()) !== undefined;) left.push(value);
  for (let value; (value = queue.tryGet()) !== undefined;) left.push(value);
  const arrived = [...world.received, ...left];
  assertEquals(new Set(arrived).size, arrived.length, "something was received twice");
  assertEquals(
    arrived.toSorted((a, b) => a - b),
    [...world.sent].sort((a, b) => a - b),
    "sent and received differ",
  );
  while (world.jobs.size > 0) {
    world.jobsGot.push(world.jobs.tryGet()!);
    world.jobs.taskDone();
  }
  assertEquals(
    world.jobsGot.toSorted((a, b) => a - b),
    [...world.jobsPut].sort((a, b) => a - b),
    "put and got differ",
  );
  await bluelet.run(world.jobs.join()[Symbol.iterator]() as bluelet.Coroutine, { host });
  assertEquals(world.broadcast.subscriptions, 0, "subscriptions are left");
  for (const { got, seen } of world.subscriptions) {
    assertEquals(new Set(got).size, got.length, "a subscription got something twice");
    for (const value of got) {
      assert(world.offered.has(value) && !seen.has(value), "it was not sent, or before");
    }
  }
  assertEquals(world.broadcast.trySend(0), true, "a subscription of somebody who has ended is full");
  assertEquals([world.holders, world.owners, world.readers, world.writers], [0, 0, 0, 0]);
  assertEquals(world.semaphore.value, world.permits, "permits are lost, or too many");
  assertEquals(world.lock.locked, false, "the lock is held by nobody");
  assertEquals(world.pool.active, 0, "places of the pool are taken by nobody");
  assertEquals(channel.trySend(0), channel.size === 1, "somebody who has ended receives");
  await bluelet.run(world.pool.join()[Symbol.iterator]() as bluelet.Coroutine, { host });
  assertEquals(host.alarms, 0, "alarms are left");
}

Deno.test("random programs on two runs that share their primitives lose nothing, double nothing, and leave nobody waiting", async () => {
  let unhandled: unknown = null;
  const noting = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unhandled ??= event.reason;
  };
  addEventListener("unhandledrejection", noting);
  try {
    for (const seed of seeds(500)) {
      const world = new World(new Dice(seed)), host = new VirtualHost();
      try {
        const outcomes = await Promise.allSettled([0, 1].map((run) => {
          const schedule = new Dice(-seed - run);
          const scheduler = new bluelet.Scheduler({ host, pick: (count) => schedule.below(count) });
          return scheduler.run(root(world, run));
        }));
        outcomes.forEach((outcome, run) => {
          for (const error of errorsOf(outcome)) {
            if (!(error instanceof InjectedError) || error.run !== run) throw error;
          }
        });
        await settle(world, host);
        await new Promise((resolve) => setTimeout(resolve));
        assertEquals(unhandled, null, "a rejection reached the process");
      } catch (error) {
        throw new Error(`with seed ${seed}: ${error instanceof Error ? error.message : error}`, {
          cause: error,
        });
      }
    }
  } finally {
    removeEventListener("unhandledrejection", noting);
  }
});
