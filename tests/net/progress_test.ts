/**
 * Sources and sinks that do not get on, or that always get on at once: the first fail, and neither keeps the program's
 * other threads, timers and sockets from theirs.
 *
 * @module
 */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  type Coroutine,
  current,
  type Event,
  isKill,
  join,
  kill,
  moveOnAfter,
  null as pass,
  run,
  scope,
  sleep,
  spawn,
  timeout,
  TimeoutError,
} from "../../src/core/mod.ts";
import { denoHost } from "../../src/deno/mod.ts";
import { connect, Connection, Listener, type Transport } from "../../src/net/mod.ts";
import { type Completion, read, type Reader, write, type Writer } from "../../src/streams/mod.ts";
import { lacks } from "../requirements.ts";
import { thrownBy } from "./pair.ts";

const ignore = lacks(["net"]);

/** A test on the real clock, which a microtask that begets another would stop. */
function states(name: string, program: () => Coroutine<unknown>): void {
  Deno.test(name, { ignore }, async () => void await run(program(), { host: denoHost }));
}

/** A reader whose every read ends at once, as `next` says. */
function readerOf(next: (p: Uint8Array) => unknown): Reader & { reads: number } {
  return {
    reads: 0,
    read(p) {
      this.reads++;
      return Promise.resolve(next(p) as number | null);
    },
  };
}

/** A writer whose every write ends at once, as `next` says. */
function writerOf(next: (p: Uint8Array) => unknown): Writer & { writes: number } {
  return {
    writes: 0,
    write(p) {
      this.writes++;
      return Promise.resolve(next(p) as number);
    },
  };
}

/** A transport whose reads and writes end with 0 bytes, each in a microtask of its own. */
class Idler implements Transport {
  readonly localAddr = { hostname: "::1", port: 1 };
  readonly remoteAddr = { hostname: "::1", port: 2 };
  read(_into: Uint8Array, completion: Completion<number | null>): void {
    queueMicrotask(() => completion.done(0));
  }
  write(_data: Uint8Array, completion: Completion<number>): void {
    queueMicrotask(() => completion.done(0));
  }
  closeWrite(completion: Completion<void>): void {
    queueMicrotask(() => completion.done());
  }
  close(): void {}
}

states("read() of a source that reads 0 bytes again and again fails, and says why", function* () {
  for (const size of [9, undefined]) {
    const file = readerOf(() => 0);
    const error = yield* thrownBy(size === undefined ? read(file) : read(file, size));
    assertStringIncludes(String(error), "no progress");
    assertStringIncludes(String(error), "0 bytes");
    assert(file.reads >= 100 && file.reads <= 110, `${file.reads}`);
  }
});

states("write() to a sink that writes 0 bytes again and again fails, and says why", function* () {
  const file = writerOf(() => 0);
  const error = yield* thrownBy(write(file, "abc"));
  assertStringIncludes(String(error), "no progress");
  assertStringIncludes(String(error), "0 bytes");
  assert(file.writes >= 100 && file.writes <= 110, `${file.writes}`);
});

states("Connection: a transport that makes no progress fails every way of reading and writing", function* () {
  const ways:
    ((conn: Connection) => ReturnType<Connection["recv" | "readline" | "readexactly" | "sendall"]>)[] = [
      (conn) => conn.recv(9),
      (conn) => conn.readline(),
      (conn) => conn.readexactly(2 ** 40),
      (conn) => conn.sendall("abc"),
    ];
  for (const way of ways) {
    const error = yield* thrownBy(way(new Connection(new Idler())));
    assertStringIncludes(String(error), "no progress");
    assertStringIncludes(String(error), "[::1]:2");
  }
});

states(
  "read() of a source that reads 0 bytes now and then goes on, and counts anew after each byte",
  function* () {
    let reads = 0;
    const file = readerOf(() => ++reads > 1_000 ? null : reads % 90 === 0 ? 1 : 0);
    assertEquals((yield* read(file)).length, 11);
  },
);

states("read() may be tried again after it made no progress", function* () {
  let stuck = true;
  const file = readerOf(() => stuck ? 0 : 5);
  yield* thrownBy(read(file, 9));
  stuck = false;
  assertEquals((yield* read(file, 9))!.length, 5);
});

states("write() that made no progress leaves the next its turn", function* () {
  let stuck = true;
  const file = writerOf((p) => stuck ? 0 : p.length);
  const first = yield* spawn(() => thrownBy(write(file, "abc")));
  const second = yield* spawn(() => thrownBy(write(file, "abc")));
  yield* join(first);
  yield* join(second);
  stuck = false;
  assertEquals(yield* write(file, "abcd"), 4);
});

for (const count of [-1, 1.5, NaN, 10, "5", undefined, {}, 2n]) {
  const name = typeof count === "string" ? `"${count}"` : String(count);
  states(`read() of a source that claims to have read ${name} of 9 bytes fails`, function* () {
    const error = yield* thrownBy(read(readerOf(() => count), 9));
    assert(error instanceof TypeError && /number of bytes/.test(error.message), String(error));
  });
}

