/**
 * A host that gives turns and no time.
 *
 * @module
 */

import type { Host } from "../../src/core/mod.ts";

/** Its clock stands still, and its alarms never ring. */
export const host: Host = {
  now: () => 0,
  alarm: () => ({ cancel: () => {} }),
  soon: queueMicrotask,
  turn: queueMicrotask,
};
