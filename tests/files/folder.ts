/**
 * How a suite of files states what must hold: each program is given a folder that is empty, and removed afterwards.
 *
 * @module
 */

import { assertInstanceOf } from "@std/assert";
import type { Coroutine, Task } from "../../src/core/mod.ts";
import { FileError } from "../../src/files/mod.ts";
import { thrownBy } from "../net/pair.ts";

/** How to run a program, in a folder of its own, on the host that is tested. */
export type RunInFolder = (program: (folder: string) => Coroutine<unknown>) => Promise<unknown>;

/** Registers a test: what it states, and the program that shows it. */
export type StatesInFolder = (statement: string, program: (folder: string) => Coroutine<unknown>) => void;

/** Registers tests that are named after their statement and `over`, and run by `run`. */
export function statesInFolder(
  over: string,
  run: RunInFolder,
  { ignore = false }: { ignore?: boolean } = {},
): StatesInFolder {
  return (statement, program) =>
    Deno.test({ name: `${statement} (${over})`, ignore, fn: async () => void await run(program) });
}

/** What `task` throws, which must be a `FileError`: its code. */
export function* codeOf(task: Task<unknown>): Coroutine<string> {
  const error = yield* thrownBy(task);
  assertInstanceOf(error, FileError);
  return error.code;
}
