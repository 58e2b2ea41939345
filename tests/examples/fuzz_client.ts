/**
 * A client that says anything, in pieces of any size: text is binary, a character for each byte.
 *
 * @module
 */

import { Buffer } from "node:buffer";
import type { Dice } from "../sync/seeds.ts";
import { client } from "./program.ts";

/** The bytes that a text stands for. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** Connects, also when for a moment all ports of this machine are taken by connections that were closed. */
export async function connect(port: number): Promise<Deno.TcpConn> {
  for (;;) {
    try {
      return await Deno.connect({ hostname: "127.0.0.1", port });
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrNotAvailable)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

/** Sends `bytes` in pieces of which nobody knows how long they are. */
export async function sendInPieces(conn: Deno.Conn, bytes: Uint8Array, dice: Dice): Promise<void> {
  const longest = dice.pick([1, 10, 100, 1_000, Infinity, Infinity]);
  const pauses = dice.oneIn(4);
  for (let at = 0, pieces = 0; at < bytes.length; pieces++) {
    // The end of what is long comes at once, or it would take all day.
    const end = pieces > 50 ? bytes.length : at + 1 + dice.below(Math.min(longest, bytes.length - at));
    at += await conn.write(bytes.subarray(at, end));
    if (pauses) await new Promise((resolve) => setTimeout(resolve));
  }
}

/** What is heard until the end. */
export async function heard(conn: Deno.Conn): Promise<string> {
  const buffer = new Uint8Array(65_536);
  let text = "";
  try {
    for (let count; (count = await conn.read(buffer)) !== null;) {
      text += Buffer.from(buffer.buffer, 0, count).toString("latin1");
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
  }
  return text;
}

/** Megabytes that a process has in memory, and had at most (on Linux). */
export async function memoryOf(pid: number): Promise<{ now: number; most: number }> {
  const status = await client("cat", [`/proc/${pid}/status`]);
  const [now, most] = ["VmRSS", "VmHWM"].map((name) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) / 1024
  );
  return { now: now!, most: most! };
}
