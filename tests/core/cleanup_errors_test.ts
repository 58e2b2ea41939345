/**
 * Errors that clean-up throws while a kill unwinds: the kill goes on, and they come out where it ends (DESIGN 5.7, 6.5).
 *
 * @module
 */

import { assert, assertEquals, assertInstanceOf, assertRejects, assertStrictEquals } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { caught, play } from "../virtual_host.ts";

/** Waits for ever; its clean-up throws `error`. */
function* messy(error: unknown): bluelet.Coroutine<never> {
  try {
    yield* bluelet.sleep(60);
  } finally {
    // deno-lint-ignore no-unsafe-finally -- that is what is tested
    throw error;
  }
}

/** Every way to wait for another thread whose clean-up throws. */
const owners: Record<string, (error: unknown) => bluelet.Task<unknown>> = {
  scope: (error) =>
    bluelet.scope(function* (scope) {
      scope.spawn(messy, error);
      yield* bluelet.sleep(60);
    }),
  "a scope that drains": (error) =>
    bluelet.scope(function* (scope) {
      scope.spawn(messy, error);
    }),
  "a scope within a scope": (error) =>
    bluelet.scope(function* () {
      yield* bluelet.scope(function* (scope) {
        scope.spawn(messy, error);
        yield* bluelet.sleep(60);
      });
    }),
  all: (error) => bluelet.all([messy(error), bluelet.sleep(60)]),
  allSettled: (error) => bluelet.allSettled([messy(error), bluelet.sleep(60)]),
  any: (error) => bluelet.any([messy(error), bluelet.sleep(60)]),
  race: (error) => bluelet.race([messy(error), bluelet.sleep(60)]),
};

for (const [name, owner] of Object.entries(owners)) {
  /** Takes every error that is not its own kill for one that it can go on from. */
  const careless = function* (error: unknown, log: unknown[]): bluelet.Coroutine {
    try {
      yield owner(error);
    } catch (thrown) {
      log.push(bluelet.isKill(thrown) ? "killed" : thrown);
      if (bluelet.isKill(thrown)) throw thrown;
    }
    yield* bluelet.sleep(1);
    log.push("went on");
  };

  for (const deadline of [bluelet.timeout, bluelet.moveOnAfter]) {
    Deno.test(`${deadline.name} around ${name} whose clean-up fails: the kill goes on, the error is thrown in place of the timeout's`, async () => {
      const error = new Error("clean-up"), log: unknown[] = [];
      const thrown = await play(() => caught(deadline(2, careless(error, log))));
      assertEquals(log, ["killed"]);
      assertStrictEquals(thrown, error);
    });
  }

  Deno.test(`a thread that is killed in ${name} whose clean-up fails: the kill goes on, and the error is the thread's`, async () => {
    const error = new Error("clean-up"), log: unknown[] = [];
    const thrown = await play(function* () {
      return yield* caught(bluelet.scope(function* (scope) {
        const thread = scope.spawn(careless, error, log);
        yield* bluelet.sleep(1);
        yield* bluelet.kill(thread);
        assertEquals(thread.state, "failed");
        yield* bluelet.sleep(1);
      }));
    });
    assertEquals(log, ["killed"]);
    assertStrictEquals(thrown, error);
  });

  Deno.test(`a scope that is killed around ${name} whose clean-up fails throws that error`, async () => {
    const error = new Error("clean-up"), log: unknown[] = [];
    const thrown = await play(() =>
      caught(bluelet.scope(function* (scope) {
        scope.spawn(function* () {
          yield* bluelet.sleep(1);
          scope.kill();
        });
        yield* careless(error, log);
      }))
    );
    assertEquals(log, ["killed"]);
    assertStrictEquals(thrown, error);
  });
}

Deno.test("a scope that failed while a kill was on its way lets the kill through, and its error is thrown where that ends", async () => {
  const error = new Error("failed"), log: string[] = [];
  const thrown = await play(() =>
    caught(bluelet.timeout(
      1,
      function* () {
        try {
          yield* bluelet.scope(function* (scope) {
            scope.spawn(function* () {
              yield* bluelet.shield(bluelet.sleep(2));
              throw error;
            });
            yield* bluelet.sleep(60);
          });
        } catch (thrown) {
          log.push(bluelet.isKill(thrown) ? "killed" : "another error");
          throw thrown;
        }
      }(),
    ))
  );
  assertEquals(log, ["killed"]);
  assertStrictEquals(thrown, error);
});

Deno.test("clean-up errors of several levels come out as one AggregateError, in the order in which they were thrown", async () => {
  const inner = new Error("inner"), outer = new Error("outer");
  const thrown = await play(() =>
    caught(bluelet.timeout(
      1,
      bluelet.scope(function* (scope) {
        scope.spawn(function* () {
          try {
            yield* bluelet.sleep(60);
          } finally {
            yield* bluelet.sleep(1);
            // deno-lint-ignore no-unsafe-finally -- that is what is tested
            throw outer;
          }
        });
        yield* bluelet.all([messy(inner)]);
      }),
    ))
  );
  assertInstanceOf(thrown, AggregateError);
  assertEquals(thrown.errors, [inner, outer]);
});

