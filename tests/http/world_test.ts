import { assert, assertEquals, assertRejects } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { body, fetch, json, serve, stream, text } from "../../src/http/mod.ts";
import { simulate } from "../../src/testing/mod.ts";

Deno.test("in a world, fetch reaches the serve of a host by its name, over its links", async () => {
  const log: unknown[] = [];
  await simulate(function* (world) {
    world.host("db", function* () {
      yield* serve("", 80, function* (request, { addr }) {
        log.push(bluelet.current().name, addr);
        yield* bluelet.sleep(1);
        const { n } = yield* json<{ n: number }>(request);
        return Response.json({ twice: 2 * n }, { status: 201, headers: { "x-mine": "yes" } });
      });
    });
    yield* bluelet.sleep(0.1);
    const before = world.now;
    const response = yield* fetch("http://db/a?b", { method: "POST", body: JSON.stringify({ n: 4 }) });
    assertEquals([response.status, response.headers.get("x-mine")], [201, "yes"]);
    assertEquals(yield* json(response), { twice: 8 });
    assert(world.now - before >= 1 && world.now - before < 2, `${world.now - before} s`);
  });
  assertEquals(log[0], "POST /a");
});

Deno.test("in a world, a client that gives up ends the thread of its request, and a body that streams", async () => {
  const log: string[] = [];
  await simulate(function* (world) {
    world.host("db", function* () {
      yield* serve("", 80, function* (request) {
        try {
          if (request.url.endsWith("/head")) yield* bluelet.sleep(600);
          return new Response(stream(function* (send) {
            try {
              while (true) {
                yield* send("x");
                yield* bluelet.sleep(1);
              }
            } finally {
              log.push(`body ended`);
            }
          }));
        } finally {
          log.push(`${request.url} ended`);
        }
      });
    });
    yield* bluelet.sleep(0.1);
    yield* bluelet.moveOnAfter(2, fetch("http://db/head"));
    yield* bluelet.sleep(1);
    assertEquals(log, ["http://db/head ended"]);
    yield* bluelet.moveOnAfter(
      5,
      function* () {
        yield* text(yield* fetch("http://db/body"));
      }(),
    );
    yield* bluelet.sleep(2);
    assertEquals(log.slice(1), ["http://db/body ended", "body ended"]);
  });
});

Deno.test("in a world, a host that crashes or is not there fails its clients", async () => {
  await simulate(function* (world) {
    const db = function* () {
      yield* serve("", 80, function* () {
        yield* bluelet.sleep(10);
        return new Response("late");
      });
    };
    world.host("db", db);
    yield* bluelet.sleep(0.1);
    const asked = yield* bluelet.spawn(function* () {
      try {
        yield* fetch("http://db/");
      } catch (error) {
        return String(error);
      }
      return "answered";
    });
    yield* bluelet.sleep(1);
    world.crash("db");
    assert((yield* bluelet.join(asked)).startsWith("TypeError: No answer from http://db/"));
    let thrown: unknown;
    try {
      yield* fetch("http://nowhere/");
    } catch (error) {
      thrown = error;
    }
    assert(thrown instanceof TypeError && thrown.cause instanceof bluelet.SocketError);
  });
});

Deno.test("in a world, a body that fails is seen as broken, and one is read piece by piece", async () => {
  await simulate(function* (world) {
    world.host("db", function* () {
      yield* serve("", 80, function* (request) {
        return new Response(stream(function* (send) {
          yield* send("one\ntwo\n");
          if (request.url.endsWith("/bad")) throw new Error("bad");
          yield* send("x".repeat(200_000));
        }));
      });
    });
    yield* bluelet.sleep(0.1);
    let thrown: unknown;
    try {
      yield* text(yield* fetch("http://db/bad"));
    } catch (error) {
      thrown = error;
    }
    assert(thrown instanceof TypeError, String(thrown));
    const pieces = body(yield* fetch("http://db/good"));
    assertEquals(yield* pieces.readline(), "one\n");
    assertEquals(yield* pieces.readline(), "two\n");
    assertEquals((yield* pieces.readall()).length, 200_000);
  });
});

Deno.test("in a world, a server that is killed lets requests finish for drain seconds", async () => {
  await simulate(function* (world) {
    const log: unknown[] = [];
    world.host("db", function* () {
      const server = yield* bluelet.spawn(serve("", 80, function* (request) {
        yield* bluelet.sleep(Number(new URL(request.url).pathname.slice(1)));
        return new Response("whole");
      }, { drain: 5 }));
      yield* bluelet.sleep(1);
      yield* bluelet.kill(server);
      log.push(bluelet.current().scheduler.host.now());
    });
    yield* bluelet.sleep(0.1);
    const ask = (seconds: number) =>
      bluelet.spawn(function* () {
        try {
          return yield* text(yield* fetch(`http://db/${seconds}`));
        } catch {
          return "broken off";
        }
      });
    const threads = [yield* ask(3), yield* ask(60)];
    assertEquals(yield* bluelet.join(threads[0]!), "whole");
    assert(["broken off", ""].includes(yield* bluelet.join(threads[1]!)));
    yield* bluelet.sleep(3);
    assert(Math.abs(log[0] as number - 6) < 0.5, `stopped at ${log[0]}`);
  });
});

Deno.test("in a world, the same seed gives the same run, and https is refused in words", async () => {
  const run = async () => {
    const times: number[] = [];
    await simulate(function* (world) {
      world.host("db", function* () {
        yield* serve("", 80, function* () {
          yield* bluelet.sleep(Math.random());
          return new Response("x".repeat(1_000));
        });
      });
      yield* bluelet.sleep(0.1);
      yield* bluelet.all(Array.from({ length: 20 }, function* () {
        yield* text(yield* fetch("http://db/"));
        times.push(world.now);
      }));
    }, { seed: 5, shuffle: true });
    return times;
  };
  assertEquals(await run(), await run());
  await assertRejects(
    () =>
      simulate(function* () {
        yield* fetch("https://db/");
      }),
    TypeError,
    "no certificates",
  );
});
