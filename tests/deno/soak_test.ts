/**
 * A soak on real sockets: a server and many clients, with kills, resets, deadlines and races in the middle of everything.
 * No byte may be lost, doubled or reordered; memory and descriptors stay level.
 *
 *     BLUELET_SECONDS=300 deno test -P tests/deno/soak_test.ts
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { lacks } from "../requirements.ts";
import { Dice } from "../sync/seeds.ts";

const SECONDS = Number(granted("BLUELET_SECONDS") ?? 3);
const CLIENTS = 40;

function granted(name: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable: name });
  return state === "granted" ? Deno.env.get(name) : undefined;
}

/** The byte at `place` of the stream that `seed` names. Neighbours differ, so that a byte that is missing shows. */
function byteAt(seed: number, place: number): number {
  return seed + place * 131 + (place >> 8) & 0xff;
}

function pattern(seed: number, from: number, size: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = byteAt(seed, from + i);
  return bytes;
}

/** Follows one stream, and counts what it saw of all of them. */
class Follower {
  static bytes = 0;
  place = 0;
  readonly #seed: number;

  constructor(seed: number) {
    this.#seed = seed;
  }

  take(bytes: Uint8Array): void {
    for (const byte of bytes) {
      if (byte !== byteAt(this.#seed, this.place)) {
        throw new Error(`byte ${this.place} of stream ${this.#seed} is ${byte}`);
      }
      this.place++;
    }
    Follower.bytes += bytes.length;
  }
}

/** What happened, so that the test can see that everything did. */
const happened: Record<string, number> = {};

function note(what: string): void {
  happened[what] = (happened[what] ?? 0) + 1;
}

/** A peer that was reset, or closed by a kill on the other side, is part of the game. */
function isGone(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.every(isGone); // the reader and the writer both saw it
  return error instanceof bluelet.SocketError || error instanceof bluelet.SocketClosedError ||
    error instanceof bluelet.UnexpectedEofError;
}

/** Echoes what follows the first byte, which names the stream, and checks it. */
function* echo(conn: bluelet.Connection): bluelet.Coroutine {
  const [seed] = yield* conn.readexactly(1);
  const follower = new Follower(seed!);
  for (let data; (data = yield* conn.recv(10_000)) !== null;) {
    follower.take(data);
    yield* conn.sendall(data);
  }
}

/** Reads something in one of many ways, of which all but one may give up. */
function* readSomehow(
  conn: bluelet.Connection,
  dice: Dice,
): bluelet.Coroutine<Uint8Array | null | undefined> {
  const size = 1 + dice.below(20_000), seconds = dice.below(3) / 1_000;
  switch (dice.below(6)) {
    case 0:
      note("timeout");
      return yield* bluelet.moveOnAfter(seconds, conn.recv(size));
    case 1: {
      note("race");
      const got = yield* bluelet.race([conn.recv(size), bluelet.sleep(seconds)]);
      return got instanceof Uint8Array || got === null ? got : undefined;
    }
    case 2: {
      note("select");
      const got = yield* bluelet.select({ data: conn.recv(size), late: bluelet.sleep(seconds) });
      return got.case === "data" ? got.value : undefined;
    }
    case 3: {
      note("reader killed");
      let got: Uint8Array | null | undefined;
      const reader = yield* bluelet.spawn(function* () {
        got = yield* conn.recv(size);
      });
      yield* bluelet.sleep(seconds);
      yield* bluelet.kill(reader);
      return got;
    }
    case 4:
      note("readexactly");
      return yield* bluelet.moveOnAfter(seconds, conn.readexactly(1 + dice.below(100)));
    default:
      return yield* conn.recv(size);
  }
}

/** One connection: sends a stream, and follows its echo, until it is done or something cuts it short. */
function* exchange(port: number, dice: Dice): bluelet.Coroutine {
  const conn = yield* bluelet.connect("127.0.0.1", port);
  yield* bluelet.defer(() => conn.close());
  const seed = dice.below(256), total = dice.below(200_000), follower = new Follower(seed);
  yield* conn.sendall(new Uint8Array([seed]));
  const cut = dice.oneIn(8) ? dice.below(total + 1) : Infinity;
  yield* bluelet.scope(function* (scope) {
    const writer = scope.spawn(function* writer() {
      for (let place = 0; place < total;) {
        const size = Math.min(1 + dice.below(30_000), total - place);
        yield* conn.sendall(pattern(seed, place, size));
        place += size;
        if (dice.oneIn(10)) yield* bluelet.sleep(dice.below(3) / 1_000);
      }
      yield* conn.closeWrite();
    });
    while (follower.place < total) {
      const data = yield* readSomehow(conn, dice);
      if (data === null) throw new bluelet.SocketClosedError("The server has closed the connection.");
      if (data !== undefined) follower.take(data);
      if (follower.place >= cut) {
        if (dice.oneIn(2)) yield* bluelet.kill(writer);
        note("cut short"); // with bytes unread, which resets the connection
        return scope.kill();
      }
    }
    assertEquals(follower.place, total);
    assertEquals(yield* conn.recv(1), null);
    note("complete");
  });
}

function* client(port: number, seed: number, until: number): bluelet.Coroutine {
  const dice = new Dice(seed), { host } = bluelet.current().scheduler;
  while (host.now() < until) {
    try {
      if (dice.oneIn(10)) {
        note("exchange killed");
        yield* bluelet.moveOnAfter(dice.below(20) / 1_000, exchange(port, dice));
      } else yield* bluelet.call(exchange, port, dice); // a native yield* would leave what it defers to this coroutine
    } catch (error) {
      if (error instanceof bluelet.ThreadKilledError && !bluelet.isKill(error)) continue; // the scope killed itself
      if (!isGone(error)) throw error;
      note("gone");
    }
  }
}

/** Kills a handler now and then. */
function* killer(server: bluelet.Thread, until: number): bluelet.Coroutine {
  const dice = new Dice(7), { scheduler } = bluelet.current();
  while (scheduler.host.now() < until) {
    yield* bluelet.sleep(0.01);
    const handlers = scheduler.threads.filter((thread) => thread.name === "echo" && thread !== server);
    if (handlers.length === 0) continue;
    note("handler killed");
    yield* bluelet.kill(dice.pick(handlers));
  }
}

interface Reading {
  readonly memory: number;
  readonly descriptors: number;
}

/** How many descriptors this process has open. (To look at /proc itself, Deno wants every permission there is.) */
async function descriptors(): Promise<number> {
  const { stdout } = await new Deno.Command("ls", { args: [`/proc/${Deno.pid}/fd`] }).output();
  return new TextDecoder().decode(stdout).trim().split("\n").length;
}

function* watch(readings: Reading[], until: number): bluelet.Coroutine {
  const { host } = bluelet.current().scheduler;
  while (host.now() < until) {
    yield* bluelet.sleep(0.25);
    readings.push({ memory: Deno.memoryUsage().rss, descriptors: yield* bluelet.promise(descriptors()) });
  }
}

Deno.test({
  name:
    "a soak with kills, resets, deadlines and races: no byte is lost, doubled or reordered, memory and descriptors stay level",
  ignore: lacks(["net", "run", "env"], ["ls"]) || Deno.build.os !== "linux",
  async fn() {
    const before = await descriptors(), readings: Reading[] = [];
    const broken: unknown[] = [];
    await bluelet.run(function* () {
      const port = new bluelet.Channel<number>(1);
      const server = yield* bluelet.spawn(bluelet.server("127.0.0.1", 0, echo, {
        onListen: (addr) => void ("port" in addr && port.trySend(addr.port)),
        // What a peer that went away caused is no error of the server's.
        onError: (error) => void (isGone(error) || broken.push(error)),
      }));
      const at = yield* port.receive();
      const until = bluelet.current().scheduler.host.now() + SECONDS;
      yield* bluelet.all([
        ...Array.from({ length: CLIENTS }, (_, i) => client(at, i, until)),
        killer(server, until),
        watch(readings, until),
      ]);
      yield* bluelet.kill(server);
    }());
    assertEquals(broken, []);
    const after = await descriptors();
    assert(after <= before + 2, `${after} descriptors are open, ${before} were`);
    for (
      const what of [
        "complete",
        "cut short",
        "exchange killed",
        "handler killed",
        "timeout",
        "race",
        "select",
        "reader killed",
      ]
    ) {
      assert((happened[what] ?? 0) > 0, `nothing of "${what}" happened`);
    }
    const half = readings.length >> 1,
      median = (of: number[]) => of.toSorted((a, b) => a - b)[of.length >> 1] ?? 0;
    const memory = [readings.slice(0, half), readings.slice(half)].map((part) =>
      median(part.map(({ memory }) => memory))
    );
    const open = [readings.slice(0, half), readings.slice(half)].map((part) =>
      median(part.map((each) => each.descriptors))
    );
    if (SECONDS >= 60) {
      console.log(JSON.stringify({ seconds: SECONDS, bytes: Follower.bytes, memory, open, happened }));
      assert(memory[1]! < memory[0]! * 1.2, `memory grew from ${memory[0]} to ${memory[1]} bytes`);
    }
    assert(open[1]! < open[0]! * 1.5 + 10, `descriptors grew from ${open[0]} to ${open[1]}`);
  },
});