for (const count of [-1, 1.5, NaN, 10, "5", undefined, null]) {
  const name = typeof count === "string" ? `"${count}"` : String(count);
  states(`write() to a sink that claims to have written ${name} of 9 bytes fails`, function* () {
    const error = yield* thrownBy(write(writerOf(() => count), new Uint8Array(9)));
    assert(error instanceof TypeError && /number of bytes/.test(error.message), String(error));
  });
}

/** Goes on when `task` has failed, but not when it was killed. */
function* failing(task: Event<unknown>): Coroutine<void> {
  try {
    yield* task;
  } catch (error) {
    if (isKill(error)) throw error;
  }
}

const reads: [string, () => Coroutine<unknown>][] = [
  ["one read that never comes to its end", function* () {
    yield* read(readerOf(() => 1));
  }],
  ["a loop of reads of a few bytes", function* () {
    const file = readerOf((p) => p.length);
    for (;;) yield* read(file, 9);
  }],
  ["a loop of reads of many bytes", function* () {
    const file = readerOf((p) => p.length);
    for (;;) yield* read(file, 65_536);
  }],
  ["a hundred threads that each read something else", function* () {
    yield* scope(function* (scope) {
      for (let i = 0; i < 100; i++) {
        const file = readerOf((p) => p.length);
        scope.spawn(function* () {
          for (;;) yield* read(file, 9);
        });
      }
    });
  }],
  ["a loop of reads that fail", function* () {
    const file = { read: () => Promise.reject(new Error("never")) };
    for (;;) yield* failing(read(file, 9));
  }],
  ["a loop of writes that fail", function* () {
    const file = { write: () => Promise.reject(new Error("never")) };
    for (;;) yield* failing(write(file, "abc"));
  }],
  ["a source that mostly reads 0 bytes", function* () {
    let reads = 0;
    yield* read(readerOf(() => ++reads % 50 === 0 ? 1 : 0));
  }],
  ["a write in pieces of one byte", function* () {
    yield* write(writerOf(() => 1), new Uint8Array(100_000_000));
  }],
  ["a loop of writes", function* () {
    const file = writerOf((p) => p.length);
    for (;;) yield* write(file, "abc");
  }],
  ["a read in pieces beside a thread that never waits", function* () {
    yield* scope(function* (scope) {
      scope.spawn(function* () {
        for (;;) yield* pass();
      });
      yield* read(readerOf(() => 1));
    });
  }],
];

for (const [name, program] of reads) {
  states(`${name}: is ended by a timeout in time, and nobody starves meanwhile`, function* () {
    const seconds = 0.3;
    using listener = new Listener("127.0.0.1", 0);
    yield* scope(function* (scope) {
      scope.spawn(function* echo() {
        using conn = yield* listener.accept();
        for (let data; (data = yield* conn.recv(10));) yield* conn.sendall(data);
      });
      const { host } = current().scheduler;
      const late: number[] = [];
      let ticks = 0, trips = 0;
      // Timers of the library, timers of the platform and sockets, all at once.
      const ticker = scope.spawn(function* () {
        for (;;) {
          const due = host.now() + 0.005;
          yield* sleep(0.005);
          late.push(host.now() - due);
        }
      });
      const interval = setInterval(() => ticks++, 5);
      const traveller = scope.spawn(function* () {
        using conn = yield* connect("127.0.0.1", listener.port);
        for (;; trips++) {
          yield* conn.sendall("x");
          yield* conn.readexactly(1);
        }
      });
      const begin = host.now();
      try {
        const error = yield* thrownBy(timeout(seconds, program()));
        assert(error instanceof TimeoutError, String(error));
      } finally {
        clearInterval(interval);
        yield* kill(ticker);
        yield* kill(traveller);
      }
      const took = host.now() - begin;
      // Where somebody starves none of it happens at all. (Other programs run on this machine, so more is not asked.)
      assert(took < seconds + 1, `it took ${took} s`);
      const usually = late.sort((a, b) => a - b)[Math.floor(late.length / 2)]!;
      assert(usually < 0.05, `timers were ${usually} s late`);
      assert(ticks >= 2, `an interval of the platform's fired ${ticks} times`);
      assert(trips >= 2, `${trips} round trips`);
    });
  });
}

states("read() that is killed while its source is put off reads nothing any more", function* () {
  const file = readerOf(() => 1);
  yield* moveOnAfter(0.02, read(file));
  const { reads } = file;
  for (let i = 0; i < 3; i++) yield new Promise((resolve) => setTimeout(resolve, 1));
  assert(file.reads <= reads + 1);
  // And what was read is kept.
  assertEquals((yield* read(file, 2 ** 40))!.length, file.reads);
});
