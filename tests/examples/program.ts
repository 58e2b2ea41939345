/**
 * An example as a user runs it: a process of its own, started with the command that its header prints.
 *
 *     await using echo = await start("echo.ts");
 *     await echo.line(/^Listening/);
 *     ...
 *     const { code, errors } = await echo.stop();
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

/** How an example is started. */
export interface StartOptions {
  /** Arguments in the place of those that the header prints. */
  args?: string[];
  /** Whether it gets the header's `--allow-...` flags; without them it may do nothing. True if left out. */
  permissions?: boolean;
  /** Flags in the place of the header's of the same name, to give it more than it needs. */
  allow?: string[];
  /** Another port than the header's, for examples that take `--port N`; the flags name it too. */
  port?: number;
  /** The folder that it runs in, in the place of the repository's root. */
  cwd?: string;
  /** Whether the test writes to its standard input (`program.input`); else that is empty. */
  input?: boolean;
}

/** What an example left behind. */
export interface Ending {
  code: number;
  /** Its standard output, whole. */
  output: string;
  /** Its standard error, whole. */
  errors: string;
}

/** The first `deno run` command in the header of `examples/<example>`, word by word. */
export function commandOf(example: string): string[] {
  const source = Deno.readTextFileSync(new URL(`examples/${example}`, ROOT));
  const header = /^\/\*\*[^]*?\*\//.exec(source)?.[0] ?? "";
  const command = /^ \* +(?:\$ )?(deno run .*)$/m.exec(header)?.[1]?.trim().split(/ +/);
  if (command === undefined) throw new Error(`examples/${example} has no "deno run" command in its header.`);
  if (!command.includes(`examples/${example}`)) {
    throw new Error(
      `The command in the header of examples/${example} runs something else: ${command.join(" ")}`,
    );
  }
  return command;
}

