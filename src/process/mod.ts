/**
 * Processes and signals, over those that a host gives.
 *
 * @module
 */

export { command } from "./command.ts";
export { type CommandOptions } from "./command_options.ts";
export { Subprocess } from "./subprocess.ts";
export { output, type OutputOptions, type ProcessOutput } from "./output.ts";
export {
  type ExitStatus,
  type InputPipe,
  type OutputPipe,
  PROCESSES,
  type Processes,
  type ProcessHandle,
  type ProcessSpec,
  type Stdio,
} from "./processes.ts";
export { signals } from "./signals.ts";
export { SIGNALS, type Signals } from "./signal_source.ts";
export { ProcessError } from "./errors.ts";
