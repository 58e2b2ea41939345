/**
 * The error that a search ends with when it has found a seed that fails.
 *
 * @module
 */

import type { History } from "../history/history.ts";
import type { SimulateOptions } from "../options.ts";

/** What a search has found. */
export interface Found {
  /** What the program failed with. */
  readonly error: unknown;
  /** The options under which it fails. */
  readonly options: SimulateOptions;
  /** The line of code that replays the failure. */
  readonly replay: string;
  readonly history: History;
}

/** What `explore` rejects with: a seed that fails, made small. `cause` is what the program failed with. */
export class FailingSeedError extends Error {
  /** The name of the class. */
  override readonly name = "FailingSeedError";
  /** The seed. */
  readonly seed: number;
  /** The options with which `simulate` fails in the same way. */
  readonly options: SimulateOptions;
  /** The line of code that calls `simulate` with them. */
  readonly replay: string;
  /** What happened, up to the failure. `history.text()` and `history.svg()` show it. */
  readonly history: History;

  /** @ignore */
  constructor(message: string, { error, options, replay, history }: Found) {
    super(message, { cause: error });
    this.seed = options.seed ?? 0;
    this.options = options;
    this.replay = replay;
    this.history = history;
  }
}
