/**
 * The journal writes the history of a world: it makes entries of the steps of threads, of what they yield, and of what
 * the network does.
 *
 * @module
 */

import { Event, type Thread } from "../../core/mod.ts";
import { nameOf } from "../../core/internal.ts";
import { describe, isCoroutine } from "../../core/mod.ts";
import type { EntryKind, HistoryEntry } from "./history_entry.ts";
import { History } from "./history.ts";
import type { Loop } from "../loop.ts";

/** Writes one history. */
export class Journal {
  readonly history: History;
  /** How many messages were sent. */
  messages = 0;
  readonly #loop: Loop;
  /** The thread that is in a step, and its host. */
  #thread: Thread | null = null;
  #host = "";
  /** The entry of what it last yielded in this step. */
  #last: HistoryEntry | null = null;
  /** Threads whose start is in the history. */
  readonly #seen = new WeakSet<Thread>();

  constructor(loop: Loop, kept: number | undefined) {
    this.#loop = loop;
    this.history = new History(kept);
  }

  /** A thread begins a step. */
  running(host: string, thread: Thread): void {
    this.#thread = thread;
    this.#host = host;
    this.#last = null;
    if (this.history.closed || this.#seen.has(thread)) return;
    this.#seen.add(thread);
    this.history.add(this.#loop.now, "start", host, thread.id, thread.name);
  }

  /** The thread has yielded `value`. */
  yielded(thread: Thread, value: unknown): void {
    if (this.history.closed) return;
    this.#last = this.history.add(this.#loop.now, "yield", this.#host, thread.id, inWords(value));
  }

  /** The thread has made its step. */
  ran(thread: Thread): void {
    if (thread.ended && !this.history.closed) {
      const entry = this.history.add(
        this.#loop.now,
        "end",
        this.#host,
        thread.id,
        `${thread.state}${failureOf(thread)}`,
      );
      if (entry !== null) entry.state = thread.state as "done";
    } else if (this.#last !== null) {
      this.#last.state = thread.state === "waiting" ? "waiting" : "ready";
    }
    this.#thread = this.#last = null;
  }

  /** Writes an entry about `host`, and about its thread if one is in a step. */
  record(kind: EntryKind, host: string, text: string, message = 0): void {
    const thread = this.#thread !== null && this.#host === host ? this.#thread.id : 0;
    this.history.add(this.#loop.now, kind, host, thread, text, message);
  }

  /** Writes a line of the program's own. */
  note(text: string): void {
    this.record("note", this.#thread === null ? "" : this.#host, text);
  }

  /** Writes what the world failed with, as the last entry. */
  fail(error: unknown): void {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    this.record("failure", this.#thread === null ? "" : this.#host, text);
    this.history.closed = true;
  }
}

/** What a thread yielded, in words. */
function inWords(value: unknown): string {
  if (value instanceof Event) {
    const words = value.describe();
    return words === value.constructor.name ? words.replace(/Event$/, "").toLowerCase() : words;
  }
  if (isCoroutine(value)) return `a call of ${nameOf(value)}`;
  return describe(value);
}

/** The error that a thread ended with, to be put after its state; `""` if there was none. */
function failureOf(thread: Thread): string {
  if (thread.state === "done") return "";
  try {
    thread.outcome();
    return "";
  } catch (error) {
    return `: ${error instanceof Error ? `${error.name}: ${error.message}` : describe(error)}`;
  }
}
