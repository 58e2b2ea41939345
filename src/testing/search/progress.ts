/**
 * Progress of a long search: one line on the terminal, if there is one, that is written again and again.
 *
 * @module
 */

/** Where to write progress: a function that is given each line, or whether to use the terminal. */
export type ProgressOption = boolean | ((line: string) => void);

/** What is needed of `process.stderr`. */
interface Terminal {
  isTTY?: boolean;
  write(text: string): unknown;
}

/** Milliseconds between two lines, at least. */
const INTERVAL = 200;

/** Shows how far a search is. */
export class Progress {
  readonly #write: ((line: string) => void) | null;
  readonly #terminal: Terminal | null = null;
  #last = -Infinity;

  /** Writes to `option` if that is a function, or else to the terminal, unless it is `false`. */
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

  /** Shows the line that `line` makes, unless another was shown a moment ago. */
  show(line: () => string): void {
    if (this.#write === null) return;
    const now = performance.now();
    if (now - this.#last < INTERVAL) return;
    this.#last = now;
    this.#write(line());
  }

  /** Clears the line on the terminal. */
  end(): void {
    this.#terminal?.write("\r\x1b[K");
  }
}
