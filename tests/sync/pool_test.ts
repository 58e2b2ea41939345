import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { errorOf, once, settle } from "./seeds.ts";

const { Pool } = bluelet;

function* turns(count: number) {
  for (let i = 0; i < count; i++) yield* bluelet.null();
  return count;
}

Deno.test("Pool never runs more threads than it has places", async () => {
  await bluelet.run(function* () {
    const pool = new Pool(3);
    let now = 0, most = 0;
    for (let i = 0; i < 20; i++) {
      yield* pool.spawn(function* () {
        most = Math.max(most, ++now);
        yield* turns(i % 4);
        now--;
      });
      assert(pool.active <= 3);
    }
    yield* pool.join();
    assertEquals([most, now, pool.active, pool.size], [3, 0, 0, 3]);
  }());
});

Deno.test("Pool.spawn waits for a place, in order, and results in the thread, which is named after its function", async () => {
  await bluelet.run(function* () {
    const pool = new Pool(1);
    const gate = new bluelet.Flag();
    const first = yield* pool.spawn(once(gate.wait()));
    const order: string[] = [];
    function* named(what: string) {
      order.push(what);
      return what;
    }
    const asking = ["a", "b"].map((what) => once(pool.spawn(named, what)));
    for (const coroutine of asking) yield* bluelet.spawn(coroutine);
    yield* settle();
    assertEquals(order, []);
    gate.set();
    yield* bluelet.join(first);
    const thread = yield* bluelet.join(asking[1]!);
    assertEquals([yield* bluelet.join(thread), thread.name, order], ["b", "named", ["a", "b"]]);
  }());
});

Deno.test("Pool: failing, killed and never started threads give their places back", async () => {
  await bluelet.run(function* () {
    const pool = new Pool(1);
    yield* bluelet.scope(function* () {
      yield* pool.spawn(function* () {
        throw new Error("one of many");
      });
    }, { supervise() {} });
    assertEquals(pool.active, 0);
    const waiting = yield* pool.spawn(once(bluelet.sleep(Infinity)));
    yield* settle();
    yield* bluelet.kill(waiting);
    assertEquals(pool.active, 0);
    const unstarted = yield* pool.spawn(once(bluelet.sleep(Infinity)));
    yield* bluelet.kill(unstarted); // it has not had its first turn
    assertEquals(pool.active, 0);
    assertEquals(yield* bluelet.join(yield* pool.spawn(turns, 1)), 1);
  }());
});

Deno.test("Pool: who was killed while it waited for a place starts nothing", async () => {
  await bluelet.run(function* () {
    const pool = new Pool(1);
    const gate = new bluelet.Flag();
    let started = false;
    yield* pool.spawn(once(gate.wait()));
    const asking = yield* bluelet.spawn(once(pool.spawn(function* () {
      started = true;
    })));
    yield* settle();
    yield* bluelet.kill(asking);
    gate.set();
    yield* pool.join();
    assertEquals(started, false);
  }());
});

Deno.test("Pool: a thread that is started later has its parent's locals and scope all the same", async () => {
  await bluelet.run(function* () {
    const pool = new Pool(1);
    const local = new bluelet.Local("none");
    const gate = new bluelet.Flag();
    yield* pool.spawn(function* () {
      local.set("other");
      yield* gate.wait();
    });
    yield* bluelet.spawn(function* () {
      yield* turns(1);
      gate.set();
    });
    local.set("parent's");
    let seen = "";
    yield* bluelet.scope(function* () {
      yield* pool.spawn(function* () {
        yield* turns(3);
        seen = local.get();
      });
    });
    assertEquals(seen, "parent's"); // the scope waited for it
  }());
});

Deno.test("Pool.map keeps the order, asks for items one by one, and tells each its place", async () => {
  await bluelet.run(function* () {
    const pool = new Pool(2);
    let asked = 0, running = 0;
    function* items() {
      for (const n of [5, 0, 3, 1]) {
        assert(asked - running <= 2);
        asked++;
        yield n;
      }
    }
    const result = yield* pool.map(function* (n, place) {
      running++;
      return `${place}:${yield* turns(n)}`;
    }, items());
    assertEquals(result, ["0:5", "1:0", "2:3", "3:1"]);
    assertEquals(yield* pool.map(turns, []), []);
  }());
});

