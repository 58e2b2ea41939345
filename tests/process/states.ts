/**
 * How a suite of processes states what must hold.
 *
 * @module
 */

import { assert } from "@std/assert";
import { type Coroutine, type Event, sleep, type Task } from "../../src/core/mod.ts";
import { ProcessError } from "../../src/process/mod.ts";
import { thrownBy } from "../net/pair.ts";

/** Registers a test: what it states, and the program that shows it. */
export type States = (statement: string, program: () => Coroutine<unknown>) => void;

/** Registers tests that are named after their statement and `over`, and run by `run`. */
export function statesOn(
  over: string,
  run: (program: Coroutine<unknown>) => Promise<unknown>,
  { ignore = false }: { ignore?: boolean } = {},
): States {
  return (statement, program) =>
    Deno.test({ name: `${statement} (${over})`, ignore, fn: async () => void await run(program()) });
}

/** What `task` throws, which must be a `ProcessError`. */
export function* processError(task: Task<unknown>): Coroutine<ProcessError> {
  const error = yield* thrownBy(task);
  if (error instanceof ProcessError) return error;
  throw error;
}

/** Waits until `holds`; fails after 20 seconds. */
export function* until(holds: () => boolean, what: string): Coroutine<void> {
  for (let i = 0; i < 2_000; i++) {
    if (holds()) return;
    yield* sleep(0.01);
  }
  assert(false, `It never came to this: ${what}.`);
}

/** `event` as a coroutine, to spawn. */
export function* of<T>(event: Event<T>): Coroutine<T> {
  return yield* event;
}

/** Whether process `pid` is there, be it as a zombie. */
export function isThere(pid: number): boolean {
  return state(pid) !== "";
}

// Deno itself may look into /proc only with all permissions.

/** The state of process `pid` in a letter (`S` sleeps, `T` is stopped, `Z` is a zombie); `""` if it is not there. */
export function state(pid: number): string {
  return printed("ps", "-o", "state=", "-p", String(pid)).trim();
}

/** How many children we have, zombies too, but for the one that counts them. */
export function children(): number {
  return printed("ps", "-o", "pid=", "--ppid", String(Deno.pid)).trim().split("\n").length - 1;
}

/** How many descriptors we have open. */
export function descriptors(): number {
  return printed("ls", `/proc/${Deno.pid}/fd`).trim().split("\n").length;
}

function printed(program: string, ...args: string[]): string {
  const { stdout } = new Deno.Command(program, { args, stdin: "null", stderr: "null" }).outputSync();
  return new TextDecoder().decode(stdout);
}
