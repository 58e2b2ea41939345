/**
 * Running one command after another, and keeping count of how they end.
 *
 * @module
 */

import * as bluelet from "../../mod.ts";

/** How long commands may take. */
export interface Limits {
  /** Seconds for each command. */
  timeout: number;
  /** Seconds from SIGTERM to SIGKILL. */
  grace: number;
}

/** The most bytes of a line. */
const LONGEST = 1_048_576;

/** Runs commands. */
export class Runner {
  /** How many have failed, or were not done in time. */
  failed = 0;
  readonly #limits: Limits;
  readonly #out: bluelet.ByteWriter;
  /** What is running, by number. */
  readonly #running = new Map<number, string>();
  #count = 0;
  #done = 0;

  constructor(limits: Limits, out: bluelet.ByteWriter) {
    this.#limits = limits;
    this.#out = out;
  }

  /** Runs `command`. That it fails is no error here: it is said, and counted. */
  *run(command: string): bluelet.Coroutine<void> {
    const number = ++this.#count;
    this.#running.set(number, command);
    try {
      yield* this.#say(number, `$ ${command}`);
      const how = yield* this.#how(number, command);
      if (how === "done") this.#done++;
      else this.failed++;
      yield* this.#say(number, `- ${how}`);
    } finally {
      this.#running.delete(number);
    }
  }

  /** How many there were, and what is running. */
  summary(): string {
    const counts = `${this.#count} commands: ${this.#done} done, ${this.failed} failed`;
    const running = [...this.#running].map(([number, command]) => `\n[${number}] runs: ${command}`);
    return counts + running.join("");
  }

  /** Runs `command` to its end, or to that of its time; results in what to say of that. */
  *#how(number: number, command: string): bluelet.Coroutine<string> {
    const { timeout } = this.#limits;
    try {
      const { success, code, signal } = yield* bluelet.timeout(timeout, this.#process(number, command));
      return success ? "done" : signal === null ? `failed with exit code ${code}` : `was ended by ${signal}`;
    } catch (error) {
      if (error instanceof bluelet.TimeoutError) return `not done within ${timeout} s: it was killed`;
      if (error instanceof bluelet.LineTooLongError) {
        return `wrote a line of more than ${LONGEST} bytes: it was killed`;
      }
      throw error;
    }
  }

  /** The process belongs to this coroutine: however it ends, the process is gone then. */
  *#process(number: number, command: string): bluelet.Coroutine<bluelet.ExitStatus> {
    const { grace } = this.#limits;
    const process = yield* bluelet.command("sh", ["-c", command], { grace });
    yield* bluelet.all([
      this.#show(number, process.stdout!, "| "),
      this.#show(number, process.stderr!, "! "),
    ]);
    return yield* process.status();
  }

  /** Shows the lines of `pipe` until its end. While the terminal is slow, the command has to wait. */
  *#show(number: number, pipe: bluelet.ByteReader, mark: string): bluelet.Coroutine<void> {
    const lines = yield* bluelet.lines(pipe, { limit: LONGEST });
    for (let line; (line = yield* lines.receive(null)) !== null;) yield* this.#say(number, mark + line);
  }

  #say(number: number, text: string): bluelet.Event<void> {
    return this.#out.sendall(`[${number}] ${text}\n`); // in one piece, so that lines never mix
  }
}
