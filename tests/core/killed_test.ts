import { assert, assertEquals } from "@std/assert";
import * as bluelet from "../../src/core/mod.ts";
import { play } from "../virtual_host.ts";

Deno.test("isKill tells a thread's own kill from one that came out of a join", async () => {
  const log: boolean[] = [];
  await play(function* () {
    const other = yield* bluelet.spawn(function* () {
      yield* bluelet.sleep(60);
    });
    yield* bluelet.kill(other);
    try {
      yield* bluelet.join(other);
    } catch (error) {
      log.push(bluelet.isKill(error));
    }
    yield* bluelet.moveOnAfter(
      1,
      function* () {
        try {
          yield* bluelet.sleep(60);
        } catch (error) {
          log.push(bluelet.isKill(error), bluelet.isKill(new Error()));
          throw error;
        }
      }(),
    );
  });
  assertEquals(log, [false, true, false]);
  assert(!bluelet.isKill(new Error()));
});

Deno.test("killed tells of a kill that a shield puts off, and not of one that was thrown", async () => {
  const log: boolean[] = [];
  await play(function* () {
    const thread = yield* bluelet.spawn(function* () {
      log.push(bluelet.killed());
      try {
        yield* bluelet.shield(function* () {
          yield* bluelet.sleep(1);
          log.push(bluelet.killed());
        }());
        yield* bluelet.sleep(60);
      } finally {
        log.push(bluelet.killed());
      }
    });
    yield* bluelet.null();
    yield* bluelet.kill(thread);
  });
  assertEquals(log, [false, true, false]);
});
