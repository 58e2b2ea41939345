/**
 * What the tests of `chat.ts` share: someone in the room, line by line.
 *
 * @module
 */

import { type Program, reach, start } from "./program.ts";

/** A room that is open, on a port of its own. */
export class Room implements AsyncDisposable {
  constructor(readonly program: Program, readonly port: number) {}

  static async open(): Promise<Room> {
    const program = start("chat.ts", { port: 0 });
    try {
      const [, port] = await program.line(/^The room is open at 127\.0\.0\.1:(\d+)$/);
      return new Room(program, Number(port));
    } catch (error) {
      await program[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Somebody who has not said a name yet. */
  async visitor(): Promise<Visitor> {
    return new Visitor(await reach(this.port));
  }

  /** Somebody who is in. */
  async enter(name: string): Promise<Visitor> {
    const visitor = await this.visitor();
    await visitor.type(name);
    await visitor.until(/^\* Welcome/);
    return visitor;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.program[Symbol.asyncDispose]();
  }
}

/** Somebody at the door, or in the room. */
export class Visitor implements Disposable {
  readonly #conn: Deno.Conn;
  readonly #decoder = new TextDecoder();
  #text = "";
  #gone = false;

  constructor(conn: Deno.Conn) {
    this.#conn = conn;
  }

  /** Types lines, of text or of bytes. */
  async type(text: string | Uint8Array): Promise<void> {
    const bytes = typeof text === "string" ? new TextEncoder().encode(`${text}\n`) : text;
    for (let at = 0; at < bytes.length;) at += await this.#conn.write(bytes.subarray(at));
  }

  /** The next line; `null` at the end. */
  async line(): Promise<string | null> {
    while (!this.#text.includes("\n")) {
      const bytes = new Uint8Array(65_536);
      const count = await this.#conn.read(bytes).catch(() => null);
      if (count === null) return null;
      this.#text += this.#decoder.decode(bytes.subarray(0, count), { stream: true });
    }
    const end = this.#text.indexOf("\n");
    const line = this.#text.slice(0, end);
    this.#text = this.#text.slice(end + 1);
    return line;
  }

  /** Reads on to a line like this. */
  async until(pattern: RegExp): Promise<string> {
    for (let line; (line = await this.line()) !== null;) if (pattern.test(line)) return line;
    throw new Error(`The end came before a line like ${pattern}.`);
  }

  /** Reads whatever comes, until the end. */
  async ignoreAll(): Promise<void> {
    while (await this.line() !== null);
  }

  leave(): void {
    if (!this.#gone) this.#conn.close();
    this.#gone = true;
  }

  [Symbol.dispose](): void {
    this.leave();
  }
}

/** What `asked` results in, or an error if it takes longer than that. */
export async function within<T>(seconds: number, asked: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took more than ${seconds} s.`)), seconds * 1000);
  });
  return await Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
