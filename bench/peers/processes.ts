/**
 * The peers that are processes of their own: each is told a measure and a count, clocks itself, and prints how
 * many nanoseconds it took and what it computed.
 *
 * @module
 */

import type { PreparedProgram } from "../micro.ts";
import { buildGo, output, pathOf, pythonFor } from "../programs.ts";

/** Go's scheduler on one core, as ours has one. */
export function go(measure: string): PreparedProgram {
  return clocksItself(() => buildGo("peers/go/micro.go"), [measure], { GOMAXPROCS: "1" });
}

/** Python's gevent: greenlets. */
export function gevent(measure: string): PreparedProgram {
  const script = "peers/gevent_micro.py";
  return clocksItself(() => pythonFor(script, "gevent"), [pathOf(script), measure]);
}

/** Bluelet as it was, under Python. */
export function original(measure: string): PreparedProgram {
  const script = "peers/original_micro.py";
  return clocksItself(() => pythonFor(script, "the original bluelet"), [pathOf(script), measure]);
}

function clocksItself(find: () => Promise<string>, args: string[], env = {}): PreparedProgram {
  return {
    prepare: async () => void await find(),
    run: async (count, clock) => {
      const printed = await output(await find(), [...args, String(count)], env);
      const [nanoseconds = NaN, computed = NaN] = printed.split(" ").map(Number);
      clock.set(nanoseconds);
      return computed;
    },
  };
}
