/**
 * Whether a stream gets on: what its reads and writes say that they did must be true, and must not be nothing for ever.
 *
 * @module
 */

import { describe } from "../core/mod.ts";
import { SocketError } from "./errors.ts";

/** What has a place, in words: to ask for it before it is needed would cost too much. */
interface Placed {
  readonly place: string;
}

/** How many reads, or writes, of 0 bytes in a row are too many. (As many as for Go's `io.ErrNoProgress`.) */
export const TRIES = 100;

/** What a stream fails with that makes no progress. */
export function noProgress(owner: Placed, done: "read" | "written", advice: string): SocketError {
  const what = done === "read" ? "It brought" : "It took";
  return new SocketError(
    `There is no progress with ${owner.place}. ${what} 0 bytes ${TRIES} times in a row (EIO): ${advice}.`,
    { code: "EIO" },
  );
}

/** Hot path: `null`, or the error if `count` is not how many bytes can have been read or written, at most `most`. */
export function checkedCount(
  count: unknown,
  most: number,
  owner: Placed,
  doing: "read" | "write",
): TypeError | null {
  if (Number.isInteger(count) && count as number > 0 && count as number <= most) return null;
  const end = doing === "read" ? ", or null at the end" : "";
  return new TypeError(
    `A ${doing} must say the number of bytes, 0 to ${most}${end}; that of ${owner.place} said ${
      describe(count)
    }.`,
  );
}
