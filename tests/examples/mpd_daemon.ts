/**
 * What the tests of `mpd.ts` share: a folder of music, a daemon that serves it, and clients that say anything.
 *
 * @module
 */

import { assert } from "@std/assert";
import { lacks } from "../requirements.ts";
import { client, type Program, reach, start, type StartOptions } from "./program.ts";

/** Files and their sizes in bytes; a second of MP3 is taken to be 24,000. */
export type Files = Record<string, number>;

/** Some music. */
export const MUSIC: Files = {
  "Ada/Analytical/01 Engine.mp3": 24_000 * 200,
  "Ada/Analytical/02 Notes.mp3": 24_000 * 100,
  "Bob/Quick/01 Blink.mp3": 24_000,
  "Bob/Quick/02 Söng & “more”.mp3": 24_000 * 60,
  "readme.txt": 10,
};

/** A daemon that runs, on a port of its own. */
export class Daemon implements AsyncDisposable {
  constructor(readonly folder: string, readonly program: Program, readonly port: number) {}

  /** Serves a new folder with these files, or what else the options say. */
  static async start(files: Files = MUSIC, options: StartOptions = {}): Promise<Daemon> {
    const folder = await Deno.makeTempDir({ prefix: "mpd" });
    await Deno.mkdir(`${folder}/music`);
    for (const [path, size] of Object.entries(files)) await write(`${folder}/music/${path}`, size);
    return await Daemon.serving(
      folder,
      start("mpd.ts", { cwd: folder, args: ["music"], allow: ["--allow-read=music"], port: 0, ...options }),
    );
  }

  /** Waits until `program` listens. */
  static async serving(folder: string, program: Program): Promise<Daemon> {
    try {
      const [, port] = await program.line(/^Listening on 127\.0\.0\.1:(\d+)/);
      return new Daemon(folder, program, Number(port));
    } catch (error) {
      await program[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
      throw error;
    }
  }

  /** Adds a file to the music, of so many bytes. */
  write(path: string, size = 24_000): Promise<void> {
    return write(`${this.folder}/music/${path}`, size);
  }

  get host(): string[] {
    return ["--host", "127.0.0.1", "--port", String(this.port)];
  }

  mpc(...args: string[]): Promise<string> {
    return client("mpc", [...this.host, ...args]);
  }

  /** A client, which has been greeted. */
  async client(): Promise<Client> {
    const client = new Client(await reach(this.port));
    const greeting = await client.line();
    assert(greeting?.startsWith("OK MPD "), `${greeting}`);
    return client;
  }

  /** What is answered to one request, without its last line if that is `OK`. */
  async ask(request: string): Promise<string[]> {
    using client = await this.client();
    return await client.ask(request);
  }

  /** Says `requests` and results in what came back until the daemon closed. */
  async talk(requests: string): Promise<string> {
    using conn = await reach(this.port);
    await conn.write(new TextEncoder().encode(requests));
    return await new Response(conn.readable).text();
  }

  /** A line of `status`, without its name. */
  async status(name: string): Promise<string | undefined> {
    const lines = await this.ask("status");
    return lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
  }

  /** Has the library read again and waits until that is done; the answer is what `status` then has for an error. */
  async update(): Promise<string | undefined> {
    using watcher = await this.client();
    await watcher.ask("update");
    await watcher.ask("idle update");
    return await this.status("error");
  }

  /** Asserts that it still answers, and has not complained of anything. */
  async assertAlive(): Promise<void> {
    const lines = await this.ask("ping");
    assert(lines.length === 0, lines.join("\n"));
    assert(this.program.errors === "", this.program.errors);
  }

  /** Megabytes of memory that it takes, where {@linkcode SEES_PROCESSES}. */
  async memory(): Promise<number> {
    return Number(await client("ps", ["-o", "rss=", "-p", String(this.program.pid)])) / 1024;
  }

  /** Asserts that it has no more than so many megabytes more than `before`. */
  async assertGrew(before: number, atMost: number): Promise<void> {
    const now = await this.memory();
    assert(now - before < atMost, `${before.toFixed()} MB became ${now.toFixed()} MB`);
  }

  /** How many file descriptors it has open, where {@linkcode SEES_PROCESSES}. */
  async descriptors(): Promise<number> {
    return (await client("ls", [`/proc/${this.program.pid}/fd`])).split("\n").length - 1;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.program[Symbol.asyncDispose]();
    await Deno.remove(this.folder, { recursive: true });
  }
}

async function write(file: string, size: number): Promise<void> {
  await Deno.mkdir(file.slice(0, file.lastIndexOf("/")), { recursive: true });
  await Deno.writeFile(file, new Uint8Array());
  await Deno.truncate(file, size);
}

/** Whether memory and descriptors of a process can be seen here. */
export const SEES_PROCESSES: boolean = Deno.build.os === "linux" && !lacks([], ["ps", "ls"]);

/** A client that says anything, and hears line by line. */
export class Client implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #decoder = new TextDecoder();
  readonly #buffer = new Uint8Array(65_536);
  #text = "";
  #at = 0;
  #gone = false;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Sends text or bytes, all of it. */
  async say(data: string | Uint8Array): Promise<void> {
    const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
    for (let sent = 0; sent < bytes.length;) sent += await this.#conn.write(bytes.subarray(sent));
  }

  /** The next line; `null` at the end. */
  async line(): Promise<string | null> {
    let end;
    while ((end = this.#text.indexOf("\n", this.#at)) < 0) {
      const count = await this.#conn.read(this.#buffer).catch(() => null);
      if (count === null) return null;
      this.#text = this.#text.slice(this.#at) +
        this.#decoder.decode(this.#buffer.subarray(0, count), { stream: true });
      this.#at = 0;
    }
    const line = this.#text.slice(this.#at, end);
    this.#at = end + 1;
    return line;
  }

  /** The lines of one answer: up to `OK`, which is left out, or `ACK ...`. */
  async answer(): Promise<string[]> {
    const lines: string[] = [];
    for (let line; (line = await this.line()) !== null;) {
      if (line === "OK") return lines;
      lines.push(line);
      if (line.startsWith("ACK ")) return lines;
    }
    throw new Error(`The daemon hung up after: ${lines.slice(-3).join("\n")}`);
  }

  /** Says a request, or a whole list of commands, and hears the answer. */
  async ask(request: string): Promise<string[]> {
    const [answer] = await Promise.all([this.answer(), this.say(`${request}\n`)]);
    return answer;
  }

  /** Reads whatever comes until the end. */
  async ignoreAll(): Promise<void> {
    while (await this.#conn.read(this.#buffer).catch(() => null) !== null);
  }

  /** Closes the connection, and ends what is read and written on it. */
  hangUp(): void {
    if (!this.#gone) this.#conn.close();
    this.#gone = true;
  }

  [Symbol.dispose](): void {
    this.hangUp();
  }
}

/** Commands as a list. */
export function listOf(commands: string[]): string {
  return ["command_list_begin", ...commands, "command_list_end"].join("\n");
}
