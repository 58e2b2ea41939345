/**
 * The error of processes.
 *
 * @module
 */

import { commandLine } from "./command_line.ts";
import type { ExitStatus, ProcessSpec } from "./processes.ts";

/** The most characters of a process's errors that a message repeats. */
const MOST = 1_000;

/** A process could not be started, or `output` was told that it failed. */
export class ProcessError extends Error {
  /** The name of the class. */
  override readonly name = "ProcessError";
  /** How it ended; `null` if it never started. */
  readonly status: ExitStatus | null;
  /** What it wrote to its standard error. */
  readonly stderr: Uint8Array;
  /** Why it could not be started, in the system's own words: `"ENOENT"`, `"EACCES"`, ...; `null` if it was. */
  readonly code: string | null;

  /** Makes the error. */
  constructor(
    message: string,
    options: { status?: ExitStatus; stderr?: Uint8Array; code?: string; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.status = options.status ?? null;
    this.stderr = options.stderr ?? new Uint8Array();
    this.code = options.code ?? null;
  }

  /** @ignore For hosts: `spec` could not be started, for the system's reason `code`; `path` is what PATH was, if known. */
  static ofStart(
    spec: ProcessSpec,
    options: { code: string; path?: string | undefined; noFolder?: boolean; cause?: unknown },
  ): ProcessError {
    const { code, cause } = options;
    return new ProcessError(whyNot(spec, options), { code, cause });
  }

  /** @ignore `spec` ended with a `status` that is no success. */
  static ofEnd(spec: ProcessSpec, status: ExitStatus, stderr: Uint8Array): ProcessError {
    const how = status.signal === null
      ? `failed with exit code ${status.code}`
      : `was ended by ${status.signal}`;
    return new ProcessError(`The command ${commandLine(spec)} ${how}${endOf(stderr)}`, { status, stderr });
  }
}

/** What to do about an error, by its code. */
const ADVICE: Record<string, string> = {
  E2BIG: "its arguments and its environment are too long: give it the data by { input }, or in a file",
  EACCES:
    "the system does not allow it: look at whether it may be executed (chmod +x), and that it is no folder",
  EAGAIN: "too many processes run: wait for some to end, or raise the limit (ulimit -u)",
  EMFILE: "too many files are open: let fewer processes run at a time, or raise the limit (ulimit -n)",
  ENOEXEC: "the system cannot execute such a file: a script begins with #! and the path of its interpreter",
  ENOMEM: "there is not enough memory",
};

function whyNot(
  spec: ProcessSpec,
  { code, path, noFolder }: { code: string; path?: string | undefined; noFolder?: boolean },
): string {
  const { program, cwd } = spec;
  if (noFolder) {
    return `The program ${program} was not started: there is no folder ${cwd} to run it in (${code}).`;
  }
  if (code !== "ENOENT") return `The program ${program} was not started (${code})${because(ADVICE[code])}.`;
  if (program.includes("/")) {
    return `There is no program ${program} (${code}): check the path. (PATH is only for names without a slash.)`;
  }
  const where = path === undefined ? "PATH" : `PATH (${path})`;
  return `There is no program ${program} in the folders of ${where}: install it, or give its path (${code}).`;
}

function because(advice: string | undefined): string {
  return advice === undefined ? "" : `: ${advice}`;
}

/** The end of what a process complained of, for a message. */
function endOf(stderr: Uint8Array): string {
  // A character has four bytes at most, and one that was cut in half is of no use.
  const text = new TextDecoder().decode(stderr.subarray(-4 * MOST)).trimEnd();
  if (text === "") return ", and wrote nothing to its standard error.";
  return `: ${text.length > MOST ? `...${text.slice(-MOST)}` : text}`;
}
