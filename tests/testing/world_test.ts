/**
 * Hosts, links and invariants of a simulated world.
 *
 * @module
 */

import { assert, assertEquals, assertRejects, assertStringIncludes, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { InvariantError, type LinkOptions, simulate, type World } from "../../src/testing/mod.ts";

/** Sends `bytes` from main to a sink; when each piece came, and how large it was. */
function send(bytes: number, link: LinkOptions, seed = 0): Promise<{ time: number; size: number }[]> {
  return simulate(function* (world) {
    const pieces: { time: number; size: number }[] = [];
    const sink = function* () {
      const conn = yield* new bluelet.Listener("", 1).accept();
      for (let data; (data = yield* conn.recv(1_000_000)) !== null;) {
        pieces.push({ time: world.now, size: data.length });
      }
    };
    world.host("sink", sink);
    world.link("main", "sink", link);
    const conn = yield* bluelet.connect("sink", 1);
    const began = world.now;
    yield* conn.sendall(new Uint8Array(bytes));
    conn.close();
    while (world.state("sink") === "running") yield* bluelet.sleep(0.1);
    return pieces.map(({ time, size }) => ({ time: time - began, size }));
  }, { seed, connectTimeout: 100 });
}

Deno.test("LinkOptions.latency is a number, a range, or a function of the seed", async () => {
  assertEquals(await send(10, { latency: 2 }), [{ time: 2, size: 10 }]);
  const times = new Set<number>();
  for (let seed = 0; seed < 20; seed++) {
    const [piece] = await send(10, { latency: [1, 3] }, seed);
    assert(piece!.time >= 1 && piece!.time <= 3.000_001);
    times.add(piece!.time);
  }
  assert(times.size > 15);
  const [piece] = await send(10, { latency: (random) => 5 + random() });
  assert(piece!.time >= 5 && piece!.time < 6.000_001);
});

Deno.test("LinkOptions.bandwidth makes bytes take time", async () => {
  const pieces = await send(50_000, { latency: 0, bandwidth: 10_000 });
  assert(Math.abs(pieces.at(-1)!.time - 5) < 0.001);
});

Deno.test("LinkOptions.chunk lets bytes arrive in other pieces than they were sent in, in order", async () => {
  const pieces = await send(1_000, { latency: [0, 1], chunk: [1, 100] });
  assertEquals(pieces.reduce((sum, { size }) => sum + size, 0), 1_000);
  assert(pieces.length > 5);
});

Deno.test("LinkOptions.window makes a writer wait for the reader", async () => {
  await simulate(function* (world) {
    world.host("idle", function* () {
      yield* new bluelet.Listener("", 1).accept();
      yield* bluelet.sleep(Infinity);
    });
    world.link("main", "*", { window: 1_000 });
    const conn = yield* bluelet.connect("idle", 1);
    yield* conn.sendall(new Uint8Array(1_000));
    assertEquals(yield* bluelet.moveOnAfter(60, conn.send(new Uint8Array(1))), undefined);
  });
});

Deno.test("World.host() gives each its own ports and localhost", async () => {
  await simulate(function* (world) {
    function* serve(text: string) {
      const listener = new bluelet.Listener("", 80);
      while (true) {
        const conn = yield* listener.accept();
        yield* conn.sendall(`${text}\n`);
        conn.close();
      }
    }
    world.host("a", () => serve("a"));
    world.host("b", () => serve("b"));
    for (const name of ["a", "b"]) {
      using conn = yield* bluelet.connect(name, 80);
      assertEquals(yield* conn.readline(), `${name}\n`);
      assertEquals(conn.addr, { hostname: name, port: 80 });
    }
    world.host("c", function* () {
      yield* bluelet.connect("localhost", 80);
    });
    yield* bluelet.sleep(1);
  }).then(() => assert(false), (error) => assertEquals(error.code, "ECONNREFUSED"));
});

Deno.test("connect() in a world refuses unknown hosts, and ports that nobody listens on", async () => {
  await simulate(function* (world) {
    world.host("a", function* () {
      yield* bluelet.sleep(Infinity);
    });
    for (const [name, code] of [["nobody", "ENOTFOUND"], ["a", "ECONNREFUSED"]] as const) {
      try {
        yield* bluelet.connect(name, 80);
        assert(false);
      } catch (error) {
        assert(error instanceof bluelet.SocketError);
        assertEquals(error.code, code);
      }
    }
  });
});

Deno.test("World.host() refuses names that are taken, and programs that are none", async () => {
  await simulate(function* (world) {
    world.host("a", function* () {});
    assertThrows(() => world.host("a", function* () {}), TypeError, "already");
    assertThrows(() => world.host("", function* () {}), TypeError, "name");
    assertThrows(() => world.host("b", (() => 5) as never), TypeError, "function*");
  });
});

Deno.test("World.always() ends the world at the very step after which it does not hold", async () => {
  let count = 0;
  let world: World | undefined;
  const error = await assertRejects(
    () =>
      simulate(function* (w) {
        world = w;
        w.always(() => count < 5, "a small count");
        while (true) {
          count++;
          yield* bluelet.sleep(1);
        }
      }),
    InvariantError,
    "a small count",
  );
  assertEquals(error.invariant, "a small count");
  assertEquals(world!.now, 4);
  assertEquals(world!.history.entries.at(-1)!.kind, "failure");
});

Deno.test("World.always() tells what its check threw", async () => {
  const cause = new Error("too many");
  const error = await assertRejects(
    () =>
      simulate(function* (world) {
        world.always(function fewEnough() {
          throw cause;
        });
        yield* bluelet.sleep(1);
      }),
    InvariantError,
    "fewEnough does not hold: too many",
  );
  assertEquals(error.cause, cause);
});

Deno.test("World.eventually() keeps the world going until its check comes true", async () => {
  let converged = false;
  let at = 0;
  await simulate(function* (world) {
    world.host("slow", function* () {
      yield* bluelet.sleep(5);
      converged = true;
      at = world.now;
      yield* bluelet.sleep(Infinity);
    });
    world.eventually(() => converged, 10);
  });
  assertEquals(at, 5);
});

Deno.test("World.eventually() fails when its time is up, or when nothing can happen any more", async () => {
  function* hope(world: World) {
    world.host("busy", function* () {
      for (let i = 0; i < 20; i++) yield* bluelet.sleep(1);
    });
    world.eventually(() => false, 10, "peace");
  }
  const error = await assertRejects(
    () => simulate(hope),
    InvariantError,
    "peace did not come true within 10 s",
  );
  assertEquals(error.invariant, "peace");
});

Deno.test("History.svg() draws lanes, messages, faults and the failure", async () => {
  let svg = "";
  await simulate(function* (world) {
    world.host("db", () =>
      bluelet.server("", 1, function* answer(conn) {
        yield* conn.sendall(`<${yield* conn.readline()}>`);
      }));
    const conn = yield* bluelet.connect("db", 1);
    yield* conn.sendall("a\n");
    world.partition("main", "db");
    yield* bluelet.sleep(1);
    world.repair();
    yield* conn.readline(">");
    world.note("a < b & c");
    svg = world.history.svg("A title");
  });
  assert(svg.startsWith("<svg ") && svg.endsWith("</svg>"));
  for (
    const part of [
      "A title",
      "answer #",
      "partition main &lt;-&gt; db",
      "a &lt; b &amp; c",
      'class="arrow"',
      'class="sleep"',
    ]
  ) {
    assertStringIncludes(svg, part);
  }
});
