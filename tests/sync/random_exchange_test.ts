import { assert, assertEquals } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { type Case, ExchangeModel, type Operation } from "./exchange_model.ts";
import { type Dice, forEachSeed, RUNS, settle } from "./seeds.ts";

const { Channel, ChannelClosedError, Flag, ThreadKilledError, select } = bluelet;

/** What the dice made happen, over all seeds: a test whose kills never hit anything would prove nothing. */
interface Tally {
  unstarted: number;
  waiting: number;
  ready: number;
  completed: number;
}

/** The library's channels and flags beside the model's, and the same done to both. */
class Pair {
  readonly #dice: Dice;
  readonly #tally: Tally;
  readonly #model: ExchangeModel;
  readonly #channels: bluelet.Channel<number>[];
  readonly #flags: bluelet.Flag[];
  readonly #threads = new Map<Operation, bluelet.Thread>();
  /** What really came of each operation, as its thread noted. */
  readonly #actual = new Map<Operation, string>();
  #unstarted: Operation[] = [];
  #ids = 0;

  constructor(dice: Dice, tally: Tally, channels: number, flags: number) {
    this.#dice = dice;
    this.#tally = tally;
    const capacities = Array.from({ length: channels }, () => dice.pick([0, 0, 1, 3]));
    this.#model = new ExchangeModel(capacities, flags);
    this.#channels = capacities.map((capacity) => new Channel<number>(capacity));
    this.#flags = Array.from({ length: flags }, () => new Flag());
  }

  /** Does a few things without letting a thread run, then lets all of them run, and compares. */
  *batch(): bluelet.Coroutine {
    for (let actions = 1 + this.#dice.below(6); actions > 0; actions--) yield* this.#act();
    yield* settle();
    for (const operation of this.#unstarted) {
      if (operation.outcome === null) this.#model.perform(operation, this.#actual.get(operation));
    }
    this.#unstarted = [];
    this.#compare();
  }

  *#act(): bluelet.Coroutine {
    const dice = this.#dice;
    const channel = dice.below(this.#channels.length);
    switch (dice.below(12)) {
      case 0:
        return this.#same(
          this.#model.trySend(channel, ++this.#ids),
          () => this.#channels[channel]!.trySend(this.#ids),
        );
      case 1:
        return this.#same(this.#model.tryReceive(channel), () => this.#channels[channel]!.tryReceive());
      case 2:
      case 3:
      case 4:
        return this.#kill();
      case 5:
        if (!dice.oneIn(8)) return;
        this.#model.close(channel);
        return this.#channels[channel]!.close();
      case 6:
        if (this.#flags.length === 0) return;
        return this.#toggle(dice.below(this.#flags.length));
      default:
        return yield* this.#spawn();
    }
  }

  #toggle(flag: number): void {
    if (this.#model.flags[flag]!.isSet) {
      this.#model.clear(flag);
      this.#flags[flag]!.clear();
    } else {
      this.#model.set(flag);
      this.#flags[flag]!.set();
    }
  }

