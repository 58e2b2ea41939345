/**
 * race and any lose nothing: an event that is given bare is waited for as select would, and what has lost is killed at the
 * moment at which the winner ends (DESIGN 6.5).
 *
 * @module
 */

import { assertEquals, assertInstanceOf, assertStrictEquals } from "@std/assert";
import { Channel, Flag, Lock, Queue, Semaphore } from "../../src/sync/mod.ts";
import * as bluelet from "../../src/core/mod.ts";
import { caught, play } from "../virtual_host.ts";

type Combinator = (tasks: bluelet.Task<unknown>[]) => bluelet.Event<unknown>;
const combinators: [string, Combinator][] = [["race", bluelet.race], ["any", bluelet.any]];

/** Things that can be taken: what takes one, what offers one in a tick with others, and how many are left. */
const takings: Record<string, () => { take: bluelet.Event<unknown>; offer: () => void; left: () => number }> =
  {
    "channel.receive": () => {
      const channel = new Channel<number>(1);
      return { take: channel.receive(), offer: () => channel.trySend(1), left: () => channel.size };
    },
    "queue.get": () => {
      const queue = new Queue<number>(1);
      return { take: queue.get(), offer: () => queue.tryPut(1), left: () => queue.size };
    },
    "lock.acquire": () => {
      const semaphore = new Semaphore(1);
      semaphore.tryAcquire();
      return { take: semaphore.acquire(), offer: () => semaphore.release(), left: () => semaphore.value };
    },
  };

for (const [name, combinator] of combinators) {
  for (const [what, make] of Object.entries(takings)) {
    for (const offeredFirst of [true, false]) {
      const order = offeredFirst ? "before" : "after";
      Deno.test(`${name}: ${what} that is served in one tick, ${order} a flag is set, is chosen or left, never lost`, async () => {
        await play(function* () {
          const { take, offer, left } = make(), flag = new Flag();
          const racing = yield* bluelet.spawn(function* () {
            return yield* combinator([take, flag.wait()]);
          });
          yield* bluelet.null();
          yield* bluelet.null();
          if (offeredFirst) offer();
          flag.set();
          if (!offeredFirst) offer();
          yield* bluelet.join(racing);
          assertEquals(left(), offeredFirst ? 0 : 1);
        });
      });
    }

    Deno.test(`${name}: ${what} that is ready is taken at once, and no other task begins`, async () => {
      await play(function* () {
        const { take, offer, left } = make();
        offer();
        let began = false;
        yield* combinator([
          take,
          function* () {
            began = true;
          }(),
          bluelet.sleep(1),
        ]);
        assertEquals([left(), began], [0, false]);
      });
    });

    Deno.test(`${name}: ${what} beside a coroutine that ends in the tick in which it is served is not lost`, async () => {
      await play(function* () {
        const { take, offer, left } = make(), flag = new Flag();
        const racing = yield* bluelet.spawn(function* () {
          return yield* combinator([
            function* () {
              yield* flag.wait();
              offer(); // while the coroutine that offers it is about to win
            }(),
            take,
          ]);
        });
        yield* bluelet.null();
        yield* bluelet.null();
        flag.set();
        yield* bluelet.join(racing);
        assertEquals(left(), 0, "the event was served first, so that it has won");
      });
    });

    Deno.test(`${name}: ${what} that a kill meets in the tick in which it is served is the result all the same`, async () => {
      await play(function* () {
        const { take, offer, left } = make();
        let got: unknown = "nothing";
        const racing = yield* bluelet.spawn(function* () {
          yield* combinator([take, bluelet.sleep(60), bluelet.timeout(60, bluelet.sleep(50))]);
          got = "it";
          yield* bluelet.null();
          got = "went on";
        });
        yield* bluelet.null();
        yield* bluelet.null();
        offer();
        yield* bluelet.kill(racing);
        assertEquals([got, left()], ["it", 0]);
      });
    });
  }

  Deno.test(`${name}: losers are killed at the moment at which the winner ends, and take nothing any more`, async () => {
    await play(function* () {
      const channel = new Channel<string>(), log: string[] = [];
      const flag = new Flag();
      function* taking(): bluelet.Coroutine<string> {
        yield* flag.wait();
        return yield* channel.receive();
      }
      const racing = yield* bluelet.spawn(function* () {
        return yield* combinator([
          function* () {
            yield* flag.wait();
            return "winner";
          }(),
          taking(),
        ]);
      });
      yield* bluelet.sleep(1);
      flag.set();
      yield* bluelet.null();
      log.push(channel.trySend("offered") ? "taken by the loser" : "left");
      assertEquals(yield* bluelet.join(racing), "winner");
      assertEquals(log, ["left"]);
    });
  });

  Deno.test(`${name}: a loser that fails by itself in the winner's tick does not take the winner's value away`, async () => {
    await play(function* () {
      const flag = new Flag(), broken = new Channel<never>();
      const racing = yield* bluelet.spawn(function* () {
        return yield* combinator([
          function* () {
            yield* flag.wait();
            return "winner";
          }(),
          function* () {
            yield* broken.receive();
          }(),
        ]);
      });
      yield* bluelet.sleep(1);
      flag.set();
      broken.close();
      assertEquals(yield* bluelet.join(racing), "winner");
    });
  });

  Deno.test(`${name}: an error in a loser's clean-up is thrown`, async () => {
    const error = new Error("clean-up");
    await play(function* () {
      const thrown = yield* caught(combinator([
        bluelet.sleep(1),
        function* () {
          try {
            yield* bluelet.sleep(60);
          } finally {
            // deno-lint-ignore no-unsafe-finally -- that is what is tested
            throw error;
          }
        }(),
      ]));
      assertStrictEquals(thrown, error);
    });
  });

  Deno.test(`${name}: the error of a thread that a task spawned fails it, before and after there is a winner`, async () => {
    const error = new Error("of a grandchild");
    function* spawning(): bluelet.Coroutine<void> {
      yield* bluelet.spawn(function* () {
        yield* bluelet.sleep(1);
        throw error;
      });
      yield* bluelet.sleep(2);
    }
    await play(function* () {
      assertStrictEquals(yield* caught(combinator([spawning(), bluelet.sleep(60)])), error);
    });
  });

  Deno.test(`${name}: bare events need no thread`, async () => {
    await play(function* () {
      const { scheduler } = bluelet.current(), channel = new Channel<number>();
      yield* bluelet.spawn(function* () {
        yield* bluelet.sleep(1);
        assertEquals(scheduler.threads.length, 2);
        yield* channel.send(1);
      });
      assertEquals(yield* combinator([channel.receive(), bluelet.sleep(5)]), 1);
    });
  });

  Deno.test(`${name}: null() lets every other task have its turn first`, async () => {
    await play(function* () {
      function* atOnce(): bluelet.Coroutine<string> {
        return "at once";
      }
      assertEquals(yield* combinator([atOnce(), bluelet.null()]), "at once");
      assertEquals(yield* combinator([atOnce(), bluelet.sleep(0)]), "at once");
    });
  });

  Deno.test(`${name}: its own send and receive on one channel do not serve each other`, async () => {
    await play(function* () {
      const channel = new Channel<string>();
      yield* bluelet.spawn(function* () {
        yield* bluelet.sleep(1);
        yield* channel.send("from outside");
      });
      assertEquals(yield* combinator([channel.send("to itself"), channel.receive()]), "from outside");
    });
  });

  Deno.test(`${name} that is killed leaves no waiter behind`, async () => {
    await play(function* () {
      const channel = new Channel<string>(), lock = new Lock();
      yield* lock.acquire();
      const racing = yield* bluelet.spawn(function* () {
        yield* combinator([channel.receive(), lock.acquire(), bluelet.sleep(60)]);
      });
      yield* bluelet.sleep(1);
      yield* bluelet.kill(racing);
      lock.release();
      assertEquals([channel.trySend("nobody receives"), lock.locked], [false, false]);
    });
  });
}

