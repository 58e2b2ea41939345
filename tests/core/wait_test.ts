import { assert, assertEquals, assertRejects } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { play, VirtualHost } from "../virtual_host.ts";

const { Event, SUSPENDED } = bluelet;

/** An event of a user's, which only uses the contract: it happens when `ring` is called. */
class Bell extends Event<number> {
  readonly waits = new bluelet.WaitList();
  rings = 0;

  override perform(wait: bluelet.Wait) {
    wait.slot = this.waits.add(wait, undefined);
    return SUSPENDED;
  }

  override withdraw(wait: bluelet.Wait) {
    this.waits.remove(wait.slot as bluelet.Waiter);
  }

  ring() {
    this.rings++;
    for (let waiter; (waiter = this.waits.shift()) !== undefined;) waiter.wait.resume(this.rings);
  }
}

Deno.test("a wait offers what an event may use, and no member of a thread besides", () => {
  // The type checker is the test: each line must be an error.
  class Reaches extends Event<void> {
    override perform(wait: bluelet.Wait) {
      // @ts-expect-error -- a thread's alone
      void wait.kill;
      // @ts-expect-error -- a thread's alone
      void wait.innermost;
      // @ts-expect-error -- a thread's alone
      void wait.cancellation;
      // @ts-expect-error -- a thread's alone
      void wait.onEnd;
      // @ts-expect-error -- a thread's alone
      void wait.mark;
      // @ts-expect-error -- a thread's alone
      void wait.state;
      return wait.resume();
    }
  }
  assert(new Reaches() instanceof Event);
});

Deno.test("only events, promises and coroutines can be yielded: anything else is a type error", () => {
  const takes = (_coroutine: () => bluelet.Coroutine<unknown>) => {};
  takes(function* () {
    yield bluelet.null();
    yield Promise.resolve();
    yield (function* () {})();
  });
  // @ts-expect-error -- a number
  takes(function* () {
    yield 5;
  });
  // @ts-expect-error -- text
  takes(function* () {
    yield "text";
  });
  // @ts-expect-error -- a function that was not called
  takes(function* () {
    yield bluelet.null;
  });
  // @ts-expect-error -- nothing
  takes(function* () {
    yield;
  });
  // @ts-expect-error -- an async generator
  takes(async function* () {
    yield await Promise.resolve(1);
  });
});

Deno.test("a user's event is resumed, is withdrawn by a kill, and describes itself in a deadlock", async () => {
  const bell = new Bell();
  const got = await play(function* () {
    const first = yield* bluelet.spawn(function* () {
      return yield* bell;
    });
    const second = yield* bluelet.spawn(function* () {
      return yield* bell;
    });
    yield* bluelet.null();
    yield* bluelet.kill(second);
    assertEquals(bell.waits.size, 1);
    bell.ring();
    return yield* bluelet.join(first);
  });
  assertEquals(got, 1);
});

Deno.test("an async generator is refused wherever a coroutine is taken", async () => {
  let started = false;
  async function* pages() {
    started = true;
    yield await Promise.resolve(1);
  }
  const wrong = pages as unknown as () => bluelet.Coroutine<unknown>;
  const uses: (() => bluelet.Coroutine<unknown>)[] = [
    function* () {
      yield wrong();
    },
    function* () {
      yield* bluelet.spawn(wrong);
    },
    function* () {
      yield* bluelet.spawn(wrong());
    },
    function* () {
      yield* bluelet.call(wrong());
    },
    function* () {
      yield* bluelet.timeout(1, wrong());
    },
    function* () {
      yield* bluelet.shield(wrong());
    },
    function* () {
      yield* bluelet.all([wrong()]);
    },
    function* () {
      yield* bluelet.race([wrong()]);
    },
    function* () {
      yield* bluelet.scope(wrong);
    },
    function* () {
      yield* bluelet.defer(() => wrong());
    },
  ];
  for (const use of uses) {
    const error = await assertRejects(() => play(use), TypeError);
    assert(error.message.includes("async generator"), error.message);
  }
  await assertRejects(() => bluelet.run(wrong(), { host: new VirtualHost() }), TypeError, "async generator");
  assert(!started);
});

