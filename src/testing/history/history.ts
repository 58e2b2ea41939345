/**
 * The history of a world: which threads ran, what each yielded, what the network did, and when. Equal histories have
 * equal hashes, in every process.
 *
 * @module
 */

import { type EntryKind, type HistoryEntry, KINDS } from "./history_entry.ts";
import { timelineOf } from "./timeline.ts";

/** How many entries a history keeps, unless an option says otherwise. */
const KEPT = 100_000;

/** What happened in one world. A long history drops its oldest entries; its hash still depends on them. */
export class History {
  #entries: HistoryEntry[] = [];
  #length = 0;
  /** The two halves of the hash. */
  #low = 0x811c9dc5;
  #high = 0x01234567;
  readonly #kept: number;
  /** @ignore Whether nothing more is added: set when the world ends. */
  closed = false;

  /** @ignore Makes a history that keeps at least the last `kept` entries. */
  constructor(kept: number = KEPT) {
    this.#kept = kept;
  }

  /** How many things happened. */
  get length(): number {
    return this.#length;
  }

  /** What happened, oldest first; of a long history, its last part. */
  get entries(): readonly HistoryEntry[] {
    return this.#entries;
  }

  /** 16 hexadecimal digits. Equal histories have the same; different ones, in all likelihood, have not. */
  get hash(): string {
    const digits = (half: number) => (half >>> 0).toString(16).padStart(8, "0");
    return digits(this.#high) + digits(this.#low);
  }

  /** @ignore Adds an entry; `null` if none is kept. */
  add(
    time: number,
    kind: EntryKind,
    host: string,
    thread: number,
    text: string,
    message = 0,
  ): HistoryEntry | null {
    if (this.closed) return null;
    this.#length++;
    this.#mix(Math.round(time * 1e9) % 0x1_0000_0000);
    this.#mix(KINDS.indexOf(kind) * 0x1_0001 + thread);
    for (let i = 0; i < host.length; i++) this.#mix(host.charCodeAt(i));
    for (let i = 0; i < text.length; i++) this.#mix(text.charCodeAt(i));
    if (this.#kept === 0) return null;
    const entry: HistoryEntry = { time, kind, host, thread, text, message, state: "" };
    if (this.#entries.length >= 2 * this.#kept) this.#entries = this.#entries.slice(-this.#kept);
    this.#entries.push(entry);
    return entry;
  }

  #mix(bits: number): void {
    this.#low = Math.imul(this.#low ^ bits, 0x01000193);
    this.#high = Math.imul(this.#high ^ bits ^ (this.#low >>> 15), 0x85ebca6b);
  }

  /** The history as text, one line for each entry: time, host, thread, and what happened. */
  text(): string {
    const names = new Map<string, string>();
    const lines: string[] = [];
    for (const { time, kind, host, thread, text } of this.#entries) {
      if (kind === "start") names.set(`${host}#${thread}`, text);
      const name = thread === 0 ? "" : names.get(`${host}#${thread}`) ?? "";
      const who = thread === 0 ? host : `${host}#${thread} ${name}`;
      lines.push(`${time.toFixed(6).padStart(12)}  ${who.padEnd(24)}  ${kind.padEnd(7)}  ${text}`);
    }
    return lines.join("\n");
  }

  /**
   * The history as a picture in SVG: each lane is a thread, each arrow a message, and the colour shows what the thread
   * does. The picture begins at `from`, in virtual seconds.
   */
  svg(title?: string, options: { from?: number } = {}): string {
    return timelineOf(this.#entries, title, options.from);
  }
}