  /** The same comes of what both did at once. */
  #same(expected: unknown, act: () => unknown): void {
    let actual: unknown;
    try {
      actual = act();
    } catch (error) {
      if (!(error instanceof ChannelClosedError)) throw error;
      actual = "closed";
    }
    assertEquals(actual, expected);
  }

  *#spawn(): bluelet.Coroutine {
    const dice = this.#dice;
    const isSelect = this.#flags.length > 0 && !dice.oneIn(3);
    const ordered = dice.oneIn(2);
    let cases = Array.from({ length: isSelect ? 1 + dice.below(4) : 1 }, () => this.#case(isSelect));
    // Twice in one line in an order left to chance: the model could not know which of the two comes first.
    if (!ordered) cases = cases.filter((each, i) => cases.findIndex((other) => isAlike(each, other)) === i);
    const operation: Operation = {
      id: ++this.#ids,
      cases,
      select: isSelect,
      ordered,
      outcome: null,
      waiting: false,
      ready: false,
    };
    const events = cases.map((each) => this.#event(each));
    this.#threads.set(operation, yield* bluelet.spawn(this.#thread(operation, events)));
    this.#unstarted.push(operation);
  }

  #case(inSelect: boolean): Case {
    const dice = this.#dice;
    if (inSelect && dice.oneIn(12)) return { kind: "idle" };
    if (this.#flags.length > 0 && dice.oneIn(5)) {
      return { kind: "flag", flag: dice.below(this.#flags.length) };
    }
    const channel = dice.below(this.#channels.length);
    if (dice.oneIn(2)) return { kind: "send", channel, value: ++this.#ids };
    return { kind: "receive", channel, ends: dice.oneIn(2) };
  }

  #event(each: Case): bluelet.Event<unknown> {
    if (each.kind === "idle") return bluelet.null();
    if (each.kind === "flag") return this.#flags[each.flag]!.wait();
    const channel = this.#channels[each.channel]!;
    if (each.kind === "send") return channel.send(each.value);
    return each.ends ? channel.receive("end") : channel.receive();
  }

  *#thread(operation: Operation, events: bluelet.Event<unknown>[]): bluelet.Coroutine {
    try {
      const { ordered } = operation;
      const got = operation.select
        ? yield* select(events, { ordered })
        : { case: 0, value: yield* events[0]! };
      this.#actual.set(operation, `${got.case}:${got.value}`);
    } catch (error) {
      if (error instanceof ChannelClosedError) this.#actual.set(operation, "closed");
      else if (error instanceof ThreadKilledError) this.#actual.set(operation, "killed");
      else throw error;
    }
  }

  #kill(): void {
    const alive = [...this.#threads].filter(([, thread]) => !thread.ended);
    if (alive.length === 0) return;
    const [operation, thread] = this.#dice.pick(alive);
    if (operation.outcome === "killed") return;
    this.#tally[operation.waiting ? "waiting" : operation.ready ? "ready" : "unstarted"]++;
    this.#model.kill(operation);
    thread.kill();
  }

  #compare(): void {
    for (const [operation, thread] of this.#threads) {
      const actual = this.#actual.get(operation) ?? (thread.state === "killed" ? "killed" : null);
      assertEquals([operation.id, thread.ended, actual], [
        operation.id,
        !operation.waiting,
        operation.outcome,
      ]);
      if (thread.ended) {
        this.#threads.delete(operation);
        this.#tally.completed++;
      }
    }
    for (const [i, { buffer, closed }] of this.#model.channels.entries()) {
      assertEquals([this.#channels[i]!.size, this.#channels[i]!.closed], [buffer.length, closed]);
    }
  }

  /** Ends all that still waits. */
  end(): void {
    for (const thread of this.#threads.values()) thread.kill();
  }
}

/** Whether both would wait in the same line. */
function isAlike(a: Case, b: Case): boolean {
  const line = ({ kind, ...where }: Case) => `${kind} ${"channel" in where ? where.channel : ""}`;
  return line(a) === line(b);
}

function assertHit(tally: Tally): void {
  if (RUNS >= 100) assert(Object.values(tally).every((count) => count > RUNS / 10), JSON.stringify(tally));
}

Deno.test("Channel does what its model does, at random, with kills of waiting, ready and unstarted threads", async () => {
  const tally = { unstarted: 0, waiting: 0, ready: 0, completed: 0 };
  await forEachSeed(function* (dice) {
    const pair = new Pair(dice, tally, 1, 0);
    for (let i = 0; i < 12; i++) yield* pair.batch();
    pair.end();
  });
  assertHit(tally);
});

Deno.test("select does what its model does, at random, over channels, flags and idle cases, with kills", async () => {
  const tally = { unstarted: 0, waiting: 0, ready: 0, completed: 0 };
  await forEachSeed(function* (dice) {
    const pair = new Pair(dice, tally, 3, 1);
    for (let i = 0; i < 12; i++) yield* pair.batch();
    pair.end();
  });
  assertHit(tally);
});

/** Values that were sent, and where each was received: by whom, and in which order. */
class Ledger {
  readonly sent = new Set<number>();
  readonly received = new Map<number, number[]>();

  receive(receiver: number, value: number): void {
    let values = this.received.get(receiver);
    if (values === undefined) this.received.set(receiver, values = []);
    values.push(value);
  }
}

/** The sender of a value, and its place among that sender's. */
const tag = (sender: number, place: number) => sender * 1_000 + place;

function* sender(
  channels: bluelet.Channel<number>[],
  id: number,
  ledger: Ledger,
  dice: Dice,
): bluelet.Coroutine {
  for (let place = 0; place < 8; place++) {
    const value = tag(id, place);
    if (channels.length > 1 && dice.oneIn(2)) yield* select(channels.map((channel) => channel.send(value)));
    else yield* dice.pick(channels).send(value);
    ledger.sent.add(value);
  }
}

function* receiver(
  channels: bluelet.Channel<number>[],
  id: number,
  ledger: Ledger,
  dice: Dice,
): bluelet.Coroutine {
  while (true) {
    const got = dice.oneIn(2)
      ? (yield* select(channels.map((channel) => channel.receive()))).value
      : yield* bluelet.moveOnAfter(0, dice.pick(channels).receive());
    if (got !== undefined) ledger.receive(id, got);
    else yield* bluelet.null();
  }
}

Deno.test("Channel and select lose and double nothing under random schedules, kills and timeouts", async () => {
  let received = 0, killed = 0;
  await forEachSeed(function* (dice) {
    const channels = [0, dice.below(4)].map((capacity) => new Channel<number>(capacity));
    const ledger = new Ledger();
    const threads: bluelet.Thread[] = [];
    for (let id = 0; id < 4; id++) {
      threads.push(yield* bluelet.spawn(sender, channels, id, ledger, dice));
      threads.push(yield* bluelet.spawn(receiver, channels, id, ledger, dice));
    }
    for (let kills = dice.below(5); kills > 0; kills--) {
      for (let turns = dice.below(10); turns > 0; turns--) yield* bluelet.null();
      const victim = dice.pick(threads);
      if (victim.ended) continue;
      victim.kill();
      killed++;
    }
    for (let turns = 0; turns < 40; turns++) yield* bluelet.null();
    for (const thread of threads) yield* bluelet.kill(thread);

    const buffered: number[] = [];
    for (const channel of channels) {
      for (let value; (value = channel.tryReceive()) !== undefined;) buffered.push(value);
    }
    const all = [...ledger.received.values()].flat();
    received += all.length;
    assertEquals([...all, ...buffered].sort((a, b) => a - b), [...ledger.sent].sort((a, b) => a - b));
  }, { shuffled: true });
  if (RUNS >= 100) assert(received > RUNS && killed > RUNS / 10, `${received} received, ${killed} killed`);
});

Deno.test("Channel keeps the order of each sender for each receiver, under random schedules and kills", async () => {
  await forEachSeed(function* (dice) {
    const channel = new Channel<number>(dice.below(4));
    const ledger = new Ledger();
    const threads: bluelet.Thread[] = [];
    for (let id = 0; id < 3; id++) {
      threads.push(yield* bluelet.spawn(sender, [channel], id, ledger, dice));
      threads.push(yield* bluelet.spawn(receiver, [channel], id, ledger, dice));
    }
    for (let turns = dice.below(30); turns > 0; turns--) yield* bluelet.null();
    dice.pick(threads).kill();
    for (let turns = 0; turns < 30; turns++) yield* bluelet.null();
    for (const thread of threads) yield* bluelet.kill(thread);
    for (const values of ledger.received.values()) {
      for (let id = 0; id < 3; id++) {
        const ofSender = values.filter((value) => Math.floor(value / 1_000) === id);
        assertEquals(ofSender, [...ofSender].sort((a, b) => a - b));
      }
    }
  }, { shuffled: true });
});
