import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Timer, TimerHeap } from "../../src/core/timers.ts";
import { SEED } from "./seed.ts";

class Note extends Timer {
  constructor(readonly log: number[], readonly id: number, readonly then?: () => void) {
    super();
  }
  override fire(): void {
    this.log.push(this.id);
    this.then?.();
  }
}

Deno.test("TimerHeap fires what is due in order, equal deadlines in the order in which they were set", () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ at: fc.nat(20), removed: fc.boolean() }), { maxLength: 200 }),
      fc.nat(20),
      (timers, now) => {
        const heap = new TimerHeap();
        const log: number[] = [];
        const notes = timers.map((_, id) => new Note(log, id));
        notes.forEach((note, id) => heap.add(note, timers[id]!.at));
        notes.forEach((note, id) => timers[id]!.removed && heap.remove(note));
        const left = timers.map(({ at, removed }, id) => ({ at, removed, id })).filter(({ removed }) =>
          !removed
        );
        assertEquals(heap.size, left.length);
        const due = left.filter(({ at }) => at <= now).sort((a, b) => a.at - b.at || a.id - b.id);
        heap.fire(now);
        assertEquals(log, due.map(({ id }) => id));
        assertEquals(heap.size, left.length - due.length);
      },
    ),
    { seed: SEED },
  );
});

Deno.test("TimerHeap.remove leaves alone a timer that is not set, and one that has fired", () => {
  const heap = new TimerHeap();
  const log: number[] = [];
  const a = new Note(log, 1), b = new Note(log, 2);
  heap.remove(a);
  heap.add(a, 1);
  heap.fire(1);
  heap.add(b, 2);
  heap.remove(a);
  assertEquals([log, heap.size, heap.next], [[1], 1, 2]);
});

Deno.test("TimerHeap.fire leaves timers that are set meanwhile for the next call", () => {
  const heap = new TimerHeap();
  const log: number[] = [];
  const again: Note = new Note(log, 1, () => heap.add(again, 0));
  heap.add(again, 1);
  heap.add(new Note(log, 2), 1);
  heap.fire(1);
  assertEquals([log, heap.size], [[1], 2]);
  heap.fire(1);
  assertEquals(log, [1, 1]);
});

Deno.test("TimerHeap.fire: a timer may remove another that is due", () => {
  const heap = new TimerHeap();
  const log: number[] = [];
  const second = new Note(log, 2);
  heap.add(new Note(log, 1, () => heap.remove(second)), 1);
  heap.add(second, 1);
  heap.fire(5);
  assertEquals([log, heap.size], [[1], 0]);
});

Deno.test("TimerHeap keeps its order when most of many timers are removed, in whichever order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(50), { minLength: 300, maxLength: 600 }),
      fc.integer({ min: 2, max: 20 }),
      fc.boolean(),
      (ats, nth, backwards) => {
        const heap = new TimerHeap();
        const log: number[] = [];
        const notes = ats.map((at, id) => {
          const note = new Note(log, id);
          heap.add(note, at);
          return note;
        });
        const removed = notes.filter((_, id) => id % nth > 0);
        for (const note of backwards ? removed.reverse() : removed) heap.remove(note);
        const left = ats.map((at, id) => ({ at, id })).filter(({ id }) => id % nth === 0);
        left.sort((a, b) => a.at - b.at || a.id - b.id);
        assertEquals([heap.size, heap.next], [left.length, left[0]!.at]);
        heap.fire(50);
        assertEquals([log, heap.size, heap.next], [left.map(({ id }) => id), 0, Infinity]);
      },
    ),
    { seed: SEED, numRuns: 50 },
  );
});

Deno.test("TimerHeap: a timer that was removed and set again fires once, when it was set for last", () => {
  const heap = new TimerHeap();
  const log: number[] = [];
  const timer = new Note(log, 1);
  for (const at of [3, 1, 2]) {
    heap.remove(timer);
    heap.add(timer, at);
  }
  assertEquals([heap.size, heap.next], [1, 2]);
  heap.fire(1);
  assertEquals(log, []);
  heap.fire(3);
  assertEquals([log, heap.size, timer.isSet], [[1], 0, false]);
});
