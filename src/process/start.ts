/**
 * The start of a process, as an event.
 *
 * @module
 */

import { capability, Event, type Wait } from "../core/mod.ts";
import { commandLine } from "./command_line.ts";
import type { CheckedCommand } from "./command_options.ts";
import { Lifetime } from "./lifetime.ts";
import { PROCESSES } from "./processes.ts";

/** Starts a process, which belongs to the current coroutine. */
export class StartEvent<T> extends Event<T> {
  readonly #command: CheckedCommand;
  readonly #shown: (lifetime: Lifetime) => T;

  /** Starts `command`, and results in what `shown` makes of it. */
  constructor(command: CheckedCommand, shown: (lifetime: Lifetime) => T) {
    super();
    this.#command = command;
    this.#shown = shown;
  }

  /** At once, so that no kill can come between its start and its belonging to somebody. */
  override perform(wait: Wait): T {
    const handle = capability(wait.scheduler.host, PROCESSES).start(this.#command.spec);
    return this.#shown(new Lifetime(this.#command, handle, wait));
  }

  override describe(): string {
    return `${commandLine(this.#command.spec)} to start`;
  }
}
