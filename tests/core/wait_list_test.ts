import { assertEquals } from "@std/assert";
import { type Thread, type Waiter, WaitList } from "../../src/core/mod.ts";

const nobody = null as unknown as Thread;

Deno.test("WaitList is first come, first served", () => {
  const list = new WaitList<number>();
  for (let i = 0; i < 5; i++) list.add(nobody, i);
  assertEquals([list.size, list.first?.value], [5, 0]);
  assertEquals([...list].map(({ value }) => value), [0, 1, 2, 3, 4]);
  for (let i = 0; i < 5; i++) assertEquals(list.shift()?.value, i);
  assertEquals([list.shift(), list.first, list.size], [undefined, undefined, 0]);
});

Deno.test("WaitList.remove takes out a waiter anywhere, and leaves the others in order", () => {
  for (const out of [0, 2, 4]) {
    const list = new WaitList<number>();
    const waiters: Waiter<number>[] = [];
    for (let i = 0; i < 5; i++) waiters.push(list.add(nobody, i));
    list.remove(waiters[out]!);
    list.remove(waiters[out]!);
    list.add(nobody, 5);
    assertEquals([...list].map(({ value }) => value), [0, 1, 2, 3, 4, 5].filter((i) => i !== out));
    assertEquals(list.size, 5);
  }
});

Deno.test("WaitList.remove leaves alone a waiter of another list", () => {
  const a = new WaitList<number>(), b = new WaitList<number>();
  const waiter = a.add(nobody, 1);
  b.add(nobody, 2);
  b.remove(waiter);
  assertEquals([a.size, b.size], [1, 1]);
});

Deno.test("WaitList can lose waiters while it is gone through", () => {
  const list = new WaitList<number>();
  for (let i = 0; i < 4; i++) list.add(nobody, i);
  const seen: number[] = [];
  for (const waiter of list) {
    seen.push(waiter.value);
    list.remove(waiter);
  }
  assertEquals([seen, list.size], [[0, 1, 2, 3], 0]);
});
