/**
 * Every kind of fault: how a program notices it, and that it is counted.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { type FaultCounts, type PlannedFault, simulate, type World } from "../../src/testing/mod.ts";

/** Adds a host that answers each line with the same. */
function addEcho(world: World, name: string): void {
  world.host(name, () =>
    bluelet.server("", 7, function* echo(conn) {
      for (let line; (line = yield* conn.readline()) !== null;) yield* conn.sendall(line);
    }));
}

/** A round trip with a server; how many virtual seconds it took. */
function* ping(world: World, conn: bluelet.Connection, text = "ping"): bluelet.Coroutine<number> {
  const began = world.now;
  yield* conn.sendall(`${text}\n`);
  const answer = yield* conn.readline();
  if (answer === null) throw new bluelet.SocketClosedError("The server went away.");
  assertEquals(answer, `${text}\n`);
  return world.now - began;
}

/** What `task` throws, as a code or a name. */
function* thrownBy(task: bluelet.Task<unknown>): bluelet.Coroutine<string> {
  try {
    yield task;
  } catch (error) {
    return error instanceof bluelet.SocketError ? error.code : (error as Error).name;
  }
  return "nothing";
}

/** Runs `body` with a connection to an echo server on host "db", and results in the world. */
function withEcho(body: (world: World, conn: bluelet.Connection) => bluelet.Coroutine<void>): Promise<World> {
  return simulate(function* (world) {
    addEcho(world, "db");
    const conn = yield* bluelet.connect("db", 7);
    yield* body(world, conn);
    return world;
  });
}

/** Checks that `kind` was injected so many times, and felt, and no other kind was. */
function assertCounted(world: World, expected: Partial<FaultCounts>): void {
  const made = Object.fromEntries(Object.entries(world.injected).filter(([, count]) => count > 0));
  assertEquals(made, expected);
  for (const kind of Object.keys(expected) as (keyof FaultCounts)[]) {
    assert(world.felt[kind] > 0, `nobody felt ${kind}`);
  }
}

Deno.test("World.partition() stops what is sent until World.repair()", async () => {
  const world = await withEcho(function* (world, conn) {
    world.partition("main", "db");
    yield* bluelet.spawn(function* () {
      yield* bluelet.sleep(5);
      world.repair("main", "db");
    });
    const took = yield* ping(world, conn);
    assert(took > 5 && took < 5.1, `${took}`);
  });
  assertCounted(world, { partition: 1 });
});

Deno.test("World.partition() one way stops only that way", async () => {
  const world = await simulate(function* (world) {
    const got: string[] = [];
    world.host("db", function* () {
      const conn = yield* new bluelet.Listener("", 7).accept();
      yield* conn.sendall("hello\n");
      got.push((yield* conn.readline())!);
    });
    const conn = yield* bluelet.connect("db", 7);
    world.partition("main", "db", { oneWay: true });
    yield* conn.sendall("lost\n");
    assertEquals(yield* conn.readline(), "hello\n");
    yield* bluelet.sleep(1);
    assertEquals(got, []);
    world.repair();
    yield* bluelet.sleep(1);
    assertEquals(got, ["lost\n"]);
    return world;
  });
  assertCounted(world, { partition: 1 });
});

Deno.test("World.partition() breaks a connection that has waited for patience seconds", async () => {
  await withEcho(function* (world, conn) {
    world.partition("main", "db");
    yield* conn.sendall("ping\n");
    assertEquals(yield* thrownBy(conn.readline()), "ETIMEDOUT");
    assert(world.now > 30 && world.now < 31, `${world.now}`);
  });
});

Deno.test("World.partition() lets connects time out, and is not counted twice", async () => {
  const world = await withEcho(function* (world) {
    world.partition("main", "db");
    world.partition("main", "db");
    assertEquals(yield* thrownBy(bluelet.connect("db", 7)), "ETIMEDOUT");
    assert(world.now > 10 && world.now < 10.1, `${world.now}`);
  });
  assertCounted(world, { partition: 1 });
});

