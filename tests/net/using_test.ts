/**
 * `using` closes everything that is closed: whatever the main module exports with a `close` is disposed of by it.
 *
 * @module
 */

import { assert, assertEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { lacks } from "../requirements.ts";

Deno.test("every class of the main module with a close() can be used with using", () => {
  const closed = Object.entries(bluelet).filter(([, value]) =>
    typeof value === "function" && "close" in (value.prototype ?? {}) &&
    value !== bluelet.Scope // whose close is not for programs
  );
  assert(closed.length >= 4, String(closed.map(([name]) => name)));
  for (const [name, { prototype }] of closed as [string, { prototype: object }][]) {
    assert(Symbol.dispose in prototype, `${name} has close() and no [Symbol.dispose]()`);
  }
});

interface Closing extends Disposable {
  close(): void;
  readonly closed: boolean;
}

const makers: Record<string, () => bluelet.Coroutine<Closing>> = {
  // deno-lint-ignore require-yield
  *Channel() {
    return new bluelet.Channel();
  },
  // deno-lint-ignore require-yield
  *Listener() {
    return new bluelet.Listener("127.0.0.1", 0);
  },
  // deno-lint-ignore require-yield
  *"Listener at a path"() {
    return new bluelet.Listener({ path: `${Deno.makeTempDirSync()}/socket` });
  },
  *Connection() {
    using listener = new bluelet.Listener("127.0.0.1", 0);
    const conn = yield* bluelet.connect("127.0.0.1", listener.port);
    using _accepted = yield* listener.accept();
    return conn;
  },
  *"accepted Connection"() {
    using listener = new bluelet.Listener("127.0.0.1", 0);
    using _conn = yield* bluelet.connect("127.0.0.1", listener.port);
    return yield* listener.accept();
  },
  *DatagramSocket() {
    return yield* bluelet.datagramSocket("127.0.0.1", 0);
  },
  *File() {
    return yield* bluelet.open(Deno.makeTempFileSync());
  },
  *"Channel of watch()"() {
    return yield* bluelet.watch(Deno.makeTempDirSync());
  },
};

for (const [name, make] of Object.entries(makers)) {
  Deno.test({
    name: `using closes at the end of its block, also when that throws, and closing twice is fine: ${name}`,
    ignore: lacks(["net", "read", "write"]),
    async fn() {
      await bluelet.run(function* () {
        const one = yield* make();
        {
          using thing = one;
          assertEquals(thing.closed, false);
        }
        assertEquals(one.closed, true);
        one.close();
        const other = yield* make();
        const failure = new Error("in the block");
        assertThrows(() => {
          using _thing = other;
          throw failure;
        });
        assertEquals(other.closed, true);
        other[Symbol.dispose]();
      }());
    },
  });
}
