/**
 * Telling a person how far a long search is: one line that is written over and over, if there is a terminal.
 *
 * @module
 */

/** Where progress is written; or whether to look for a terminal. */
export type ProgressOption = boolean | ((line: string) => void);

interface Terminal {
  isTTY?: boolean;
  write(text: string): unknown;
}

const INTERVAL = 200;

/** One line of progress. */
export class Progress {
  readonly #write: ((line: string) => void) | null;
  readonly #terminal: Terminal | null = null;
  #last = -Infinity;

  /** Writes to `option`; if that is not `false`, to the terminal, where there is one. */
  constructor(option: ProgressOption = true) {
    if (typeof option === "function") {
      this.#write = option;
    } else {
      const { process } = globalThis as { process?: { stderr?: Terminal } };
      const terminal = option ? process?.stderr : undefined;
      this.#terminal = terminal?.isTTY ? terminal : null;
      this.#write = this.#terminal === null ? null : (line) => this.#terminal!.write(`\r\x1b[K${line}`);
    }
  }

  /** Shows what `line` makes, unless something was shown just now. */
  show(line: () => string): void {
    if (this.#write === null) return;
    const now = performance.now();
    if (now - this.#last < INTERVAL) return;
    this.#last = now;
    this.#write(line());
  }

  /** Wipes the terminal's line. */
  end(): void {
    this.#terminal?.write("\r\x1b[K");
  }
}
