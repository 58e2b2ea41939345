/**
 * Bad arguments are refused at the call, in words that say who takes what.
 *
 * @module
 */

import { assert, assertThrows } from "@std/assert";
import * as bluelet from "../../mod.ts";

// deno-lint-ignore no-explicit-any -- what a program without types may pass
const wrong = [null, undefined, 7, "text", {}, () => {}] as any[];
// deno-lint-ignore no-explicit-any -- see above
type Taking = (value: any) => unknown;

const takers: Record<string, { of: Taking; fine?: unknown[] }> = {
  "spawn()": { of: (value) => bluelet.spawn(value), fine: [wrong[5]] },
  "call()": { of: (value) => bluelet.call(value), fine: [wrong[5]] },
  "join()": { of: (value) => bluelet.join(value) },
  "kill()": { of: (value) => bluelet.kill(value) },
  "sleep()": { of: (value) => bluelet.sleep(value), fine: [7] },
  "promise()": { of: (value) => bluelet.promise(value), fine: [wrong[5]] },
  "suspend()": { of: (value) => bluelet.suspend(value), fine: [wrong[5]] },
  "timeout()": { of: (value) => bluelet.timeout(1, value), fine: [wrong[5]] },
  "moveOnAfter()": { of: (value) => bluelet.moveOnAfter(1, value), fine: [wrong[5]] },
  "timeout() ": { of: (value) => bluelet.timeout(value, bluelet.null()), fine: [7] },
  "shield()": { of: (value) => bluelet.shield(value) },
  "defer()": { of: (value) => bluelet.defer(value), fine: [wrong[5]] },
  "scope()": { of: (value) => bluelet.scope(value), fine: [wrong[5]] },
  "all()": { of: (value) => bluelet.all(value) },
  "all() ": { of: (value) => bluelet.all([value]) },
  "allSettled()": { of: (value) => bluelet.allSettled([value]) },
  "any()": { of: (value) => bluelet.any([value]) },
  "race()": { of: (value) => bluelet.race([value]) },
  "select()": { of: (value) => bluelet.select([value]) },
  "select() ": { of: (value) => bluelet.select(value) },
  "withLock()": { of: (value) => bluelet.withLock(value, bluelet.null()) },
  "withLock() ": { of: (value) => bluelet.withLock(new bluelet.Lock(), value) },
  "A condition": { of: (value) => new bluelet.Condition(value), fine: [undefined] },
  "A capacity": { of: (value) => new bluelet.Channel(value), fine: [undefined, 7] },
  "A capacity ": { of: (value) => new bluelet.Queue(value), fine: [undefined, 7] },
  "A semaphore": { of: (value) => new bluelet.Semaphore(value), fine: [7] },
  "A barrier": { of: (value) => new bluelet.Barrier(value), fine: [7] },
  "A pool": { of: (value) => new bluelet.Pool(value), fine: [7] },
  "Pool.map()": { of: (value) => new bluelet.Pool(1).map(value, []), fine: [wrong[5]] },
  "Pool.map() ": { of: (value) => new bluelet.Pool(1).map(function* () {}, value), fine: ["text"] },
  "Pool.imap()": { of: (value) => new bluelet.Pool(1).imap(function* () {}, value), fine: ["text"] },
  "spawn() ": { of: (value) => new bluelet.Pool(1).spawn(value), fine: [wrong[5]] },
  "every()": { of: (value) => bluelet.every(value), fine: [7] },
  "retry()": { of: (value) => bluelet.retry(value), fine: [wrong[5]] },
  "A rate limiter": { of: (value) => new bluelet.RateLimiter(value), fine: [7] },
  "acquire()": {
    of: (value) => new bluelet.RateLimiter(1, { burst: 7 }).acquire(value),
    fine: [undefined, 7],
  },
  "A subscription": {
    of: (capacity) => new bluelet.Broadcast().subscribe({ capacity }),
    fine: [undefined, 7],
  },
  "subscribe()": { of: (overflow) => new bluelet.Broadcast().subscribe({ overflow }), fine: [undefined] },
  "A queue": { of: (order) => new bluelet.Queue(1, { order }), fine: [undefined, wrong[5]] },
  "start()": { of: (value) => bluelet.start(value), fine: [wrong[5]] },
  "aborted()": { of: (value) => bluelet.aborted(value) },
  "withSignal()": { of: (value) => bluelet.withSignal(value, bluelet.null()) },
  "withSignal() ": { of: (value) => bluelet.withSignal(new AbortController().signal, value) },
  "events()": { of: (value) => bluelet.events(value, "type") },
  "fromAsyncIterable()": { of: (value) => bluelet.fromAsyncIterable(value) },
  "toAsyncIterable()": { of: (value) => bluelet.toAsyncIterable(value) },
  "toReadableStream()": { of: (value) => bluelet.toReadableStream(value) },
  "toWritableStream()": { of: (value) => bluelet.toWritableStream(value) },
};

for (const [name, { of, fine = [] }] of Object.entries(takers)) {
  Deno.test(`${name.trim()} refuses at the call what it cannot take${name.endsWith(" ") ? ", in its other argument too" : ""}`, () => {
    for (const value of wrong) {
      if (fine.includes(value)) continue;
      const error = assertThrows(() => of(value));
      assert(error instanceof TypeError || error instanceof RangeError, String(error));
      assert(error.message.startsWith(name.trim()), `${value} → ${error.message}`);
    }
  });
}
