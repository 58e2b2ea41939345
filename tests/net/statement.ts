/**
 * How a suite states what must hold: the same statement becomes a test for each host.
 *
 * @module
 */

import type { Coroutine } from "../../src/core/mod.ts";

/** How to run a program on the host that is tested. */
export type Runner = (program: () => Coroutine<unknown>) => Promise<unknown>;

/** Registers a test: what it states, and the program that shows it. */
export type States = (statement: string, program: () => Coroutine<unknown>) => void;

/** Registers tests that are named after their statement and `over`, and run by `run`. */
export function statesOver(over: string, run: Runner, options: { ignore?: boolean } = {}): States {
  const { ignore = false } = options;
  return (statement, program) =>
    Deno.test({ name: `${statement} (${over})`, ignore, fn: async () => void await run(program) });
}
