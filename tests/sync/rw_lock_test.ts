import { assert, assertEquals, assertRejects } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { play } from "../virtual_host.ts";

const { RWLock, sleep, spawn } = bluelet;

/** A lock, and what its threads do: each notes when it has the lock, holds it for a second, and lets go. */
function using(lock: bluelet.RWLock, log: string[]) {
  return function* (name: string, event: bluelet.Event<void>): bluelet.Coroutine<void> {
    yield* event;
    log.push(`${name} in`);
    try {
      yield* sleep(1);
    } finally {
      log.push(`${name} out`);
      lock.release();
    }
  };
}

Deno.test("RWLock: readers read together, a writer is alone, and the line is first in, first out", async () => {
  const log: string[] = [];
  await play(function* () {
    const lock = new RWLock();
    const use = using(lock, log);
    yield* bluelet.all([
      use("r1", lock.read()),
      use("r2", lock.read()),
      use("w1", lock.write()),
      use("r3", lock.read()),
      use("r4", lock.read()),
      use("w2", lock.write()),
    ]);
  });
  assertEquals(
    log.join(", "),
    "r1 in, r2 in, r1 out, r2 out, w1 in, w1 out, r3 in, r4 in, r3 out, r4 out, w2 in, w2 out",
  );
});

Deno.test("RWLock: a killed writer lets the readers behind it in", async () => {
  const log: string[] = [];
  await play(function* () {
    const lock = new RWLock();
    const use = using(lock, log);
    yield* spawn(use, "r1", lock.read());
    const writer = yield* spawn(use, "w", lock.write());
    yield* spawn(use, "r2", lock.read());
    yield* sleep(0.5);
    assertEquals(log, ["r1 in"]);
    yield* bluelet.kill(writer);
    yield* bluelet.null();
    assertEquals(log, ["r1 in", "r2 in"]);
  });
});

Deno.test("RWLock: a kill in the moment of the handover keeps the lock for the thread that was given it", async () => {
  await play(function* () {
    const lock = new RWLock();
    yield* lock.write();
    let held = false;
    const heir = yield* spawn(function* () {
      yield* lock.write();
      held = true;
      lock.release();
    });
    yield* bluelet.null();
    lock.release();
    heir.kill();
    yield* sleep(0);
    assert(held);
    yield* lock.write();
    lock.release();
  });
});

Deno.test("RWLock as a case of select: a case that did not happen holds nothing", async () => {
  await play(function* () {
    const lock = new RWLock();
    yield* lock.write();
    const got = yield* spawn(function* () {
      return yield* bluelet.select({ read: lock.read(), late: sleep(1) });
    });
    assertEquals((yield* bluelet.join(got)).case, "late");
    lock.release();
    yield* lock.write();
    lock.release();
  });
});

Deno.test("RWLock: what is not held cannot be released, and what is held cannot be asked for again", async () => {
  await play(function* () {
    const lock = new RWLock({ name: "prices" });
    for (
      const [wrong, words] of [
        [() => lock.release(), 'cannot release rwlock "prices": it does not hold it'],
      ] as const
    ) {
      try {
        wrong();
        assert(false);
      } catch (error) {
        assert(String(error).includes(words), String(error));
      }
    }
    yield* lock.read();
    for (const again of [lock.read(), lock.write()]) {
      try {
        yield* again;
        assert(false);
      } catch (error) {
        assert(String(error).includes("it is not reentrant"), String(error));
      }
    }
    lock.release();
  });
});

Deno.test("RWLock of a thread that ended without releasing it is broken, and says whose it was", async () => {
  await play(function* () {
    const lock = new RWLock();
    const messages: string[] = [];
    function* careless() {
      yield* lock.read();
      yield* sleep(1);
    }
    function* waits() {
      try {
        yield* lock.write();
      } catch (error) {
        messages.push(String(error));
      }
    }
    yield* bluelet.all([careless(), waits()]);
    yield* waits();
    assertEquals(messages.length, 2);
    assert(messages.every((message) => message.includes("ended without releasing it")), messages[0]);
  });
});

Deno.test("RWLock: a deadlock report says who holds it and who waits to do what", async () => {
  const error = await assertRejects(() =>
    play(function* () {
      const lock = new RWLock({ name: "prices" });
      yield* lock.read();
      const writer = yield* spawn(function* writer() {
        yield* lock.write();
      });
      yield* bluelet.join(writer);
    }), bluelet.DeadlockError);
  assert(/waits for rwlock "prices", to write: thread ".*" \(#1\) read/.test(error.message), error.message);
});
