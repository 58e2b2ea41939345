/**
 * A process that was started.
 *
 * @module
 */

import type { Event } from "../core/mod.ts";
import type { ByteReader, ByteWriter } from "../streams/mod.ts";
import type { Lifetime } from "./lifetime.ts";
import type { ExitStatus } from "./processes.ts";
import { checkSignal } from "./signal_names.ts";

/**
 * A process; {@linkcode command} starts them.
 *
 * Its pipes are read and written as connections are. While a thread waits for anything of the process (its output, its end,
 * that it takes its input), all of its output is read, however much comes, and kept for whoever asks for it; while none
 * does, the process has to wait when its pipe is full.
 */
export class Subprocess {
  readonly #lifetime: Lifetime;

  /** @ignore Programs get theirs from `command`. */
  constructor(lifetime: Lifetime) {
    this.#lifetime = lifetime;
  }

  /** Its number. */
  get pid(): number {
    return this.#lifetime.handle.pid;
  }

  /** Its standard input, if it is `"piped"`. When it has ended, writing throws `SocketError` with the code `EPIPE`. */
  get stdin(): ByteWriter | null {
    const { stdin, command } = this.#lifetime;
    return command.input === null ? stdin?.writer ?? null : null;
  }

  /** Its standard output, unless that is not `"piped"`. */
  get stdout(): ByteReader | null {
    return this.#lifetime.stdout?.reader ?? null;
  }

  /** Its standard error, unless that is not `"piped"`. */
  get stderr(): ByteReader | null {
    return this.#lifetime.stderr?.reader ?? null;
  }

  /** Waits for its end, and results in how that was; any number may wait, and ask again. */
  status(): Event<ExitStatus> {
    return this.#lifetime.ended();
  }

  /**
   * Sends it a signal: to itself, and not to what it has started. Does nothing if it has ended. Throws `TypeError` if there is
   * no such signal.
   */
  kill(signal = "SIGTERM"): void {
    checkSignal(signal, "kill");
    this.#lifetime.kill(signal);
  }

  /**
   * Nobody wants it any more: closes its pipes, and sends it SIGTERM, and SIGKILL if it has not ended in time. The end of
   * the coroutine that started it waits until it is gone. (One that is detached is left alone.)
   */
  close(): void {
    this.#lifetime.end();
  }

  /** Closes it at the end of a `using` block. */
  [Symbol.dispose](): void {
    this.close();
  }
}
