/**
 * A site that means the crawler no good, on a real socket: what it answers is written byte by byte, so that it
 * may be anything. Beside what is bad it has good pages, which are to be fetched whatever the rest does.
 *
 *     await using site = new HostileSite({ "/bad": "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n" });
 *     const { output } = await site.crawl();
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { type Ending, start } from "./program.ts";

const encoder = new TextEncoder();

/** What is answered: these bytes, and then the connection is closed; or whatever the function does with it. */
export type Answer = string | Uint8Array | ((client: Client) => Promise<unknown>);

/** A whole answer with a page. */
export function page(
  body: string | Uint8Array,
  headers = "Content-Type: text/html; charset=utf-8",
): Uint8Array {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  const head = encoder.encode(
    `HTTP/1.1 200 OK\r\n${headers}\r\nContent-Length: ${bytes.length}\r\nConnection: close\r\n\r\n`,
  );
  const answer = new Uint8Array(head.length + bytes.length);
  answer.set(head);
  answer.set(bytes, head.length);
  return answer;
}

/** An answer that sends the crawler elsewhere. */
export const moved = (location: string, status = 301) =>
  `HTTP/1.1 ${status} Moved\r\nLocation: ${location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`;

/** A link to each address, for a page. */
export const linking = (...addresses: string[]) =>
  addresses.map((address) => `<p><a href="${address}">there</a>\n`).join("");

/** The pages that are always there, and are always to be fetched. */
export const GOOD = Array.from({ length: 6 }, (_, i) => `/good/${i}`);

/** What the crawler may use at most, in bytes. Without work it uses about 60 MB. */
const MOST_MEMORY = 250e6;

/** One connection of the crawler. */
export class Client {
  /** How many bytes were sent in all. */
  sent = 0;
  constructor(readonly conn: Deno.Conn, readonly path: string, readonly head: string) {}

  async send(data: string | Uint8Array): Promise<void> {
    let bytes = typeof data === "string" ? encoder.encode(data) : data;
    while (bytes.length > 0) {
      const written = await this.conn.write(bytes);
      this.sent += written;
      bytes = bytes.subarray(written);
    }
  }

  /** Sends `beginning`, and then more and more of `more` until the crawler has had enough. */
  async sendForEver(beginning: string, more: string | ((count: number) => string)): Promise<void> {
    await this.send(beginning);
    for (let count = 0;; count++) {
      await this.send(typeof more === "string" ? more : more(count));
      if (count % 10 === 9) await new Promise((resolve) => setTimeout(resolve)); // it lets others live
    }
  }

  /** Says nothing more, and waits until the crawler goes. */
  async stall(): Promise<void> {
    const buffer = new Uint8Array(1024);
    while ((await this.conn.read(buffer)) !== null);
  }
}

/** How to crawl, and what to expect. */
export interface CrawlOptions {
  /** More arguments. */
  args?: string[];
  /** The exit code; 0 if left out. */
  code?: number;
  /** The good pages that are to be fetched; all if left out. */
  good?: string[];
}

/** The site. It listens at once. */
export class HostileSite implements AsyncDisposable {
  /** What was asked for, in order: path and query. */
  readonly asked: string[] = [];
  /** The requests, as they came. */
  readonly requests: string[] = [];
  /** How many bytes were sent for each path. */
  readonly sent = new Map<string, number>();
  readonly #answers: Record<string, Answer>;
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #connections = new Map<Deno.Conn, Promise<void>>();
  readonly #accepting: Promise<void>;

