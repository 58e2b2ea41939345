/**
 * Running a program to its end, and collecting what it puts out.
 *
 * @module
 */

import { all, call, type Coroutine, type Event } from "../core/mod.ts";
import { type ByteReader, checkedSize } from "../streams/mod.ts";
import { type CheckedCommand, checkedCommand, type CommandOptions } from "./command_options.ts";
import { ProcessError } from "./errors.ts";
import type { Lifetime } from "./lifetime.ts";
import type { ExitStatus } from "./processes.ts";
import { StartEvent } from "./start.ts";

/** Options for {@linkcode output}. */
export interface OutputOptions extends CommandOptions {
  /** Whether it is an error if the program fails. Default `true`. */
  check?: boolean;
  /** The most bytes that it may put out by one pipe. Default 16 MiB; `Infinity` for any number. */
  limit?: number;
}

/** How a program ended, and what it put out. */
export interface ProcessOutput extends ExitStatus {
  /** What it wrote to its standard output. */
  stdout: Uint8Array;
  /** What it wrote to its standard error. */
  stderr: Uint8Array;
  /** Its standard output as text, in UTF-8. */
  readonly text: string;
}

/**
 * Runs `program` with `args` to its end, and results in how that was and in all that it put out. Killed, it makes the
 * program end as {@linkcode command} says, and waits until it is gone.
 *
 * Throws {@linkcode ProcessError} if the program cannot be started, or fails (an exit code other than 0, or a signal), unless
 * `check` is `false`; and `LineTooLongError` if it puts out more than `limit` bytes, which ends it. When it has ended and
 * something that it had started still holds its pipes open, that has `grace` seconds to finish.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { assertEquals, assertRejects } from "@std/assert";
 *
 * const { text } = await bluelet.run(function* () {
 *   return yield* bluelet.output("tr", ["a-z", "A-Z"], { input: "hello" });
 * }());
 * assertEquals(text, "HELLO");
 *
 * await assertRejects(
 *   () => bluelet.run(function* () {
 *     yield* bluelet.output("ls", ["/nowhere"]);
 *   }()),
 *   bluelet.ProcessError,
 *   "/nowhere",
 * );
 * ```
 */
export function output(
  program: string | URL,
  args: readonly string[] = [],
  options: OutputOptions = {},
): Event<ProcessOutput> {
  const checked = checkedCommand(program, args, options, "output");
  if (options.stdin === "piped") {
    throw new TypeError("output has no pipe to write to: give it { input }, or use command.");
  }
  const { check = true, limit = 16 * 1024 * 1024 } = options;
  if (limit !== Infinity) checkedSize(limit, 1, "output's limit");
  return call(collecting, checked, check, limit);
}

function* collecting(command: CheckedCommand, check: boolean, limit: number): Coroutine<ProcessOutput> {
  const lifetime = yield* new StartEvent(command, waitedFor);
  const [stdout, stderr, status] = yield* all([
    whole(lifetime.stdout?.reader, limit),
    whole(lifetime.stderr?.reader, limit),
    lifetime.ended(),
  ]);
  if (check && !status.success) throw ProcessError.ofEnd(command.spec, status, stderr);
  return {
    ...status,
    stdout,
    stderr,
    get text() {
      return new TextDecoder().decode(stdout);
    },
  };
}

function* whole(pipe: ByteReader | undefined, limit: number): Coroutine<Uint8Array> {
  return pipe === undefined ? new Uint8Array() : yield* pipe.readall({ limit });
}

/** Its pipes are not waited for much longer than itself. */
function waitedFor(lifetime: Lifetime): Lifetime {
  lifetime.cutAfterEnd();
  return lifetime;
}
