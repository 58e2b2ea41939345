import { assert, assertEquals } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { type Dice, forEachSeed, RUNS, settle } from "./seeds.ts";

const { Condition, Flag, Lock, Semaphore, select, withLock } = bluelet;

/** Where a holder-to-be is: the model's view of it. */
type Stage = "unstarted" | "waiting" | "granted" | "holding" | "leaving" | "ended";

interface Client {
  readonly id: number;
  readonly gate: bluelet.Flag;
  thread: bluelet.Thread | null;
  stage: Stage;
  killed: boolean;
}

/**
 * The sequential model of a lock or a semaphore: permits, a line, and the run queue's order of what is going to
 * happen. A thread waits for the permit, then for its gate, then releases.
 */
class PermitModel {
  line: Client[] = [];
  readonly holders = new Set<Client>();
  #queue: Client[] = [];

  constructor(public permits: number) {}

  /** The thread of `client` is in the run queue. */
  ready(client: Client): void {
    this.#queue.push(client);
  }

  /** A permit is free: the longest waiter has it at once. */
  release(): void {
    const next = this.line.shift();
    if (next === undefined) {
      this.permits++;
      return;
    }
    next.stage = "granted";
    this.holders.add(next);
    this.ready(next);
  }

  tryAcquire(): boolean {
    if (this.permits === 0) return false;
    this.permits--;
    return true;
  }

  openGate(client: Client): void {
    if (client.stage !== "holding") return;
    client.stage = "leaving";
    this.ready(client);
  }

  kill(client: Client): void {
    client.killed = true;
    if (client.stage === "waiting") {
      this.line = this.line.filter((each) => each !== client);
      client.stage = "ended";
    }
    this.openGate(client);
  }

  /** Everything that is ready runs until it waits. */
  settle(): void {
    for (let client; (client = this.#queue.shift()) !== undefined;) {
      if (client.stage === "unstarted") this.#start(client);
      else if (client.stage === "granted") this.#hold(client);
      else if (client.stage === "leaving") this.#leave(client);
    }
  }

  #start(client: Client): void {
    if (client.killed) client.stage = "ended";
    else if (this.tryAcquire()) {
      this.holders.add(client);
      this.#hold(client);
    } else {
      client.stage = "waiting";
      this.line.push(client);
    }
  }

  #hold(client: Client): void {
    client.stage = "holding";
    // A permit that was handed over is held all the same, so that it can be released.
    if (client.killed || client.gate.isSet) this.#leave(client);
  }

  #leave(client: Client): void {
    client.stage = "ended";
    this.holders.delete(client);
    this.release();
  }
}

interface Tally {
  unstarted: number;
  waiting: number;
  granted: number;
  holding: number;
}

function* client(lock: bluelet.Lock | bluelet.Semaphore, way: number, each: Client, inside: Set<Client>) {
  function* hold() {
    inside.add(each);
    try {
      yield* each.gate.wait();
    } finally {
      inside.delete(each);
    }
  }
  if (way === 0) return yield* withLock(lock, hold());
  if (way === 1) yield* lock.acquire();
  else yield* select({ lock: lock.acquire(), never: new Flag().wait() });
  try {
    yield* hold();
  } finally {
    lock.release();
  }
}

function* play(
  dice: Dice,
  lock: bluelet.Lock | bluelet.Semaphore,
  permits: number,
  tally: Tally,
): bluelet.Coroutine {
  const model = new PermitModel(permits);
  const inside = new Set<Client>();
  const clients: Client[] = [];
  let held = 0; // by this thread
  for (let batch = 0; batch < 15; batch++) {
    for (let actions = 1 + dice.below(5); actions > 0; actions--) {
      // Those who were given the lock this very moment are few, and of most interest.
      const granted = clients.filter((each) => each.stage === "granted");
      const among = granted.length > 0 && dice.oneIn(2) ? granted : clients;
      const any = among.length > 0 ? dice.pick(among) : null;
      switch (dice.below(8)) {
        case 0:
        case 1:
        case 2: {
          const each: Client = {
            id: clients.length,
            gate: new Flag(),
            thread: null,
            stage: "unstarted",
            killed: false,
          };
          each.thread = yield* bluelet.spawn(client, lock, dice.below(3), each, inside);
          clients.push(each);
          model.ready(each);
          break;
        }
        case 3:
          if (any === null || any.gate.isSet) break;
          any.gate.set();
          model.openGate(any);
          break;
        case 4:
        case 5:
          if (any === null || any.killed || any.stage === "ended" || any.stage === "leaving") break;
          tally[any.stage]++;
          model.kill(any);
          any.thread!.kill();
          break;
        case 6:
          if (held > 0 && lock instanceof Lock) break;
          assertEquals(lock.tryAcquire(), model.permits > 0);
          if (model.tryAcquire()) held++;
          break;
        default:
          if (held === 0) break;
          held--;
          lock.release();
          model.release();
      }
    }
    yield* settle();
    model.settle();
    const ids = (set: Iterable<Client>) => [...set].map((each) => each.id).sort((a, b) => a - b);
    assertEquals(ids(inside), ids(model.holders));
    if (lock instanceof Semaphore) assertEquals(lock.value, model.permits);
    else assertEquals(lock.locked, model.permits === 0);
    for (const each of clients) {
      assertEquals([each.id, each.thread!.ended], [each.id, each.stage === "ended"]);
    }
  }
  for (; held > 0; held--) lock.release();
  for (const each of clients) yield* bluelet.kill(each.thread!);
  if (lock instanceof Semaphore) assertEquals(lock.value, permits);
  else assertEquals(lock.locked, false);
}

