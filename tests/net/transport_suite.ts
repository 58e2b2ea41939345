/**
 * What every host's byte streams must do, seen through the library: one suite, run over each host.
 *
 * @module
 */

import { connectingSuite } from "./connecting_suite.ts";
import { readingSuite } from "./reading_suite.ts";
import { type Runner, statesOver } from "./statement.ts";
import { writingSuite } from "./writing_suite.ts";

/** Registers the suite's tests, each named after its statement and `over`. */
export function transportSuite(over: string, run: Runner, options?: { ignore?: boolean }): void {
  const states = statesOver(over, run, options);
  readingSuite(states);
  writingSuite(states);
  connectingSuite(states);
}
