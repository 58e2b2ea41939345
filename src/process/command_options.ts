/**
 * What a command is given: checked at the call, and put in the form that hosts take.
 *
 * @module
 */

import { checkSeconds, describe } from "../core/mod.ts";
import { bytesOf } from "../streams/mod.ts";
import type { ProcessSpec, Stdio } from "./processes.ts";

/** Options for {@linkcode command}. */
export interface CommandOptions {
  /** The folder that it runs in. Default: ours. */
  cwd?: string | URL;
  /** Variables of its environment, besides ours. */
  env?: Record<string, string>;
  /** Whether it gets none of our environment. Default `false`. */
  clearEnv?: boolean;
  /** Its standard input: `"piped"` to write it, `"inherit"` for ours. Default `"null"`, which is empty. */
  stdin?: Stdio;
  /** Its standard output: `"inherit"` for ours, `"null"` to drop it. Default `"piped"`, to read it. */
  stdout?: Stdio;
  /** Its standard error, likewise. Default `"piped"`. */
  stderr?: Stdio;
  /** All of its standard input, in place of `stdin`. A process that ends without having read it is no error. */
  input?: string | Uint8Array;
  /** Seconds that it has to end after SIGTERM, until SIGKILL; `Infinity` for ever. Default 5. */
  grace?: number;
  /**
   * Whether it leads a session of its own, which Ctrl-C in our terminal does not reach, and belongs to no coroutine: it
   * goes on when that has ended, and when the program has. Its pipes are closed all the same. Default `false`.
   */
  detached?: boolean;
}

/** A command whose options have been checked. */
export interface CheckedCommand {
  /** What is to be started. */
  readonly spec: ProcessSpec;
  /** All of its input, if that was given. */
  readonly input: Uint8Array | null;
  /** Seconds from SIGTERM to SIGKILL. */
  readonly grace: number;
}

const STDIO: readonly unknown[] = ["piped", "inherit", "null"] satisfies Stdio[];

/** Checks what `caller` was given. Throws `TypeError` and `RangeError`, in words. */
export function checkedCommand(
  program: unknown,
  args: unknown,
  options: CommandOptions,
  caller: string,
): CheckedCommand {
  if (!Array.isArray(args)) {
    throw new TypeError(`${caller} takes the arguments as an array of strings; got ${describe(args)}.`);
  }
  if (typeof options !== "object" || options === null) {
    throw new TypeError(`${caller} takes its options as an object; got ${describe(options)}.`);
  }
  const { cwd, env = {}, clearEnv = false, input, grace = 5, detached = false } = options;
  if (input !== undefined && options.stdin !== undefined) {
    throw new TypeError(`${caller} takes input or stdin, not both: with input, its standard input is that.`);
  }
  checkSeconds(grace, caller);
  const spec: ProcessSpec = {
    program: pathFrom(program, `${caller} takes a program`),
    args: args.map((arg) => textFrom(arg, `${caller} takes arguments`)),
    env: environmentFrom(env, caller),
    clearEnv,
    stdin: input === undefined ? stdioFrom(options.stdin, "null", `${caller}'s stdin`) : "piped",
    stdout: stdioFrom(options.stdout, "piped", `${caller}'s stdout`),
    stderr: stdioFrom(options.stderr, "piped", `${caller}'s stderr`),
    detached,
  };
  if (cwd !== undefined) spec.cwd = pathFrom(cwd, `${caller}'s cwd`);
  return { spec, input: input === undefined ? null : bytesOf(input, `${caller}'s input`), grace };
}

function pathFrom(path: unknown, what: string): string {
  if (path instanceof URL && path.protocol === "file:") return decodeURIComponent(path.pathname);
  if (path === "") throw new TypeError(`${what} that is not empty.`);
  return textFrom(path, what);
}

function textFrom(text: unknown, what: string): string {
  if (typeof text === "string" && !text.includes("\0")) return text;
  if (typeof text === "string") {
    throw new TypeError(`${what} without NUL characters; got ${JSON.stringify(text)}.`);
  }
  throw new TypeError(`${what} as a string; got ${describe(text)}.`);
}

function environmentFrom(env: unknown, caller: string): Record<string, string> {
  if (typeof env !== "object" || env === null) {
    throw new TypeError(`${caller}'s env is an object of strings; got ${describe(env)}.`);
  }
  for (const [name, value] of Object.entries(env)) {
    textFrom(value, `${caller}'s env has ${name}`);
    if (name === "" || /[=\0]/.test(name)) {
      throw new TypeError(`${caller}'s env has a name that none can have: ${JSON.stringify(name)}.`);
    }
  }
  return { ...env };
}

function stdioFrom(stdio: unknown, otherwise: Stdio, what: string): Stdio {
  if (stdio === undefined) return otherwise;
  if (STDIO.includes(stdio)) return stdio as Stdio;
  throw new TypeError(`${what} is ${STDIO.map((each) => `"${each}"`).join(", ")}; got ${describe(stdio)}.`);
}
