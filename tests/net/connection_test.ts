import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  type Coroutine,
  type Event,
  join,
  kill,
  null as pass,
  run,
  spawn,
  type Thread,
} from "../../src/core/mod.ts";
import { SocketClosedError, SocketError } from "../../src/streams/mod.ts";
import { Connection, type Transport } from "../../src/net/mod.ts";
import type { Completion } from "../../src/streams/mod.ts";
import { text, thrownBy } from "./pair.ts";
import { host } from "./timeless_host.ts";

/** A transport whose operations a test completes by hand. */
class Puppet implements Transport {
  readonly localAddr = { hostname: "127.0.0.1", port: 1 };
  readonly remoteAddr = { hostname: "127.0.0.1", port: 2 };
  reading: { into: Uint8Array; completion: Completion<number | null> } | null = null;
  writing: { data: Uint8Array; completion: Completion<number> } | null = null;
  ending: Completion<void> | null = null;
  closes = 0;
  reads = 0;
  writes: string[] = [];

  read(into: Uint8Array, completion: Completion<number | null>): void {
    assert(this.reading === null, "a second read is in flight");
    this.reads++;
    this.reading = { into, completion };
  }
  write(data: Uint8Array, completion: Completion<number>): void {
    assert(this.writing === null, "a second write is in flight");
    this.writes.push(text(data));
    this.writing = { data, completion };
  }
  closeWrite(completion: Completion<void>): void {
    this.ending = completion;
  }
  close(): void {
    this.closes++;
    const error = new SocketClosedError("closed");
    queueMicrotask(() => {
      this.reading?.completion.failed(error);
      this.writing?.completion.failed(error);
    });
  }

  /** Lets `data` arrive, or the end. */
  arrives(data: string | null): void {
    const { into, completion } = this.reading!;
    this.reading = null;
    completion.done(data === null ? null : new TextEncoder().encodeInto(data, into).written);
  }
  /** Lets the read fail. */
  breaks(error: unknown): void {
    const { completion } = this.reading!;
    this.reading = null;
    completion.failed(error);
  }
  /** Lets `count` bytes go out. */
  takes(count: number): void {
    const { completion } = this.writing!;
    this.writing = null;
    completion.done(count);
  }
}

/** A test that has a connection over a puppet. */
function plays(name: string, program: (conn: Connection, puppet: Puppet) => Coroutine<unknown>): void {
  Deno.test(name, async () => {
    const puppet = new Puppet();
    await run(program(new Connection(puppet), puppet), { host });
  });
}

const reset = () => new SocketError("reset", { code: "ECONNRESET" });

/** Spawns a thread that yields `event` and gives what comes of it: the result, or the error. */
function* waiting<T>(event: Event<T>): Coroutine<Thread<unknown>> {
  const thread = yield* spawn(function* () {
    try {
      return yield* event;
    } catch (error) {
      return error;
    }
  });
  yield* pass();
  return thread;
}

plays(
  "Connection.recv() takes what a killed one's read brings, and starts no second read",
  function* (conn, puppet) {
    yield* kill(yield* waiting(conn.recv(10)));
    const second = yield* waiting(conn.recv(10));
    puppet.arrives("late");
    assertEquals(text((yield* join(second)) as Uint8Array), "late");
    assertEquals(puppet.reads, 1);
  },
);

plays("Connection.recv() takes what came when nobody waited", function* (conn, puppet) {
  yield* kill(yield* waiting(conn.recv(10)));
  puppet.arrives("late");
  assertEquals(text(yield* conn.recv(10)), "late");
  assertEquals(puppet.reads, 1);
});

plays("Connection.recv() that is killed after its bytes came keeps them", function* (conn, puppet) {
  let got = "";
  const reader = yield* spawn(function* () {
    got = text(yield* conn.recv(10));
    yield* pass();
    got = "not reached";
  });
  yield* pass();
  puppet.arrives("just in time");
  yield* kill(reader);
  assertEquals(got, "just in ti");
  assertEquals(text(yield* conn.recv(10)), "me");
});

plays("Connection.recv() reads nothing before it is asked to", function* (conn, puppet) {
  assertEquals(puppet.reads, 0);
  const reader = yield* waiting(conn.recv(10));
  puppet.arrives("data");
  yield* join(reader);
  yield* pass();
  assertEquals(puppet.reads, 1);
});

plays(
  "Connection.recv() tells of a reset that nobody saw, after what had come, and every time",
  function* (conn, puppet) {
    yield* kill(yield* waiting(conn.readline()));
    puppet.arrives("half");
    yield* kill(yield* waiting(conn.readline()));
    const error = reset();
    puppet.breaks(error);
    assertStrictEquals(yield* thrownBy(conn.readline()), error);
    assertEquals(text(yield* conn.recv(10)), "half");
    for (let i = 0; i < 3; i++) assertStrictEquals(yield* thrownBy(conn.recv(10)), error);
  },
);

