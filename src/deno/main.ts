/**
 * A program's entry: signals, errors and exit codes.
 *
 * @module
 */

import { type Coroutine, InterruptError, Scheduler, type SchedulerOptions, trailOf } from "../core/mod.ts";
import { denoHost } from "./host.ts";
import { listenLast } from "./signals.ts";

/** Options for {@linkcode main}. */
export interface MainOptions extends SchedulerOptions {
  /** The name of the root thread. */
  name?: string;
}

const SIGNALS: readonly (readonly [string, number])[] = [["SIGINT", 130], ["SIGTERM", 143]];

/** How many programs are running: the last to end exits. */
let programs = 0;

/**
 * Runs a program. Ctrl-C and SIGTERM throw `InterruptError` into the root, and everything is cleaned up; a
 * second one exits at once. (While a channel of `signals` is open for one of them, it goes there instead.) Then exits the
 * process: with 130 or 143 after a signal, and with 1 after an uncaught error, which is printed once, with the coroutines
 * that it came through. A missing permission is printed as one line with the flag to add.
 *
 * If all went well, returns, and the process exits as soon as the code that follows has nothing more to do at once: with
 * `Deno.exitCode`, and whatever is still pending outside, such as a read of a terminal that was given up. What may take
 * longer belongs into the root.
 *
 * @example
 * ```ts ignore
 * import * as bluelet from "@x/bluelet";
 *
 * await bluelet.main(bluelet.server("127.0.0.1", 4915, function* (conn) {
 *   yield* conn.sendall("hello\n");
 * }));
 * ```
 */
export async function main(root: Coroutine<unknown>, options: MainOptions = {}): Promise<void> {
  const { thread: _, finished, interrupt } = new Scheduler({ host: denoHost, ...options }).start(
    root,
    options,
  );
  programs++;
  let interrupted = 0;
  const listeners = SIGNALS.map(([signal, code]) => {
    return listenLast(signal, () => {
      if (interrupted > 0) Deno.exit(code);
      interrupted = code;
      interrupt(signal);
    });
  });
  let code = 0;
  try {
    await finished;
  } catch (error) {
    code = error instanceof InterruptError ? interrupted : 1;
    if (!(error instanceof InterruptError)) console.error(report(error));
  } finally {
    programs--;
    for (const remove of listeners) remove();
  }
  if (code !== 0) Deno.exit(code);
  // Not at once, but after what follows main; unless that is another program.
  setTimeout(() => {
    if (programs === 0) Deno.exit();
  }, 0);
}

/** What to print of an error that ended the program. */
function report(error: unknown): string {
  const { NotCapable } = Deno.errors;
  const errors = error instanceof AggregateError ? error.errors : [error];
  const missing = errors.find((each) => each instanceof NotCapable);
  if (missing !== undefined) return missingPermission(missing);
  return errors.map(inFull).join("\n");
}

function inFull(error: unknown): string {
  const trail = trailOf(error);
  const came = trail.length === 0 ? "" : `\n  came through ${trail.join(" <- ")}`;
  return `Uncaught ${error instanceof Error ? error.stack ?? error.message : String(error)}${came}`;
}

/** Deno says `Requires net access to "127.0.0.1:4915", run again with the --allow-net flag`. */
function missingPermission(error: Error): string {
  const [, kind, what] = error.message.match(/^Requires (\w+) access to (?:"([^"]*)")?/) ?? [];
  if (kind === undefined) return error.message;
  // Port 0 is none that could be allowed: the one that the system picks will be another.
  const scope = kind === "net" ? what?.replace(/:0$/, "") : what;
  return `Permission is missing: run it with --allow-${kind}${scope ? `=${scope}` : ""}.`;
}
