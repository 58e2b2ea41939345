/**
 * What processes need of a host: to start them, to signal them, and their pipes. Errors of starting are `ProcessError`s, or
 * the host's own where a permission is missing.
 *
 * @module
 */

import type { Capability } from "../core/mod.ts";
import type { ByteSink, ByteSource, Completion } from "../streams/mod.ts";

/** Where one of a process's three streams leads: to a pipe of ours, to where our own leads, or nowhere. */
export type Stdio = "piped" | "inherit" | "null";

/** What is to be started. */
export interface ProcessSpec {
  /** The program: a path, if there is a slash in it, or else a name that is looked for in the folders of PATH. */
  program: string;
  /** Its arguments. */
  args: string[];
  /** The folder that it runs in; ours, if it is left out. */
  cwd?: string;
  /** Variables of its environment, besides ours. */
  env: Record<string, string>;
  /** Whether it gets none of ours. */
  clearEnv: boolean;
  /** Its standard input. */
  stdin: Stdio;
  /** Its standard output. */
  stdout: Stdio;
  /** Its standard error. */
  stderr: Stdio;
  /** Whether it leads a session of its own. */
  detached: boolean;
}

/** How a process ended. */
export interface ExitStatus {
  /** Whether the code is 0. */
  success: boolean;
  /** Its exit code; 128 and the signal's number, if a signal ended it. */
  code: number;
  /** The signal that ended it, such as `"SIGKILL"`. */
  signal: string | null;
}

/** The end of a pipe by which a process's output comes. At most one read is in flight. */
export interface OutputPipe extends ByteSource {
  /** Closes it. What is in flight is over; its completion need not be called. Closing twice does nothing. */
  close(): void;
}

/** The end of a pipe by which a process gets its input. At most one write is in flight. */
export interface InputPipe extends ByteSink {
  /** Closes it: the process reads the end. */
  closeWrite(completion: Completion<void>): void;
  /** Closes it. What is in flight may still go out; its completion need not be called. Closing twice does nothing. */
  close(): void;
}

/** A process that runs. */
export interface ProcessHandle {
  /** Its number. */
  readonly pid: number;
  /** Its standard input, if that is piped. */
  readonly stdin: InputPipe | null;
  /** Its standard output, if that is piped. */
  readonly stdout: OutputPipe | null;
  /** Its standard error, if that is piped. */
  readonly stderr: OutputPipe | null;
  /** Tells of its end, when the system has nothing left of it. Is called once. */
  status(completion: Completion<ExitStatus>): void;
  /** Sends it a signal; does nothing if it has ended. Throws the host's error if the system does not allow it. */
  kill(signal: string): void;
  /** Whether the program goes on while the process does, which it does until it is told otherwise. */
  hold(holds: boolean): void;
}

/** A host's processes. */
export interface Processes {
  /** Starts a process. Throws `ProcessError` if that is not possible. */
  start(spec: ProcessSpec): ProcessHandle;
}

/** The capability of a host that has processes. */
export const PROCESSES: Capability<Processes> = "processes";