Deno.test("what a thread's end calls can be taken back, also while others are told", async () => {
  const log: string[] = [];
  await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      yield* bluelet.sleep(1);
    });
    const undo = thread.onEnd(() => log.push("taken back before"));
    thread.onEnd(() => {
      log.push("first");
      undoLast();
    });
    thread.onEnd(() => log.push("second"));
    const undoLast = thread.onEnd(() => log.push("taken back meanwhile"));
    undo();
    yield* bluelet.join(thread);
    undo();
  });
  assertEquals(log, ["first", "second"]);
});

Deno.test("an error in a callback fails the run, and never reaches a coroutine", async () => {
  const callbacks: Record<string, (caught: () => void) => bluelet.Coroutine<unknown>> = {
    *withdraw(caught) {
      const thread = yield* bluelet.spawn(function* () {
        yield* bluelet.suspend(() => () => {
          throw new Error("callback");
        });
      });
      yield* bluelet.null();
      try {
        yield* bluelet.kill(thread);
        yield* bluelet.sleep(1);
      } catch (error) {
        if (String(error) === "Error: callback") caught();
        throw error;
      }
    },
    *onEnd(caught) {
      const supervise = () => caught();
      yield* bluelet.scope(function* (scope) {
        scope.spawn(function* () {
          yield* bluelet.null();
        }).onEnd(() => {
          throw new Error("callback");
        });
        yield* bluelet.sleep(1);
      }, { supervise });
    },
  };
  for (const [name, program] of Object.entries(callbacks)) {
    let caught = false;
    const error = await assertRejects(() => play(() => program(() => caught = true)), Error);
    assertEquals([name, error.message, caught], [name, "callback", false]);
  }
});

Deno.test("a kill that would wait for itself does not wait: scopes, shields, defers", async () => {
  const log: string[] = [];
  await play(function* () {
    const ways: Record<string, (owner: bluelet.Thread) => bluelet.Coroutine<unknown>> = {
      *shielded(owner) {
        yield* bluelet.shield(bluelet.kill(owner));
      },
      *deferred(owner) {
        yield* bluelet.defer(function* () {
          yield* bluelet.kill(owner);
        });
      },
      *plain(owner) {
        yield* bluelet.kill(owner);
      },
      *grandchild(owner) {
        yield* bluelet.scope(function* (scope) {
          scope.spawn(function* () {
            yield* bluelet.shield(bluelet.kill(owner));
          });
        });
      },
      *joined(owner) {
        const killer = owner.scheduler.spawn(function* () {
          yield* bluelet.sleep(0.1);
          yield* bluelet.kill(owner);
        });
        yield* bluelet.shield(bluelet.join(killer));
      },
    };
    for (const [name, way] of Object.entries(ways)) {
      const owner = yield* bluelet.spawn(function* owner() {
        const self = bluelet.current();
        yield* bluelet.scope(function* (scope) {
          scope.spawn(() => way(self));
          yield* bluelet.sleep(Infinity);
        });
      });
      const ended = yield* bluelet.moveOnAfter(
        1,
        function* () {
          try {
            yield* bluelet.join(owner);
          } catch {
            log.push(name);
          }
          return true;
        }(),
      );
      assert(ended, `${name} hangs`);
    }
  });
  assertEquals(log, ["shielded", "deferred", "plain", "grandchild", "joined"]);
});

Deno.test("a host without a capability is named, with what it lacks", () => {
  const host = new VirtualHost();
  try {
    bluelet.capability(host, "files");
    assert(false);
  } catch (error) {
    assert(String(error).includes("This run's host has no files"), String(error));
  }
  assertEquals(bluelet.capability(Object.assign(host, { files: 5 }), "files"), 5);
});
