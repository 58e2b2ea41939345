/**
 * Writes the history of a world: turns steps, yields and what the network does into entries.
 *
 * @module
 */

import { Event, type Thread } from "../../core/mod.ts";
import { describe, isCoroutine, nameOf } from "../../core/coroutine.ts";
import type { EntryKind, HistoryEntry } from "./history_entry.ts";
import { History } from "./history.ts";
import type { Loop } from "../loop.ts";

/** Writes one history. */
export class Journal {
  readonly history: History;
  /** How many messages were sent. */
  messages = 0;
  readonly #loop: Loop;
  /** Who is in a step, and where. */
  #thread: Thread | null = null;
  #host = "";
  /** What it yielded last. */
  #last: HistoryEntry | null = null;
  readonly #seen = new WeakSet<Thread>();

  constructor(loop: Loop, kept: number | undefined) {
    this.#loop = loop;
    this.history = new History(kept);
  }

  running(host: string, thread: Thread): void {
    this.#thread = thread;
    this.#host = host;
    this.#last = null;
    if (this.history.closed || this.#seen.has(thread)) return;
    this.#seen.add(thread);
    this.history.add(this.#loop.now, "start", host, thread.id, thread.name);
  }

  yielded(thread: Thread, value: unknown): void {
    if (this.history.closed) return;
    this.#last = this.history.add(this.#loop.now, "yield", this.#host, thread.id, inWords(value));
  }

  ran(thread: Thread): void {
    if (thread.ended && !this.history.closed) {
      const entry = this.history.add(
        this.#loop.now,
        "end",
        this.#host,
        thread.id,
        `${thread.state}${why(thread)}`,
      );
      if (entry !== null) entry.state = thread.state as "done";
    } else if (this.#last !== null) {
      this.#last.state = thread.state === "waiting" ? "waiting" : "ready";
    }
    this.#thread = this.#last = null;
  }

  record(kind: EntryKind, host: string, text: string, message = 0): void {
    const thread = this.#thread !== null && this.#host === host ? this.#thread.id : 0;
    this.history.add(this.#loop.now, kind, host, thread, text, message);
  }

  note(text: string): void {
    this.record("note", this.#thread === null ? "" : this.#host, text);
  }

  fail(error: unknown): void {
    this.record(
      "failure",
      this.#thread === null ? "" : this.#host,
      error instanceof Error ? `${error.name}: ${error.message}` : String(error),
    );
    this.history.closed = true;
  }
}

function inWords(value: unknown): string {
  if (value instanceof Event) {
    const words = value.describe();
    return words === value.constructor.name ? words.replace(/Event$/, "").toLowerCase() : words;
  }
  if (isCoroutine(value)) return `a call of ${nameOf(value)}`;
  return describe(value);
}

function why(thread: Thread): string {
  if (thread.state === "done") return "";
  try {
    thread.outcome();
    return "";
  } catch (error) {
    return `: ${error instanceof Error ? `${error.name}: ${error.message}` : describe(error)}`;
  }
}
