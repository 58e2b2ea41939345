/**
 * When the port of a closed listener may be listened on again, whichever host it is on.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type Coroutine, kill, null as pass, select, sleep, spawn } from "../../src/core/mod.ts";
import { Listener, type UnixPath } from "../../src/net/mod.ts";
import { connect } from "../../src/net/mod.ts";
import { thrownBy } from "./pair.ts";
import { type Runner, statesOver } from "./statement.ts";

/** Registers the suite's tests, each named after its statement and `over`. `path` is a free one for a unix socket. */
export function settledSuite(
  over: string,
  run: Runner,
  path: () => string,
  options?: { ignore?: boolean },
): void {
  const states = statesOver(over, run, options);

  /** Listens where `listener` did, and is connected to there. */
  function* again(listener: Listener): Coroutine<void> {
    using another = open("path" in listener.addr ? listener.addr : listener.port);
    const acceptor = yield* spawn(accept, another);
    using _conn = yield* "path" in listener.addr
      ? connect(listener.addr)
      : connect("127.0.0.1", listener.port);
    yield* kill(acceptor);
  }

  const places: [string, () => Listener][] = [
    ["a port", () => open(0)],
    ["a path", () => open({ path: path() })],
  ];
  for (const [place, make] of places) {
    states(
      `Listener.settled() of ${place}: may be listened on again, with an accept in flight`,
      function* () {
        const listener = make();
        yield* spawn(() => thrownBy(listener.accept()));
        yield* pass();
        listener.close();
        yield* listener.settled();
        yield* again(listener);
      },
    );

    states(`Listener.settled() of ${place}: also when the thread that accepted was killed`, function* () {
      const listener = make();
      const acceptor = yield* spawn(accept, listener);
      yield* pass();
      yield* kill(acceptor);
      listener.close();
      yield* listener.settled();
      yield* again(listener);
    });

    states(`Listener.settled() of ${place}: goes on at once when nothing is in flight`, function* () {
      const listener = make();
      listener.close();
      const first = yield* select({ settled: listener.settled(), later: sleep(0) });
      assertEquals(first.case, "settled");
      yield* again(listener);
    });
  }

  states("Listener.settled() may be waited for by many, and killed", function* () {
    const listener = open(0);
    const acceptor = yield* spawn(accept, listener);
    yield* pass();
    const log: number[] = [];
    const waits = [];
    for (const id of [0, 1, 2]) {
      waits.push(
        yield* spawn(function* () {
          yield* listener.settled();
          log.push(id);
        }),
      );
    }
    yield* pass();
    yield* kill(waits[1]!);
    yield* kill(acceptor);
    listener.close();
    yield* listener.settled();
    assertEquals(log, [0, 2]);
  });
}

function open(where: number | UnixPath): Listener {
  return typeof where === "number" ? new Listener("127.0.0.1", where) : new Listener(where);
}

function* accept(listener: Listener): Coroutine<void> {
  using _conn = yield* listener.accept();
}