function assertHit(tally: Tally): void {
  if (RUNS >= 100) assert(Object.values(tally).every((count) => count > RUNS / 20), JSON.stringify(tally));
}

Deno.test("Lock does what its model does, at random, with kills before, in, and just after the line", async () => {
  const tally = { unstarted: 0, waiting: 0, granted: 0, holding: 0 };
  await forEachSeed((dice) => play(dice, new Lock(), 1, tally));
  assertHit(tally);
});

Deno.test("Semaphore does what its model does, at random, with kills before, in, and just after the line", async () => {
  const tally = { unstarted: 0, waiting: 0, granted: 0, holding: 0 };
  await forEachSeed((dice) => {
    const permits = 1 + dice.below(3);
    return play(dice, new Semaphore(permits), permits, tally);
  });
  assertHit(tally);
});

Deno.test("Condition.wait ends with the lock held, under random schedules, kills, timeouts and notifications", async () => {
  let ends = 0;
  await forEachSeed(function* (dice) {
    const condition = new Condition();
    const threads: bluelet.Thread[] = [];
    for (let id = 0; id < 4; id++) {
      threads.push(
        yield* bluelet.spawn(function* () {
          while (true) {
            yield* condition.lock.acquire();
            try {
              if (dice.oneIn(2)) yield* condition.wait();
              else yield* bluelet.moveOnAfter(0, condition.wait());
            } finally {
              ends++;
              assert(condition.lock.owner === bluelet.current());
              condition.lock.release();
            }
            yield* bluelet.null();
          }
        }),
      );
    }
    for (let steps = 0; steps < 12; steps++) {
      for (let turns = dice.below(4); turns > 0; turns--) yield* bluelet.null();
      if (dice.oneIn(3)) dice.pick(threads).kill();
      if (dice.oneIn(2)) {
        yield* withLock(
          condition.lock,
          function* () {
            yield* bluelet.null();
            condition.notify(1 + dice.below(2));
          }(),
        );
      }
    }
    for (const thread of threads) yield* bluelet.kill(thread);
    assertEquals(condition.lock.locked, false);
  }, { shuffled: true });
  if (RUNS >= 100) assert(ends > RUNS);
});

Deno.test("Pool gives every place back, and never more than it has, under random schedules and kills", async () => {
  await forEachSeed(function* (dice) {
    const size = 1 + dice.below(3);
    const pool = new bluelet.Pool(size);
    const threads: bluelet.Thread[] = [];
    let now = 0;
    function* job() {
      assert(++now <= size);
      try {
        for (let turns = dice.below(4); turns > 0; turns--) yield* bluelet.null();
      } finally {
        now--;
      }
    }
    for (let id = 0; id < 8; id++) {
      threads.push(
        yield* bluelet.spawn(function* () {
          threads.push(yield* pool.spawn(job));
        }),
      );
    }
    for (let steps = 0; steps < 10; steps++) {
      dice.pick(threads).kill();
      if (dice.oneIn(2)) yield* bluelet.null();
      assert(pool.active <= size);
    }
    yield* settle();
    yield* pool.join();
    assertEquals([pool.active, now], [0, 0]);
    assertEquals(
      yield* pool.map(function* (n) {
        return n;
      }, [1, 2, 3]),
      [1, 2, 3],
    );
  }, { shuffled: true });
});
