/**
 * Deno's processes.
 *
 * @module
 */

import {
  type ExitStatus,
  ProcessError,
  type Processes,
  type ProcessHandle,
  type ProcessSpec,
} from "../process/mod.ts";
import type { Completion } from "../streams/mod.ts";
import { DenoInputPipe, DenoOutputPipe } from "./process_pipes.ts";

/** How Deno says that it is the folder that is missing. */
const NO_FOLDER = /No such cwd|Not a directory/;

class DenoProcess implements ProcessHandle {
  readonly #child: Deno.ChildProcess;
  readonly stdin: DenoInputPipe | null;
  readonly stdout: DenoOutputPipe | null;
  readonly stderr: DenoOutputPipe | null;

  constructor(child: Deno.ChildProcess, { stdin, stdout, stderr }: ProcessSpec) {
    this.#child = child;
    this.stdin = stdin === "piped" ? new DenoInputPipe(child.stdin) : null;
    this.stdout = stdout === "piped" ? new DenoOutputPipe(child.stdout) : null;
    this.stderr = stderr === "piped" ? new DenoOutputPipe(child.stderr) : null;
  }

  get pid(): number {
    return this.#child.pid;
  }

  status(completion: Completion<ExitStatus>): void {
    this.#child.status.then(
      ({ success, code, signal }) => completion.done({ success, code, signal }),
      (error) => completion.failed(error),
    );
  }

  kill(signal: string): void {
    try {
      this.#child.kill(signal as Deno.Signal);
    } catch (error) {
      // It has ended, and that has not been told yet.
      if (error instanceof TypeError && /already terminated/.test(error.message)) return;
      if (error instanceof Deno.errors.NotFound) return;
      throw error;
    }
  }

  hold(holds: boolean): void {
    if (holds) this.#child.ref();
    else this.#child.unref();
  }
}

/** The processes of the machine that Deno runs on. */
export const denoProcesses: Processes = {
  start(spec: ProcessSpec): ProcessHandle {
    const { program, ...options } = spec;
    try {
      return new DenoProcess(new Deno.Command(program, options).spawn(), spec);
    } catch (error) {
      throw startError(error, spec);
    }
  },
};

/** What `spec` not having been started is, as a `ProcessError`; a missing permission as it is. */
function startError(error: unknown, spec: ProcessSpec): unknown {
  if (!(error instanceof Error) || error instanceof Deno.errors.NotCapable) return error;
  const own = (error as { code?: unknown }).code;
  const number = /\(os error (\d+)\)/.exec(error.message)?.[1] ?? "";
  const code = typeof own === "string" ? own : NUMBERS[number] ?? "EIO";
  return ProcessError.ofStart(spec, {
    code,
    path: pathOf(spec),
    noFolder: spec.cwd !== undefined && NO_FOLDER.test(error.message),
    cause: error,
  });
}

/** Those that have no code, by what Deno's message ends with, on Linux. */
const NUMBERS: Record<string, string> = { "8": "ENOEXEC", "11": "EAGAIN", "12": "ENOMEM", "24": "EMFILE" };

/** The PATH in which its program is looked for, where we may know it. */
function pathOf({ env, clearEnv }: ProcessSpec): string | undefined {
  if (env.PATH !== undefined) return env.PATH;
  const { state } = Deno.permissions.querySync({ name: "env", variable: "PATH" });
  return clearEnv || state !== "granted" ? undefined : Deno.env.get("PATH");
}
