/**
 * A contender that is a server: a process of its own, which prints its port, under load from yet another process.
 *
 * @module
 */

import type { Contender, Effort } from "../measure.ts";
import { buildGo, command, compileC, pathOf, pythonFor } from "../programs.ts";
import { onCore, SERVER_CORE } from "./cores.ts";

/** How to start a server. */
export interface ServerCommand {
  command: string;
  args: string[];
  env?: Record<string, string>;
}

/** Finds, or builds, what starts a server; throws `Skipped` where that is missing. */
export type Server = () => Promise<ServerCommand>;

/** Puts the server on `port` under load for so many seconds; results in what it answered a second. */
export type Load = (port: number, seconds: number) => Promise<number>;

const folder = "net/servers/";

/** A server for Deno that needs no permission but the network's, and may read the `site`. */
export function onDeno(file: string, ...args: string[]): Server {
  const permissions = ["--allow-net", `--allow-read=${pathOf(SITE)}`];
  return () =>
    Promise.resolve({
      command: Deno.execPath(),
      args: ["run", ...permissions, pathOf(folder + file), ...args],
    });
}

/** The folder whose files are served. */
export const SITE = "net/site";

export function onNode(file: string): Server {
  return async () => ({ command: await command("node"), args: [pathOf(folder + file)] });
}

/** A server in Go, on one core, as ours has one. */
export function inGo(file: string): Server {
  return async () => ({ command: await buildGo(folder + file), args: [], env: { GOMAXPROCS: "1" } });
}

export function inC(file: string): Server {
  return async () => ({ command: await compileC(folder + file), args: [] });
}

export function inPython(file: string, wants: string): Server {
  return async () => ({ command: await pythonFor(folder + file, wants), args: [pathOf(folder + file)] });
}

/** A server that is started once, and put under load round after round. */
export class Served implements Contender {
  readonly name: string;
  readonly #server: Server;
  readonly #load: Load;
  #process: Deno.ChildProcess | undefined;
  #port = 0;
  #seconds = 1;

  constructor(name: string, server: Server, load: Load) {
    this.name = name;
    this.#server = server;
    this.#load = load;
  }

  async open(effort: Effort): Promise<void> {
    const { command, args, env = {} } = await this.#server();
    this.#seconds = effort.quick ? 0.05 : effort.seconds * 5;
    const [pinned, ...rest] = await onCore(SERVER_CORE, command, args);
    this.#process = new Deno.Command(pinned, { args: rest, env, stdin: "null", stdout: "piped" }).spawn();
    // The port, or words that end in it, or in an address that does.
    this.#port = Number(/(\d+)\D*$/.exec(await firstLine(this.#process.stdout))?.[1]);
    if (this.#port > 0) return;
    await this.close();
    throw new Error(`${this.name} did not print its port.`);
  }

  sample(): Promise<number> {
    return this.#load(this.#port, this.#seconds);
  }

  async close(): Promise<void> {
    const process = this.#process;
    this.#process = undefined;
    try {
      process?.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended by itself
    }
    await process?.status;
  }
}

async function firstLine(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<string> {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) break;
    text += value;
  }
  await reader.cancel();
  return text.trim();
}
