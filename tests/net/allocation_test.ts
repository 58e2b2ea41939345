/**
 * A failed allocation of memory fails the operation that needed it, and nothing else.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type Coroutine, join, null as pass, spawn, type Task } from "../../src/core/mod.ts";
import type { Connection } from "../../src/net/mod.ts";
import { DatagramInbox, ReceiveDatagramEvent } from "../../src/net/datagram_inbox.ts";
import { read } from "../../src/streams/mod.ts";
import { simulate } from "../../src/testing/mod.ts";
import { caught } from "../virtual_host.ts";
import { pair, text } from "./pair.ts";

/** Does `task` while there is no memory. */
function* withoutMemory<T>(task: () => Coroutine<T>): Coroutine<T> {
  const { ArrayBuffer } = globalThis;
  const none = function () {
    throw new RangeError("Array buffer allocation failed");
  };
  globalThis.ArrayBuffer = none as unknown as typeof ArrayBuffer;
  try {
    return yield* task();
  } finally {
    globalThis.ArrayBuffer = ArrayBuffer;
  }
}

function assertNoMemory(error: unknown): void {
  assert(error instanceof RangeError && /allocation failed/.test(error.message), String(error));
}

const reads: [string, (conn: Connection) => Task<unknown>][] = [
  ["recv()", (conn) => conn.recv(9)],
  ["readline()", (conn) => conn.readline()],
  ["readuntil()", (conn) => conn.readuntil(new Uint8Array([10]))],
  ["readexactly()", (conn) => conn.readexactly(9)],
  ["read() of a file", () => read({ read: () => Promise.resolve(null) }, 9)],
];

for (const [name, task] of reads) {
  Deno.test(`${name} without memory fails, and the connection goes on`, async () => {
    await simulate(function* () {
      const { near, far } = yield* pair();
      assertNoMemory(yield* withoutMemory(() => caught(task(far))));
      yield* near.sendall("hello\n");
      assertEquals(yield* far.readline(), "hello\n");
      near.close();
      far.close();
    }, { outside: "allow" });
  });
}

Deno.test("readline() that is out of memory in the middle of a line fails, and loses nothing", async () => {
  await simulate(function* () {
    const { near, far } = yield* pair();
    const reader = yield* spawn(() => caught(far.readline("\n", { limit: Infinity })));
    yield* pass();
    yield* withoutMemory(function* () {
      yield* near.sendall("x".repeat(5_000));
      assertNoMemory(yield* join(reader));
    });
    yield* near.sendall("\n");
    assertEquals((yield* far.readline("\n"))!.length, 5_001);
    near.close();
    far.close();
  });
});

Deno.test("receive() of a datagram for which there is no memory fails, and the next is received", async () => {
  await simulate(function* () {
    const inbox = new DatagramInbox(9);
    const receive = new ReceiveDatagramEvent(inbox);
    const receiver = yield* spawn(() => caught(receive));
    yield* pass();
    const bytes = new TextEncoder().encode("hi");
    // deno-lint-ignore require-yield
    yield* withoutMemory(function* () {
      inbox.received(bytes, "127.0.0.1", 9);
    });
    assertNoMemory(yield* join(receiver));
    assertEquals(inbox.dropped, 1);
    inbox.received(bytes, "127.0.0.1", 9);
    assertEquals(text((yield* receive).data), "hi");
  });
});
