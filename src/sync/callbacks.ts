/**
 * Coroutines as callbacks, for libraries that await them.
 *
 * @module
 */

import { type Coroutine, describe, Event, type Thread, type Wait } from "../core/mod.ts";
import { belongs } from "./belongings.ts";
import { Bridge, gone } from "./bridge.ts";

/** What {@linkcode bridge} results in: makes functions that code outside calls, and that return promises. */
export interface Callbacks {
  /** `fn` as a function that starts `fn(...args)` as a thread and returns a promise of its value. */
  <A extends unknown[], T>(fn: (...args: A) => Coroutine<T>): (...args: A) => Promise<T>;
  /** From here on, calls are rejected; those that were made go on. */
  close(): void;
  /** Closes it, for `using`. */
  [Symbol.dispose](): void;
}

/** The functions that go over one bridge. Their threads have the locals of the one that opened it. */
function callbacksOver(bridge: Bridge, opener: Thread): Callbacks {
  const close = () => bridge.close();
  const wrap = <A extends unknown[], T>(fn: (...args: A) => Coroutine<T>) => {
    if (typeof fn !== "function") {
      throw new TypeError(`A bridge takes a function* to make a callback of; got ${describe(fn)}.`);
    }
    return (...args: A): Promise<T> => {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const refuse = (error: unknown) => {
        promise.catch(() => {}); // that the run has ended is no mistake of who called, and does not await this
        reject(error);
      };
      if (!bridge.open || bridge.ended) {
        refuse(gone());
      } else {
        const thread = bridge.cross(fn, args, (ended) => {
          if (ended === null) refuse(thread.failure);
          else if (ended.ok) resolve(ended.value);
          else reject(ended.error);
        });
        thread.locals = opener.locals;
      }
      return promise;
    };
  };
  return Object.assign(wrap, { close, [Symbol.dispose]: close });
}

class BridgeEvent extends Event<Callbacks> {
  override perform(wait: Wait): Callbacks {
    const bridge = new Bridge({}, wait.thread.innermost);
    bridge.onClose = belongs(wait, () => bridge.close());
    return callbacksOver(bridge, wait.thread);
  }

  override get unselectable(): string {
    return "opens a bridge for the current coroutine: yield it on its own";
  }
}

/**
 * A bridge by which code outside calls coroutines: it makes functions that start a thread, in the scope that is open here,
 * and return a promise, such as a library wants for its callbacks.
 *
 * What the coroutine throws rejects the promise, and does not fail the scope: the caller is told. If its thread is killed,
 * with its scope perhaps, the promise is rejected with `ThreadKilledError`, and so is that of a call after the bridge has
 * been closed. Those rejections reach nobody who does not await them.
 *
 * The bridge is closed when the current coroutine ends, or when you close it; what was called before goes on, as threads of
 * a scope do. While it is open, the run is never taken for deadlocked.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals } from "@std/assert";
 *
 * // A library that knows nothing of threads.
 * const mapAsync = (items: number[], fn: (item: number) => Promise<number>) => Promise.all(items.map(fn));
 *
 * const squares = await bluelet.run(function* () {
 *   using callback = yield* bluelet.bridge();
 *   const square = callback(function* (n: number) {
 *     yield* bluelet.sleep(0.001);
 *     return n * n;
 *   });
 *   return yield* bluelet.promise(mapAsync([1, 2, 3], square));
 * }());
 * assertEquals(squares, [1, 4, 9]);
 * ```
 */
export function bridge(): Event<Callbacks> {
  return new BridgeEvent();
}
