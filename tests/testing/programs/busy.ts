/**
 * A program of three hosts and many messages, which survives all faults; results in the history's hash.
 *
 * @module
 */

import * as bluelet from "../../../mod.ts";
import type { World } from "../../../src/testing/mod.ts";

/** Two servers; each of the two clients has 100 messages answered. */
export function* busy(world: World): bluelet.Coroutine<string> {
  for (const name of ["a", "b"]) {
    world.host(name, () =>
      bluelet.server("", 7, function* echo(conn) {
        for (let line; (line = yield* conn.readline()) !== null;) yield* conn.sendall(line);
      }, { onError() {} }));
  }
  let done = 0;
  world.host("c", function* () {
    yield* exchange("a", 50);
    yield* exchange("b", 50);
    done++;
  });
  yield* bluelet.all([exchange("a", 50), exchange("b", 50)]);
  while (done === 0 && world.state("c") === "running") yield* bluelet.sleep(0.1);
  return world.history.hash;
}

function* exchange(name: string, count: number): bluelet.Coroutine {
  for (let answered = 0; answered < count;) {
    try {
      using conn = yield* bluelet.connect(name, 7);
      for (; answered < count; answered++) {
        yield* conn.sendall(`${answered}\n`);
        const line = yield* bluelet.timeout(1, conn.readline());
        if (line !== `${answered}\n`) throw new bluelet.SocketClosedError("no answer");
      }
    } catch (error) {
      if (!(error instanceof Error && /^(Socket|Timeout)/.test(error.name))) throw error;
      yield* bluelet.sleep(0.1);
    }
  }
}
