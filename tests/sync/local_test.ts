import { assertEquals, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";

const { Local } = bluelet;

Deno.test("Local: each thread has its own value", async () => {
  await bluelet.run(function* () {
    const local = new Local(0);
    function* counter(by: number) {
      for (let i = 0; i < 10; i++) {
        local.set(local.get() + by);
        yield* bluelet.null();
      }
      return local.get();
    }
    assertEquals(yield* bluelet.all([counter(1), counter(2)]), [10, 20]);
    assertEquals(local.get(), 0);
  }());
});

Deno.test("Local: a child starts with its parent's value of that moment, and neither sees what the other sets", async () => {
  await bluelet.run(function* () {
    const local = new Local("initial");
    const other = new Local<undefined | number>(1);
    local.set("parent's");
    other.set(undefined);
    const child = yield* bluelet.spawn(function* () {
      const first = local.get();
      local.set("child's");
      yield* bluelet.null();
      return [first, local.get(), other.get()];
    });
    local.set("parent's, later");
    assertEquals(yield* bluelet.join(child), ["parent's", "child's", undefined]);
    assertEquals(local.get(), "parent's, later");
  }());
});

Deno.test("Local: coroutines that a thread calls share its value", async () => {
  await bluelet.run(function* () {
    const local = new Local(0);
    yield* bluelet.call(function* () {
      local.set(5);
    });
    assertEquals(local.get(), 5);
  }());
});

Deno.test("Local is freed with its thread", async () => {
  await bluelet.run(function* () {
    const local = new Local<unknown>(null);
    const thread = yield* bluelet.spawn(function* () {
      local.set(new Uint8Array(8));
    });
    yield* bluelet.join(thread);
    assertEquals(thread.locals, null);
  }());
});

Deno.test("Local outside any thread throws", () => {
  const local = new Local(1);
  assertThrows(() => local.get(), Error, "outside any thread");
  assertThrows(() => local.set(2), Error, "outside any thread");
});