Deno.test("Pool.map: an item's error reaches the caller, the same one, after the others were killed", async () => {
  await bluelet.run(function* () {
    const pool = new Pool(3);
    const log: string[] = [];
    const boom = new Error("item 1");
    const error = yield* errorOf(pool.map(function* (n) {
      try {
        if (n === 1) {
          yield* bluelet.null();
          throw boom;
        }
        yield* bluelet.sleep(Infinity);
      } finally {
        if (n !== 1) {
          yield* turns(3);
          log.push(`cleaned up ${n}`);
        }
      }
    }, [0, 1, 2, 3]));
    assertStrictEquals(error, boom);
    assertEquals([log, pool.active], [["cleaned up 0", "cleaned up 2"], 0]);
  }());
});

Deno.test("Pool.map that is killed kills its threads", async () => {
  await bluelet.run(function* () {
    const pool = new Pool(2);
    const mapping = yield* bluelet.spawn(once(pool.map(() => once(bluelet.sleep(Infinity)), [1, 2, 3])));
    yield* settle();
    assertEquals(pool.active, 2);
    yield* bluelet.kill(mapping);
    assertEquals(pool.active, 0);
  }());
});

Deno.test("Pool.imap gives values in the order in which the calls finish", async () => {
  await bluelet.run(function* () {
    const pool = new Pool(3);
    assertEquals(yield* pool.imap(turns, [30, 10, 20, 0]), [10, 0, 20, 30]);
    assertEquals(yield* pool.imap(turns, []), []);
  }());
});

Deno.test("Pool.imap with a body gives it values as they come; leaving it kills what still runs", async () => {
  await bluelet.run(function* () {
    const pool = new Pool(2);
    const log: number[] = [];
    const sum = yield* pool.imap(turns, [4, 2, 6], function* (values) {
      let sum = 0;
      for (let value; (value = yield* values.receive(null)) !== null;) {
        log.push(value);
        sum += value;
      }
      return sum;
    });
    assertEquals([log, sum], [[2, 4, 6], 12]);

    const first = yield* pool.imap(() => once(bluelet.sleep(Infinity)), [1, 2, 3], function* () {
      yield* turns(5);
      return "enough";
    });
    assertEquals([first, pool.active], ["enough", 0]);
  }());
});

Deno.test("Pool.imap: an item's error reaches the caller, the same one, after the others were killed", async () => {
  await bluelet.run(function* () {
    const pool = new Pool(2);
    const boom = new Error("item 1");
    const error = yield* errorOf(pool.imap(function* (n) {
      if (n === 1) throw boom;
      yield* bluelet.sleep(Infinity);
    }, [0, 1, 2]));
    assertStrictEquals(error, boom);
    assertEquals(pool.active, 0);
  }());
});

Deno.test("Pool refuses a size that is none and what makes no coroutine", async () => {
  for (const size of [0, -1, 1.5, NaN]) assertThrows(() => new Pool(size), RangeError, "places");
  const pool = new Pool(1);
  assertThrows(() => pool.map(5 as never, []), TypeError, "Pool.map()");
  assertThrows(() => pool.imap(5 as never, []), TypeError, "Pool.imap()");
  assertThrows(() => pool.spawn(5 as never), TypeError, "spawn()");
  await assertRejects(() => bluelet.run(once(pool.spawn((() => 5) as never))), TypeError);
  assertEquals(pool.active, 0);
});

Deno.test("Pool: a deadlock report says that its places are taken", async () => {
  const error = await assertRejects(() =>
    bluelet.run(function* () {
      const pool = new Pool(1, { name: "workers" });
      yield* pool.spawn(function* outer() {
        yield* pool.spawn(turns, 1);
      });
      yield* pool.join();
    }()), bluelet.DeadlockError);
  assert(error.message.includes('a place in pool "workers" (1 of 1 taken)'), error.message);
  assert(error.message.includes('the 1 threads of pool "workers" to end'), error.message);
});

for (const when of ["before it starts", "while it works"]) {
  for (const way of ["map", "imap"] as const) {
    Deno.test(`Pool.${way} whose worker is killed ${when} throws, and has no array with a value missing`, async () => {
      await bluelet.run(function* () {
        const pool = new Pool(2), log: unknown[] = [];
        const mapping = yield* bluelet.spawn(function* () {
          const values = pool[way](function* work(n: number) {
            yield* bluelet.null();
            yield* bluelet.null();
            return n;
          }, [1, 2, 3]);
          log.push(yield* errorOf(values));
        });
        if (when === "while it works") yield* bluelet.null();
        const victims = () =>
          bluelet.current().scheduler.threads.filter(({ name }) => name === "work" || name === "one");
        while (victims().length === 0) yield* bluelet.null();
        victims()[0]!.kill();
        yield* bluelet.join(mapping);
        assert(log[0] instanceof bluelet.ThreadKilledError, String(log[0]));
        assertEquals(pool.active, 0);
      }());
    });
  }
}
