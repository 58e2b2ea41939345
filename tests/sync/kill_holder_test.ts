/**
 * A kill that would wait for itself does not wait: also where its target, in its clean-up, needs what the killer holds
 * (DESIGN 5.8).
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { Condition, Lock, retry, RWLock, withLock } from "../../src/sync/mod.ts";
import { play } from "../virtual_host.ts";

/** What a thread does whose end needs what `killer` holds, and what takes and releases that. */
const victims: Record<
  string,
  () => {
    take: bluelet.Task<unknown>;
    victim: () => bluelet.Coroutine<unknown>;
    release: () => void;
  }
> = {
  "waits on a condition": () => {
    const condition = new Condition();
    return {
      *victim() {
        yield* condition.lock.acquire();
        try {
          yield* condition.wait();
        } finally {
          condition.lock.release();
        }
      },
      take: condition.lock.acquire(),
      release: () => condition.lock.release(),
    };
  },
  "takes a lock in a shield": () => {
    const lock = new Lock();
    return {
      *victim() {
        try {
          yield* bluelet.sleep(60);
        } finally {
          yield* bluelet.shield(withLock(lock, bluelet.null()));
        }
      },
      take: lock.acquire(),
      release: () => lock.release(),
    };
  },
  "takes a lock in deferred work": () => {
    const lock = new Lock();
    return {
      *victim() {
        yield* bluelet.defer(function* () {
          yield* bluelet.sleep(1);
          yield* withLock(lock, bluelet.null());
        });
        yield* bluelet.sleep(60);
      },
      take: lock.acquire(),
      release: () => lock.release(),
    };
  },
  "reads in deferred work": () => {
    const lock = new RWLock();
    return {
      *victim() {
        yield* bluelet.defer(function* () {
          yield* lock.read();
          lock.release();
        });
        yield* bluelet.sleep(60);
      },
      take: lock.write(),
      release: () => lock.release(),
    };
  },
  "owns a scope with a thread that waits on a condition": () => {
    const condition = new Condition();
    return {
      *victim() {
        yield* bluelet.scope(function* (scope) {
          scope.spawn(function* () {
            yield* condition.lock.acquire();
            try {
              yield* condition.wait();
            } finally {
              condition.lock.release();
            }
          });
          yield* bluelet.sleep(60);
        });
      },
      take: condition.lock.acquire(),
      release: () => condition.lock.release(),
    };
  },
  "tries something again and again in deferred work, under a lock": () => {
    const lock = new Lock();
    return {
      *victim() {
        yield* bluelet.defer(function* () {
          yield* retry((attempt) =>
            withLock(
              lock,
              function* () {
                yield* bluelet.null();
                if (attempt < 3) throw new Error("not yet");
              }(),
            ), { delay: 0.01 });
        });
        yield* bluelet.sleep(60);
      },
      take: lock.acquire(),
      release: () => lock.release(),
    };
  },
  "waits on a condition already in its clean-up": () => {
    const lock = new Lock();
    return {
      *victim() {
        try {
          yield* bluelet.sleep(0.5);
        } finally {
          yield* bluelet.shield(withLock(lock, bluelet.null()));
        }
      },
      take: lock.acquire(),
      release: () => lock.release(),
    };
  },
};

for (const [what, make] of Object.entries(victims)) {
  Deno.test(`kill by the holder of a lock: a thread that ${what} ends as soon as that is released`, async () => {
    const log: string[] = [];
    await play(function* () {
      const { take, victim, release } = make();
      const thread = yield* bluelet.spawn(victim);
      yield* bluelet.sleep(0.1);
      yield take as bluelet.Event;
      yield* bluelet.sleep(1);
      yield* bluelet.kill(thread);
      log.push(thread.ended ? "ended" : "still waits for its killer");
      release();
      yield* bluelet.sleep(2);
      log.push(thread.ended ? "ended" : "waits");
    });
    assertEquals(log, ["still waits for its killer", "ended"]);
  });
}

Deno.test("kill by another than the holder of a lock waits until the thread has ended", async () => {
  const log: string[] = [];
  await play(function* () {
    const lock = new Lock();
    const thread = yield* bluelet.spawn(function* () {
      try {
        yield* bluelet.sleep(60);
      } finally {
        yield* bluelet.shield(withLock(lock, bluelet.null()));
      }
    });
    yield* bluelet.spawn(function* () {
      yield* withLock(lock, bluelet.sleep(3));
      log.push("released");
    });
    yield* bluelet.sleep(1);
    yield* bluelet.kill(thread);
    log.push(thread.state);
  });
  assertEquals(log, ["released", "killed"]);
});

Deno.test("kill by the holder of a lock of a thread that waits for another to be ready, whose clean-up takes that lock: none hangs", async () => {
  const log: string[] = [];
  await play(function* () {
    const lock = new Lock();
    const starting = yield* bluelet.spawn(function* () {
      yield* bluelet.start(function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          yield* bluelet.shield(withLock(lock, bluelet.null()));
          log.push("cleaned up");
        }
      });
    });
    yield* lock.acquire();
    yield* bluelet.sleep(1);
    yield* bluelet.kill(starting);
    log.push("goes on");
    lock.release();
  });
  assertEquals(log, ["goes on", "cleaned up"]);
});