  /** A path that ends with `*` answers for all that begin with it. If there is no "/", it links to all the others. */
  constructor(answers: Record<string, Answer>) {
    const links = Object.keys(answers).filter((path) => !path.endsWith("*") && path !== "/robots.txt");
    this.#answers = {
      "/": page(linking(...GOOD.slice(0, 3), ...links, ...GOOD.slice(3))),
      ...answers,
      ...Object.fromEntries(GOOD.map((path) => [path, page(`<title>Good</title>${path}`)])),
    };
    this.#accepting = this.#accept();
  }

  get host(): string {
    return `127.0.0.1:${this.#listener.addr.port}`;
  }

  get origin(): string {
    return `http://${this.host}`;
  }

  /**
   * Crawls from the front page on, as a program of its own that may connect to this host only, and asserts what
   * holds for any site: the crawl ends, the good pages were fetched, it took no more memory than it may, nothing
   * in its output moves a terminal, and it did not complain.
   */
  async crawl({ args = [], code = 0, good = GOOD }: CrawlOptions = {}): Promise<Ending> {
    await using program = start("crawler.ts", {
      args: ["--crawl", `${this.origin}/`, "--retries", "0", ...args],
    });
    let most = 0, running = true;
    const measured = (async () => {
      for (; running; await new Promise((resolve) => setTimeout(resolve, 20))) {
        most = Math.max(most, await peakOf(program.pid));
      }
    })();
    let ending: Ending;
    try {
      ending = await program.ended();
    } finally {
      running = false;
      await measured;
    }
    assertEquals({ code: ending.code, errors: ending.errors }, { code, errors: "" }, ending.output);
    assertEquals(this.asked.filter((path) => GOOD.includes(path)).sort(), good);
    if (Deno.build.os === "linux") assert(most > 0, "Its memory was not measured.");
    assert(most < MOST_MEMORY, `It took ${most} bytes.`);
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]/.test(ending.output), ending.output);
    return ending;
  }

  async #accept(): Promise<void> {
    for (;;) {
      try {
        const conn = await this.#listener.accept();
        this.#connections.set(conn, this.#serve(conn).finally(() => this.#connections.delete(conn)));
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return; // closed
      }
    }
  }

  async #serve(conn: Deno.Conn): Promise<void> {
    let client: Client | undefined;
    try {
      const line = await readUntil(conn, "\r\n");
      const path = line.split(" ")[1] ?? "";
      this.asked.push(path);
      const answer = this.#answers[path] ??
        Object.entries(this.#answers).find(([prefix]) =>
          prefix.endsWith("*") && path.startsWith(prefix.slice(0, -1))
        )?.[1] ??
        "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
      // One that is closed with some of the request unread is reset.
      const head = RESETS.has(answer) ? "" : await readUntil(conn, "\r\n\r\n");
      this.requests.push(line + head);
      client = new Client(conn, path, head);
      if (typeof answer === "function") await answer(client);
      else await client.send(answer);
    } catch {
      // The crawler went, or the test is over.
    } finally {
      if (client) this.sent.set(client.path, client.sent);
      try {
        conn.close();
      } catch {
        // The test was first.
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    for (const conn of this.#connections.keys()) {
      try {
        conn.close();
      } catch {
        // It was first.
      }
    }
    await Promise.all([this.#accepting, ...this.#connections.values()]);
  }
}

const RESETS = new Set<Answer>();

/** An answer after which the connection is reset instead of closed. */
export function resetting(beginning: string): Answer {
  const answer = (client: Client) => client.send(beginning);
  RESETS.add(answer);
  return answer;
}

/** Reads byte by byte, so that what follows stays unread. */
async function readUntil(conn: Deno.Conn, end: string): Promise<string> {
  const byte = new Uint8Array(1);
  let text = "";
  while (!text.endsWith(end) && await conn.read(byte) !== null) text += String.fromCharCode(byte[0]!);
  return text;
}

/** The most memory that a process has had so far, in bytes; 0 if it is gone. Deno itself may not read /proc. */
async function peakOf(pid: number): Promise<number> {
  if (Deno.build.os !== "linux") return 0;
  const { stdout } = await new Deno.Command("cat", { args: [`/proc/${pid}/status`], stderr: "null" })
    .output();
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(new TextDecoder().decode(stdout))?.[1] ?? 0) * 1024;
}
