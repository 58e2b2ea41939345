/**
 * `lines` under random receivers, kills, closings and direct reads: whatever happens, what was received is the stream's
 * content, each line once.
 */

import { assertEquals } from "@std/assert";
import {
  type Coroutine,
  kill,
  moveOnAfter,
  null as pass,
  select,
  sleep,
  spawn,
  type Thread,
} from "../../src/core/mod.ts";
import { lines, reader } from "../../src/streams/mod.ts";
import type { Channel } from "../../src/sync/mod.ts";
import { type Dice, forEachSeed } from "../sync/seeds.ts";

function* program(dice: Dice): Coroutine<void> {
  const sent = Array.from(
    { length: 5 + dice.below(20) },
    (_, i) => `${i}:${"x".repeat(dice.below(dice.oneIn(9) ? 3_000 : 9))}`,
  );
  const data = new TextEncoder().encode(sent.join("\n") + "\n");
  let at = 0;
  const source = reader({
    async read(p: Uint8Array) {
      const turns = dice.below(4);
      for (let i = 0; i < turns; i++) await null;
      const piece = data.subarray(at, at += Math.min(p.length, data.length - at, 1 + dice.below(40)));
      p.set(piece);
      return piece.length === 0 ? null : piece.length;
    },
  });
  const got: string[] = [];
  let channel: Channel<string> = yield* lines(source);
  let over = false;

  function* receive(): Coroutine<void> {
    const line = yield* channel.receive(null);
    if (line === null) over = true;
    else got.push(line);
  }

  while (!over) {
    switch (dice.below(6)) {
      case 0: { // several at once, of which some are killed at some time
        const threads: Thread<void>[] = [];
        for (let i = dice.below(4); i >= 0; i--) threads.push(yield* spawn(receive));
        for (let i = dice.below(3); i > 0; i--) yield* pass();
        for (const thread of threads) if (dice.oneIn(2)) yield* kill(thread);
        for (const thread of threads) while (!thread.ended) yield* pass();
        break;
      }
      case 1: {
        const line = yield* moveOnAfter(0, channel.receive(null));
        if (line === null) over = true;
        else if (line !== undefined) got.push(line);
        break;
      }
      case 2: {
        const first = yield* select({ line: channel.receive(null), turn: pass() });
        if (first.case !== "line") break;
        if (first.value === null) over = true;
        else got.push(first.value as string);
        break;
      }
      case 3: { // closed, with or without somebody who waits, and opened again
        const waiting = yield* spawn(function* (): Coroutine<void> {
          const line = yield* channel.receive(null);
          if (line !== null) got.push(line);
        });
        if (dice.oneIn(2)) yield* pass();
        channel.close();
        while (!waiting.ended) yield* pass();
        if (dice.oneIn(2)) {
          const line = yield* source.readline();
          if (line === null) return check(got, sent);
          got.push(line.slice(0, -1));
        }
        channel = yield* lines(source);
        break;
      }
      case 4: {
        const line = channel.closed ? undefined : channel.tryReceive();
        if (line !== undefined) got.push(line);
        if (channel.closed) over = true;
        break;
      }
      default:
        yield* receive();
    }
    if (dice.oneIn(20)) yield* sleep(0);
  }
  check(got, sent);
}

/** Several that receive at once may go on in any order, where that is chance: so only what they got counts. */
function check(got: string[], sent: string[]): void {
  assertEquals(got.sort((a, b) => parseInt(a) - parseInt(b)), sent);
}

Deno.test("lines(): random receivers, kills, closings and direct reads get each line once", () =>
  forEachSeed(program));
Deno.test("lines(): the same, whatever thread runs next", () => forEachSeed(program, { shuffled: true }));