plays(
  "Connection.recv() is an event that may be yielded again and again, in both spellings",
  function* (conn, puppet) {
    const event = conn.recv(2);
    const reader = yield* spawn(function* (): Coroutine<string> {
      const first = yield event;
      const second = yield* event;
      return text(first) + text(second);
    });
    yield* pass();
    puppet.arrives("abcd");
    assertEquals(yield* join(reader), "abcd");
  },
);

plays(
  "Connection.readline() resumes its thread once the line is whole, not before",
  function* (conn, puppet) {
    const reader = yield* waiting(conn.readline());
    for (const piece of ["a", "b", "c"]) {
      puppet.arrives(piece);
      yield* pass();
      assertEquals(reader.state, "waiting");
    }
    puppet.arrives("\nd");
    assertEquals(yield* join(reader), "abc\n");
  },
);

plays(
  "Connection.readline() throws the reset that cuts a line, and keeps what had come",
  function* (conn, puppet) {
    const reader = yield* waiting(conn.readline());
    puppet.arrives("cut");
    const error = reset();
    puppet.breaks(error);
    assertStrictEquals(yield* join(reader), error);
    assertEquals(text(yield* conn.recv(10)), "cut");
  },
);

plays("Connection.sendall() goes on after a write that took a part", function* (conn, puppet) {
  const writer = yield* waiting(conn.sendall("abcdef"));
  puppet.takes(1);
  puppet.takes(3);
  assertEquals(puppet.writes, ["abcdef", "bcdef", "ef"]);
  yield* pass();
  assertEquals(writer.state, "waiting");
  puppet.takes(2);
  assertEquals(yield* join(writer), undefined);
});

plays("Connection.send() is content with a part", function* (conn, puppet) {
  const writer = yield* waiting(conn.send("abcdef"));
  puppet.takes(4);
  assertEquals(yield* join(writer), 4);
  assertEquals(puppet.writes, ["abcdef"]);
});

plays(
  "Connection.sendall() that was killed sends no more, and the next waits for what is in flight",
  function* (conn, puppet) {
    const first = yield* waiting(conn.sendall("first"));
    const second = yield* waiting(conn.sendall("second"));
    yield* kill(first);
    assertEquals(puppet.writes, ["first"]);
    puppet.takes(2);
    assertEquals(puppet.writes, ["first", "second"]);
    puppet.takes(6);
    assertEquals(yield* join(second), undefined);
  },
);

plays(
  "Connection.sendall() that is killed while it waits its turn leaves the others in order",
  function* (conn, puppet) {
    const threads: Thread<unknown>[] = [];
    for (const letter of "abcd") threads.push(yield* waiting(conn.sendall(letter)));
    yield* kill(threads[1]!);
    for (let i = 0; i < 3; i++) puppet.takes(1);
    yield* join(threads[3]!);
    assertEquals(puppet.writes, ["a", "c", "d"]);
  },
);

plays("Connection.sendall() that fails leaves the next to find out by itself", function* (conn, puppet) {
  const first = yield* waiting(conn.sendall("a"));
  const second = yield* waiting(conn.sendall("b"));
  const error = new SocketError("gone", { code: "EPIPE" });
  const { completion } = puppet.writing!;
  puppet.writing = null;
  completion.failed(error);
  assertStrictEquals(yield* join(first), error);
  puppet.takes(1);
  assertEquals(yield* join(second), undefined);
});

plays(
  "Connection.closeWrite() waits for writers before it, and refuses those after it",
  function* (conn, puppet) {
    const writer = yield* waiting(conn.sendall("a"));
    const closer = yield* waiting(conn.closeWrite());
    const late = yield* waiting(conn.sendall("b"));
    assertEquals(puppet.ending, null);
    puppet.takes(1);
    yield* join(writer);
    puppet.ending!.done();
    assertEquals(yield* join(closer), undefined);
    const error = yield* join(late);
    assert(error instanceof SocketError);
    assertEquals(error.code, "EPIPE");
    assertEquals(puppet.writes, ["a"]);
  },
);

plays("Connection.close() twice closes the transport once", function* (conn, puppet) {
  conn.close();
  conn[Symbol.dispose]();
  assertEquals([puppet.closes, conn.closed], [1, true]);
  yield* pass();
});

plays("Connection.close() beats bytes that arrive in the same moment", function* (conn, puppet) {
  const reader = yield* waiting(conn.recv(10));
  conn.close();
  puppet.arrives("too late");
  assert((yield* join(reader)) instanceof SocketClosedError);
});

plays("Connection.close() frees a connection whose reader was killed", function* (conn) {
  yield* kill(yield* waiting(conn.recv(10)));
  conn.close();
  assert((yield* thrownBy(conn.recv(1))) instanceof SocketClosedError);
});

plays("Connection: a thread that waits for it says for what, in a dump", function* (conn, puppet) {
  const reader = yield* waiting(conn.recv(10));
  assertEquals(reader.waitsFor, "recv(10) from 127.0.0.1:2");
  puppet.arrives(null);
  assertEquals(yield* join(reader), null);
});
