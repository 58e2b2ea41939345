/**
 * The names of signals.
 *
 * @module
 */

import { describe } from "../core/mod.ts";

/** Those of Linux; macOS has some of them and `SIGINFO`, `SIGEMT`. */
const NAMES = new Set(
  ("SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV SIGUSR2 SIGPIPE SIGALRM SIGTERM " +
    "SIGSTKFLT SIGCHLD SIGCONT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGURG SIGXCPU SIGXFSZ SIGVTALRM SIGPROF SIGWINCH SIGIO " +
    "SIGPOLL SIGPWR SIGSYS SIGUNUSED SIGINFO SIGEMT SIGBREAK").split(" "),
);

/** Those that no program is told of: the system acts on them at once. */
const UNHEARD = new Set(["SIGKILL", "SIGSTOP", "SIGILL", "SIGFPE", "SIGSEGV"]);

/** Throws `TypeError`, which names the `caller`, unless `name` is that of a signal. */
export function checkSignal(name: unknown, caller: string): void {
  if (typeof name === "string" && NAMES.has(name)) return;
  throw new TypeError(`${caller} takes the name of a signal, such as "SIGTERM"; got ${shown(name)}.`);
}

/** Throws `TypeError` unless `name` is that of a signal that a program can listen for. */
export function checkHeardSignal(name: unknown, caller: string): void {
  checkSignal(name, caller);
  if (UNHEARD.has(name as string)) {
    throw new TypeError(`${caller} cannot tell of ${name}: the system acts on it, and asks nobody.`);
  }
}

function shown(name: unknown): string {
  return typeof name === "string" ? JSON.stringify(name) : describe(name);
}