Deno.test("World.partition() of a host from all others cuts it off from each", async () => {
  await simulate(function* (world) {
    addEcho(world, "a");
    addEcho(world, "b");
    world.partition("a", "*");
    assertEquals(yield* thrownBy(bluelet.timeout(1, bluelet.connect("a", 7))), "TimeoutError");
    assertEquals(yield* thrownBy(bluelet.connect("b", 7)), "nothing");
    world.repair("a");
    assertEquals(yield* thrownBy(bluelet.connect("a", 7)), "nothing");
  });
});

Deno.test("World.hold() keeps everything until World.release(), however long", async () => {
  const world = await withEcho(function* (world, conn) {
    world.hold("main", "db");
    yield* bluelet.spawn(function* () {
      yield* bluelet.sleep(3600);
      world.release();
    });
    assert((yield* ping(world, conn)) > 3600);
  });
  assertCounted(world, { hold: 1 });
});

Deno.test("World.reset() breaks the connections of two hosts at both ends", async () => {
  const ends: string[] = [];
  const world = await simulate(function* (world) {
    world.host("db", function* () {
      const conn = yield* new bluelet.Listener("", 7).accept();
      ends.push(yield* thrownBy(conn.recv(1)));
    });
    const conn = yield* bluelet.connect("db", 7);
    yield* bluelet.sleep(1);
    world.reset("main", "db");
    ends.push(yield* thrownBy(conn.recv(1)));
    ends.push(yield* thrownBy(conn.sendall("x")));
    return world;
  });
  assertEquals(ends.sort(), ["ECONNRESET", "ECONNRESET", "EPIPE"]);
  assertCounted(world, { reset: 1 });
});

Deno.test("World.reset() without a connection does nothing and is not counted", async () => {
  await simulate(function* (world) {
    addEcho(world, "db");
    world.reset("main", "db");
    assertEquals(world.injected.reset, 0);
  });
});

Deno.test("World.crash() ends a host's threads without clean-up and resets its connections", async () => {
  const log: string[] = [];
  const world = await simulate(function* (world) {
    world.host("db", function* () {
      try {
        const conn = yield* new bluelet.Listener("", 7).accept();
        yield* conn.recv(1);
      } finally {
        log.push("cleaned up");
      }
    });
    const conn = yield* bluelet.connect("db", 7);
    yield* bluelet.sleep(1);
    world.crash("db");
    assertEquals(world.state("db"), "crashed");
    assertEquals(yield* thrownBy(conn.recv(1)), "ECONNRESET");
    assertEquals(yield* thrownBy(bluelet.connect("db", 7)), "ECONNREFUSED");
    return world;
  });
  assertEquals(log, []);
  assertCounted(world, { crash: 1 });
});

Deno.test("World.crash() of the host that calls it ends it at that very step", async () => {
  const log: string[] = [];
  await simulate(function* (world) {
    world.host("a", function* () {
      yield* bluelet.spawn(function* () {
        while (true) yield* bluelet.sleep(0.1);
      });
      yield* bluelet.sleep(1);
      world.crash("a");
      try {
        yield* bluelet.null();
        log.push("went on");
      } finally {
        log.push("cleaned up");
      }
    });
    yield* bluelet.sleep(10);
    assertEquals(world.state("a"), "crashed");
  });
  assertEquals(log, []);
});

Deno.test("World.restart() starts a host's program again", async () => {
  let starts = 0;
  const world = await simulate(function* (world) {
    world.host("db", function* () {
      starts++;
      yield* bluelet.server("", 7, function* (conn) {
        yield* conn.sendall(`life ${starts}\n`);
      });
    });
    for (const life of [1, 2, 3]) {
      const conn = yield* bluelet.connect("db", 7);
      assertEquals(yield* conn.readline(), `life ${life}\n`);
      world.restart("db");
      yield* bluelet.sleep(0.1);
    }
    return world;
  });
  assertCounted(world, { crash: 3, restart: 3 });
});

