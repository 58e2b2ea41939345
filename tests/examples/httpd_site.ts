/**
 * What the tests of `httpd.ts` share: a folder to serve, a server that runs, and a client that sends any bytes.
 *
 * @module
 */

import { assertEquals } from "@std/assert";
import { type Program, reach, start, type StartOptions } from "./program.ts";

/** Where the server that was started last listens. */
export let PORT = 0, ORIGIN = "";
const encoder = new TextEncoder(), decoder = new TextDecoder();

/** A server that runs, and the folder whose `docs` it serves. */
export interface Site extends AsyncDisposable {
  folder: string;
  program: Program;
}

/**
 * Serves a new folder with the header's command: the header's ROOT is one that is made in there. The port is one
 * that is free, unless the options name it.
 */
export async function serve(options: StartOptions = {}): Promise<Site> {
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "httpd" }));
  const write = async (path: string, content: string | Uint8Array) => {
    await Deno.mkdir(`${folder}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
    await Deno.writeFile(
      `${folder}/${path}`,
      typeof content === "string" ? encoder.encode(content) : content,
    );
    await Deno.utime(`${folder}/${path}`, new Date("2026-05-04T03:02:01Z"), new Date("2026-05-04T03:02:01Z"));
  };
  await write("docs/hello.txt", "Hello, world!\n");
  await write("docs/page.html", "<!doctype html><title>Page</title>");
  await write("docs/style.css", "p { color: red }\n");
  await write("docs/empty", "");
  await write("docs/1k.txt", "x".repeat(1024));
  await write("docs/big.bin", bigContent());
  await write("docs/with index/index.html", "<h1>The index</h1>");
  await write("docs/list/naïve & <b>\"bold'.txt", "escaped");
  await write("docs/list/50% #1?.txt", "encoded");
  await write("docs/list/notes/deep.txt", "deep");
  await write("docs-secret/key.txt", "SECRET");
  await write("secret.txt", "SECRET");
  await Deno.symlink("hello.txt", `${folder}/docs/inside`);
  await Deno.symlink("../secret.txt", `${folder}/docs/outside`);
  await Deno.symlink("../docs-secret", `${folder}/docs/sibling`);
  await Deno.symlink("loop", `${folder}/docs/loop`);
  const program = start("httpd.ts", { cwd: folder, port: 0, ...options });
  const site = {
    folder,
    program,
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
  try {
    const [, origin, port] = await program.line(/^Serving docs at (http:\/\/127\.0\.0\.1:(\d+))\/$/);
    ORIGIN = origin!;
    PORT = Number(port);
  } catch (error) {
    await site[Symbol.asyncDispose]();
    throw error;
  }
  return site;
}

export function bigContent(): Uint8Array {
  const content = new Uint8Array(5_000_000);
  for (let i = 0; i < content.length; i++) content[i] = i * 31 + (i >> 8);
  return content;
}

/** Sends bytes and collects what comes back until the server closes. */
export async function exchange(request: string | Uint8Array): Promise<string> {
  using conn = await reach(PORT);
  return await exchangeOn(conn, request);
}

export async function exchangeOn(conn: Deno.Conn, request: string | Uint8Array): Promise<string> {
  const bytes = typeof request === "string" ? encoder.encode(request) : request;
  const sending = (async () => {
    for (let sent = 0; sent < bytes.length;) sent += await conn.write(bytes.subarray(sent));
  })().catch(() => {}); // it may close without having read everything
  let text = "";
  const buffer = new Uint8Array(65_536);
  try {
    for (let count; (count = await conn.read(buffer)) !== null;) {
      text += decoder.decode(buffer.subarray(0, count));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  await sending;
  return text;
}

/** Sends a request for the connection's last answer, and results in that. */
export function get(target: string, fields = "", method = "GET"): Promise<string> {
  return exchange(`${method} ${target} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n${fields}\r\n`);
}

export function statusOf(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1]);
}

export function fieldOf(answer: string, name: string): string | undefined {
  return new RegExp(`^${name}: (.*)\r$`, "im").exec(answer.split("\r\n\r\n")[0] + "\r\n")?.[1];
}

export function bodyOf(answer: string): string {
  return answer.slice(answer.indexOf("\r\n\r\n") + 4);
}

/** Asserts that the server still answers. */
export async function assertAlive(): Promise<void> {
  assertEquals(bodyOf(await get("/hello.txt")), "Hello, world!\n");
}