Deno.test("any: a bare event that fails does not count, and the others go on waiting in their places", async () => {
  await play(function* () {
    const first = new Channel<string>(), second = new Channel<string>(), log: unknown[] = [];
    const racing = yield* bluelet.spawn(function* () {
      return yield* bluelet.any([first.receive(), second.receive(), bluelet.sleep(3)]);
    });
    yield* bluelet.sleep(1);
    const later = yield* bluelet.spawn(function* () {
      log.push(yield* second.receive());
    });
    first.close();
    yield* bluelet.sleep(1);
    second.trySend("a");
    second.trySend("b");
    assertEquals(yield* bluelet.join(racing), "a");
    yield* bluelet.join(later);
    assertEquals(log, ["b"]);
  });
});

Deno.test("any: an event that is performed once is not performed again because another has failed", async () => {
  await play(function* () {
    let performed = 0;
    const counted = bluelet.suspend<string>((resume) => {
      performed++;
      void bluelet.current().scheduler.spawn(function* () {
        yield* bluelet.sleep(2);
        resume("value");
      });
    });
    const value = yield* bluelet.any([bluelet.promise(Promise.reject(new Error("no"))), counted]);
    assertEquals([value, performed], ["value", 1]);
  });
});

Deno.test("any: if all fail, bare events and coroutines, the errors are in the order of the tasks", async () => {
  await play(function* () {
    const closed = new Channel<string>(), error = new Error("of a coroutine");
    const thrown = yield* caught(bluelet.any([
      function* () {
        yield* bluelet.sleep(1);
        throw error;
      }(),
      closed.receive(),
      new bluelet.ExceptionEvent(new Error("at once")),
    ].map((task, i) => (i === 1 && closed.close(), task))));
    assertInstanceOf(thrown, AggregateError);
    assertEquals(thrown.errors.map((error) => error.name), ["Error", "ChannelClosedError", "Error"]);
    assertStrictEquals(thrown.errors[0], error);
  });
});

Deno.test("allSettled: the error of a thread that a task spawned is not swallowed", async () => {
  const error = new Error("of a grandchild");
  await play(function* () {
    const thrown = yield* caught(bluelet.allSettled([
      function* () {
        yield* bluelet.spawn(function* () {
          yield* bluelet.sleep(1);
          throw error;
        });
      }(),
      bluelet.sleep(3),
    ]));
    assertStrictEquals(thrown, error);
  });
});