Deno.test("of nested deadlines that have passed, the outermost throws what clean-up threw inside", async () => {
  const error = new Error("clean-up"), log: unknown[] = [];
  const thrown = await play(() =>
    caught(bluelet.timeout(
      2,
      function* () {
        try {
          yield* bluelet.timeout(
            1,
            bluelet.scope(function* (scope) {
              scope.spawn(function* () {
                try {
                  yield* bluelet.sleep(60);
                } finally {
                  yield* bluelet.sleep(2);
                  // deno-lint-ignore no-unsafe-finally -- that is what is tested
                  throw error;
                }
              });
              yield* bluelet.sleep(60);
            }),
          );
        } catch (thrown) {
          log.push(bluelet.isKill(thrown));
          throw thrown;
        }
      }(),
    ))
  );
  assertEquals(log, [true]);
  assertStrictEquals(thrown, error);
});

Deno.test("a scope that a finally block opens while a kill unwinds throws its error there", async () => {
  const error = new Error("in the clean-up's own scope"), log: unknown[] = [];
  await play(function* () {
    const result = yield* caught(bluelet.timeout(
      1,
      function* () {
        try {
          yield* bluelet.sleep(60);
        } finally {
          log.push(
            yield* caught(bluelet.scope(function* (scope) {
              scope.spawn(function* () {
                yield* bluelet.sleep(1);
                throw error;
              });
            })),
          );
        }
      }(),
    ));
    assertInstanceOf(result, bluelet.TimeoutError);
  });
  assertEquals(log, [error]);
});

Deno.test("an error that a thread's own finally throws replaces its kill, as in JavaScript", async () => {
  const error = new Error("own");
  await play(function* () {
    assertStrictEquals(yield* caught(bluelet.timeout(1, messy(error))), error);
  });
});

Deno.test("who swallows a kill does not swallow what clean-up threw", async () => {
  const error = new Error("clean-up");
  const thrown = await play(() =>
    caught(bluelet.moveOnAfter(
      1,
      function* () {
        try {
          yield* bluelet.all([messy(error)]);
        } catch {
          // Swallowed.
        }
      }(),
    ))
  );
  assertStrictEquals(thrown, error);
});

Deno.test("a run whose thread is killed from outside fails with what clean-up threw", async () => {
  const error = new Error("clean-up");
  const controller = new AbortController();
  const failing = assertRejects(() =>
    play(function* () {
      yield* bluelet.spawn(function* () {
        yield* bluelet.sleep(1);
        controller.abort(new Error("enough"));
      });
      yield* bluelet.all([messy(error)]);
    }, { signal: controller.signal })
  );
  const thrown = await failing;
  assertInstanceOf(thrown, AggregateError);
  assertEquals(thrown.errors.map(({ message }: Error) => message), ["enough", "clean-up"]);
});

type Combinator = (tasks: bluelet.Task<unknown>[]) => bluelet.Event<unknown>;
const combinators: [string, Combinator][] = [
  ["allSettled", bluelet.allSettled],
  ["any", bluelet.any],
  ["race", bluelet.race],
];

for (const [name, owner] of combinators) {
  Deno.test(`${name}: what tasks failed with by themselves before the kill is no clean-up error`, async () => {
    const quiet = new Error("took part");
    const thrown = await play(() =>
      caught(bluelet.timeout(
        2,
        owner([
          function* () {
            yield* bluelet.sleep(name === "race" ? 5 : 1);
            throw quiet;
          }(),
          bluelet.sleep(60),
        ]),
      ))
    );
    assertInstanceOf(thrown, bluelet.TimeoutError);
  });
}

// `throw undefined` and `reject()` are errors like any other (DESIGN 6.5).

const nothing = (): Promise<never> => Promise.reject();

const containers: Record<string, (task: bluelet.Task<unknown>) => bluelet.Event<unknown>> = {
  timeout: (task) => bluelet.timeout(60, task),
  moveOnAfter: (task) => bluelet.moveOnAfter(60, task),
  shield: (task) => bluelet.shield(task),
  all: (task) => bluelet.all([task]),
  race: (task) => bluelet.race([task, bluelet.sleep(60)]),
  "timeout of timeout": (task) => bluelet.timeout(60, bluelet.timeout(60, task)),
};

for (const [name, container] of Object.entries(containers)) {
  for (
    const [how, task] of Object.entries({
      "throw undefined": function* (): bluelet.Coroutine<never> {
        yield* bluelet.null();
        throw undefined;
      },
      "a promise rejected with nothing": () => bluelet.promise(nothing()),
    })
  ) {
    Deno.test(`${how} out of ${name} is that error`, async () => {
      const log: unknown[] = [];
      await play(function* () {
        try {
          yield* container(task());
          log.push("went on");
        } catch (error) {
          log.push(error);
        }
      });
      assertEquals(log, [undefined]);
    });
  }
}

Deno.test("throw undefined ends its scope and is thrown from it; a supervisor is told of it once", async () => {
  const log: unknown[] = [];
  await play(function* () {
    try {
      yield* bluelet.scope(function* (scope) {
        scope.spawn(function* () {
          throw undefined;
        });
        yield* bluelet.sleep(60);
      });
      log.push("went on");
    } catch (error) {
      log.push(error);
    }
    yield* bluelet.scope(function* (scope) {
      const failed = scope.spawn(function* () {
        yield* bluelet.null();
        throw undefined;
      });
      scope.spawn(function* () {
        yield* bluelet.join(failed);
      });
    }, { supervise: (error) => void log.push(["supervised", error]) });
  });
  assertEquals(log, [undefined, ["supervised", undefined]]);
});

Deno.test("throw undefined fails a run", async () => {
  let failed = false;
  await play(function* () {
    throw undefined;
  }).catch((error) => {
    failed = true;
    assert(error === undefined);
  });
  assert(failed);
});
