/**
 * Watching, on a host whose changes the test tells, in virtual time.
 *
 * @module
 */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { call, type Coroutine, kill, null as pass, sleep, spawn } from "../../src/core/mod.ts";
import { type FileChange, type Files, watch, type Watcher } from "../../src/files/mod.ts";
import type { Channel } from "../../src/sync/mod.ts";
import type { Completion } from "../../src/streams/mod.ts";
import { caught, play, rounded, VirtualHost } from "../virtual_host.ts";

/** A host whose files can only be watched. */
class WatchedHost extends VirtualHost {
  watcher: Watcher | null = null;
  /** The call that watches, until it is answered. */
  asked: { paths: string[]; recursive: boolean; completion: Completion<() => void>; given: boolean } | null =
    null;
  /** How many watchers were ended. */
  ended = 0;
  answers = true;

  readonly files = {
    watch: (paths: string[], recursive: boolean, watcher: Watcher, completion: Completion<() => void>) => {
      const asked = this.asked = { paths, recursive, completion, given: false as boolean };
      this.watcher = watcher;
      if (this.answers) Promise.resolve().then(() => completion.done(() => this.ended++));
      return () => void (asked.given = true);
    },
  } as Partial<Files> as Files;
}

function plays(name: string, program: (host: WatchedHost) => Coroutine<unknown>): void {
  Deno.test(name, async () => {
    const host = new WatchedHost();
    await play(() => program(host), { host });
  });
}

plays("watch() asks for what it was told, and nothing recursive unless told", function* (host) {
  yield* watch("a");
  assertEquals([host.asked!.paths, host.asked!.recursive], [["a"], false]);
  yield* watch(["a", new URL("file:///b%20c")], { recursive: true });
  assertEquals([host.asked!.paths, host.asked!.recursive], [["a", "/b c"], true]);
});

plays("watch() puts together what comes within debounce of quiet", function* (host) {
  const changes = yield* watch("d", { debounce: 0.5 });
  const start = host.time;
  host.watcher!.changed("create", ["d/a"]);
  yield* sleep(0.3);
  host.watcher!.changed("modify", ["d/a"]);
  host.watcher!.changed("modify", ["d/b"]);
  yield* sleep(0.3);
  assertEquals(changes.size, 0);
  assertEquals(yield* changes.receive(), { kind: "create", paths: ["d/a"] });
  assertEquals(rounded(host.time - start), 0.8);
  assertEquals(yield* changes.receive(), { kind: "modify", paths: ["d/b"] });
  assertEquals(changes.size, 0);
});

plays("watch() waits for quiet no longer than ten times debounce", function* (host) {
  const changes = yield* watch("d", { debounce: 0.1 });
  const start = host.time;
  const busy = yield* spawn(function* () {
    for (let i = 0;; i++) {
      host.watcher!.changed("modify", [`d/${i % 3}`]);
      yield* sleep(0.05);
    }
  });
  yield* changes.receive();
  assertEquals(rounded(host.time - start), 1);
  yield* kill(busy);
});

plays("watch() with a debounce of 0 tells at once", function* (host) {
  const changes = yield* watch("d", { debounce: 0 });
  const start = host.time;
  host.watcher!.changed("modify", ["d/a"]);
  assertEquals(yield* changes.receive(), { kind: "modify", paths: ["d/a"] });
  assertEquals(rounded(host.time - start), 0);
});

plays(
  "watch(): when nobody receives, one change of all that is watched stands for more than 1,024",
  function* (host) {
    const changes = yield* watch(["d", "e"], { debounce: 0.01 });
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 500; j++) host.watcher!.changed("create", [`d/${i} ${j}`]);
      yield* sleep(1);
    }
    assertEquals(changes.size, 1);
    host.watcher!.changed("modify", ["d/a"]);
    yield* sleep(1);
    assertEquals(yield* changes.receive(), { kind: "modify", paths: ["d", "e"] });
    assertEquals(yield* changes.receive(), { kind: "modify", paths: ["d/a"] });
  },
);

plays("watch(): what the host lost is a change of all that is watched", function* (host) {
  const changes = yield* watch("d");
  host.watcher!.changed("create", ["d/a"]);
  host.watcher!.lost();
  assertEquals(yield* changes.receive(), { kind: "modify", paths: ["d"] });
  assertEquals(changes.size, 0);
});

plays(
  "watch() is ended when the coroutine that watches ends, however it ends, and when it is closed",
  function* (host) {
    const channels: Channel<FileChange>[] = [];
    function* watching(how: string): Coroutine<void> {
      const changes = yield* watch("d");
      channels.push(changes);
      host.watcher!.changed("create", ["d/a"]); // its timer is set
      if (how === "killed") yield* sleep(60);
      if (how === "closed") changes.close();
      if (how === "throws") throw new Error(how);
    }
    yield* call(watching, "returns");
    yield* caught(watching("throws"));
    yield* call(watching, "closed");
    const thread = yield* spawn(watching, "killed");
    while (channels.length < 4) yield* pass();
    yield* kill(thread);
    assert(channels.every(({ closed }) => closed));
    assertEquals(host.ended, 4);
    host.watcher!.changed("create", ["d/b"]); // comes too late
    host.watcher!.lost();
    host.watcher!.failed(new Error("too late"));
  },
);

plays("watch() that is killed before it watches gives up", function* (host) {
  host.answers = false;
  const thread = yield* spawn(function* () {
    yield* watch("d");
  });
  yield* pass();
  yield* kill(thread);
  assert(host.asked!.given);
});

plays("watch() that cannot watch throws that", function* (host) {
  host.answers = false;
  const error = new Error("no");
  const thread = yield* spawn(() => caught(watch("d")));
  yield* pass();
  host.asked!.completion.failed(error);
  const { result } = thread;
  assertStrictEquals(yield result, error);
});

plays("watch(): when watching fails, its receivers get what there was, then the error", function* (host) {
  const changes = yield* watch("d");
  const error = new Error("the disk is gone");
  host.watcher!.changed("create", ["d/a"]);
  host.watcher!.failed(error);
  assertEquals(yield* changes.receive(null), { kind: "create", paths: ["d/a"] });
  assertStrictEquals(yield* caught(changes.receive(null)), error);
  assertEquals(host.ended, 1);
});