Deno.test("World.restart() refuses a host that was given a coroutine, and World.crash() the main one", async () => {
  await simulate(function* (world) {
    world.host("once", bluelet.server("", 7, function* () {}));
    yield* bluelet.null();
    assertThrows(() => world.restart("once"), TypeError, "function*");
    assertThrows(() => world.crash("main"), TypeError);
    assertThrows(() => world.crash("nobody"), TypeError, "nobody");
  });
});

Deno.test("World.refuse() refuses so many connects", async () => {
  const world = await withEcho(function* (world) {
    world.refuse("main", "db", 2);
    const codes: string[] = [];
    for (let i = 0; i < 3; i++) codes.push(yield* thrownBy(bluelet.connect("db", 7)));
    assertEquals(codes, ["ECONNREFUSED", "ECONNREFUSED", "nothing"]);
  });
  assertCounted(world, { refuse: 2 });
});

Deno.test("World.timeOut() lets so many connects go unanswered", async () => {
  const world = await withEcho(function* (world) {
    world.timeOut("main", "db");
    assertEquals(yield* thrownBy(bluelet.connect("db", 7)), "ETIMEDOUT");
    assertEquals(yield* thrownBy(bluelet.connect("db", 7)), "nothing");
  });
  assertCounted(world, { timeOut: 1 });
});

Deno.test("World.stall() makes writers wait until World.recover()", async () => {
  const world = await withEcho(function* (world, conn) {
    world.stall("db");
    const megabyte = "x".repeat(999_999) + "\n";
    assertEquals(yield* thrownBy(bluelet.timeout(60, conn.sendall(megabyte))), "TimeoutError");
    world.recover("db");
    assertEquals(yield* thrownBy(conn.sendall("y\n")), "nothing");
  });
  assertCounted(world, { stall: 1 });
});

Deno.test("World.slow() lets a host read so many bytes a second", async () => {
  const world = await simulate(function* (world) {
    let took = 0;
    world.host("db", function* () {
      const conn = yield* new bluelet.Listener("", 7).accept();
      const began = world.now;
      yield* conn.readexactly(100_000);
      took = world.now - began;
    });
    world.slow("db", 1_000);
    const conn = yield* bluelet.connect("db", 7);
    yield* conn.sendall("x".repeat(100_000));
    yield* bluelet.sleep(200);
    assert(took > 95 && took < 105, `${took}`);
    return world;
  });
  assertCounted(world, { slow: 1 });
});

Deno.test("SimulateOptions.faults are drawn from the seed, felt, counted and told in the plan", async () => {
  const faults = {
    partition: 0.05,
    hold: 0.05,
    reset: 0.05,
    crash: 0.05,
    refuse: 0.05,
    timeOut: 0.05,
    stall: 0.05,
    slow: 0.05,
  };
  let plan: readonly PlannedFault[] = [];
  let hash = "";
  function* clients(world: World): bluelet.Coroutine<FaultCounts> {
    addEcho(world, "db");
    while (world.now < 2_000) {
      try {
        using conn = yield* bluelet.connect("db", 7);
        for (let i = 0; i < 5; i++) {
          yield* bluelet.timeout(1, ping(world, conn, "x".repeat(2_000)));
          yield* bluelet.sleep(0.2);
        }
      } catch (error) {
        if (!(error instanceof Error && /^(Socket|Timeout)/.test(error.name))) throw error;
        yield* bluelet.sleep(0.1);
      }
    }
    plan = world.plan;
    hash = world.history.hash;
    for (const [kind, count] of Object.entries(world.felt)) assert(count > 0, `nobody felt ${kind}`);
    return world.injected;
  }
  const injected = await simulate(clients, { seed: 1, faults });
  for (const [kind, count] of Object.entries(injected)) assert(count > 10, `${kind}: ${count}`);
  const first = { plan, hash };
  assertEquals(await simulate(clients, { seed: 1, plan }), injected);
  assertEquals({ plan, hash }, first);
});

Deno.test("World verbs name the hosts that there are when one is unknown", async () => {
  await assertRejects(
    () =>
      simulate(function* (world) {
        addEcho(world, "db");
        world.partition("db", "bd");
      }),
    TypeError,
    '"bd" in this world: main, db',
  );
});