/** Starts an example with the command of its header. Dispose of it: that kills it, if it still runs. */
export function start(example: string, options: StartOptions = {}): Program {
  const command = commandOf(example);
  const script = command.indexOf(`examples/${example}`);
  let flags = command.slice(2, script);
  let args = options.args ?? command.slice(script + 1);
  if (options.permissions === false) flags = flags.filter((flag) => !/^(--allow-|-[A-Z])/.test(flag));
  for (const flag of options.allow ?? []) {
    flags = [...flags.filter((each) => each.split("=")[0] !== flag.split("=")[0]), flag];
  }
  if (options.port !== undefined) {
    flags = flags.map((flag) => flag.replace(/(?<=^--allow-net=.*):\d+/g, `:${options.port}`));
    args = [...args, "--port", String(options.port)];
  }
  const path = new URL(`examples/${example}`, ROOT).pathname;
  return new Program(
    new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-prompt", ...flags, path, ...args],
      cwd: options.cwd ?? ROOT,
      env: { NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" },
      stdin: options.input ? "piped" : "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn(),
  );
}

/** Runs an example to its end. */
export async function finish(example: string, options: StartOptions = {}): Promise<Ending> {
  await using program = start(example, options);
  return await program.ended();
}

/** Asserts that without permissions an example ends with one line that names `flag`, and no stack. */
export async function assertNeeds(example: string, flag: string, options: StartOptions = {}): Promise<void> {
  const { code, errors } = await finish(example, { ...options, permissions: false });
  assert(code !== 0, `it ended with exit code 0 and said: ${errors}`);
  assertEquals(errors.trimEnd().split("\n").length, 1, `more than one line: ${errors}`);
  assert(errors.includes(flag), `does not name ${flag}: ${errors}`);
}

/** Connects to an example that may still be starting; gives up after some seconds. */
export async function reach(
  port: number,
  hostname = "127.0.0.1",
  { seconds = 30 } = {},
): Promise<Deno.TcpConn> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    try {
      return await Deno.connect({ hostname, port });
    } catch (error) {
      if (!(error instanceof Deno.errors.ConnectionRefused) || performance.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

/** Runs a program that is not ours, with `input` to read; results in what it printed. */
export async function client(
  program: string,
  args: string[],
  input: string | Uint8Array = "",
): Promise<string> {
  const child = new Deno.Command(program, { args, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
  const writer = child.stdin.getWriter();
  const written = writer.write(typeof input === "string" ? new TextEncoder().encode(input) : input)
    .then(() => writer.close()).catch(() => {}); // it need not read what it is given
  const [{ stdout, stderr, code }] = await Promise.all([child.output(), written]);
  const text = new TextDecoder().decode(stdout);
  assertEquals(code, 0, `${program} ${args.join(" ")}: ${text}${new TextDecoder().decode(stderr)}`);
  return text;
}

/** An example that runs. */
export class Program implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #output: Printed;
  readonly #errors: Printed;

  constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#output = new Printed(child.stdout);
    this.#errors = new Printed(child.stderr);
  }

  /** Its process id. */
  get pid(): number {
    return this.#child.pid;
  }

  /** What it has printed so far. */
  get output(): string {
    return this.#output.text;
  }

  /** What it has complained about so far. */
  get errors(): string {
    return this.#errors.text;
  }

  /** Waits for a line of its output that matches, from the beginning or from character `from` on. */
  async line(pattern: RegExp, { seconds = 30, from = 0 } = {}): Promise<RegExpExecArray> {
    const deadline = performance.now() + seconds * 1000;
    for (;;) {
      const done = this.#output.done;
      const lines = this.#output.text.slice(from).split("\n");
      if (!done) lines.pop(); // not a whole line yet
      for (const line of lines) {
        const match = pattern.exec(line);
        if (match) return match;
      }
      const left = deadline - performance.now();
      if (done || left <= 0) {
        const why = done ? "It ended" : `${seconds} s passed`;
        throw new Error(`${why} without a line like ${pattern}:\n${this.output}${this.errors}`);
      }
      await this.#output.more(left);
    }
  }

  /** Writes to its standard input. */
  async input(text: string): Promise<void> {
    const writer = this.#child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(text));
    writer.releaseLock();
  }

  /** Sends it a signal: Ctrl-C, unless told otherwise. */
  signal(signal: Deno.Signal = "SIGINT"): void {
    this.#child.kill(signal);
  }

  /** Sends it a signal and waits for its end. */
  stop(signal: Deno.Signal = "SIGINT"): Promise<Ending> {
    this.signal(signal);
    return this.ended();
  }

  /** Waits until it has ended by itself; one that does not is killed, and that is an error. */
  async ended({ seconds = 60 } = {}): Promise<Ending> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      this.#child.kill("SIGKILL");
    }, seconds * 1000);
    const { code } = await this.#child.status;
    clearTimeout(timer);
    await Promise.all([this.#output.whole, this.#errors.whole]);
    if (late) throw new Error(`It did not end within ${seconds} s:\n${this.output}${this.errors}`);
    return { code, output: this.output, errors: this.errors };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch {
      // It has ended.
    }
    try {
      await this.#child.stdin.close();
    } catch {
      // It was not piped, or is closed.
    }
    await this.#child.status;
    await Promise.all([this.#output.whole, this.#errors.whole]);
  }
}

/** The text that comes out of a pipe, as it comes. */
class Printed {
  text = "";
  done = false;
  /** Settles when the pipe has ended. */
  readonly whole: Promise<void>;
  #wake: (() => void) | undefined;

  constructor(pipe: ReadableStream<Uint8Array>) {
    this.whole = this.#collect(pipe);
  }

  /** Waits until more has come, or the end, or so many milliseconds have passed. */
  more(milliseconds: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, milliseconds);
    this.#wake = resolve;
    return promise.finally(() => clearTimeout(timer));
  }

  async #collect(pipe: ReadableStream<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    for await (const chunk of pipe) {
      this.text += decoder.decode(chunk, { stream: true });
      this.#wake?.();
    }
    this.done = true;
    this.#wake?.();
  }
}
