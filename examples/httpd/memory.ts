/**
 * Small files in memory, as finished answers. Each is to be compared with the disk at most every half second,
 * when it is asked for, so that a change shows within that time.
 *
 * @module
 */

import { type Answer, answerTo } from "./answers.ts";

/** Files of up to so many bytes are kept, so many of them, and so many bytes in all. */
export const KEEP_SIZE = 65_536;
const KEEP_FILES = 2_000, KEEP_ALL = 33_554_432;

/** For how many milliseconds a kept answer is believed. */
const BELIEVED = 500;

/** A small file in memory. */
export interface Kept {
  /** Which version of it this is. */
  tag: string;
  content: Uint8Array<ArrayBuffer>;
  checked: number;
  /** The answer to a plain GET. */
  answer: Answer;
}

/** The files that are kept. */
export class Memory {
  /** By the path that was asked for, least lately kept first. */
  readonly #kept = new Map<string, Kept>();
  #size = 0;

  /** The answer to a plain GET of `path`, if it is to be believed. */
  answer(path: string): Answer | undefined {
    const kept = this.#kept.get(path);
    if (kept === undefined) return undefined;
    const now = Date.now();
    if (now - kept.checked <= BELIEVED) return kept.answer;
    kept.checked = now; // whoever asks now compares it with the disk; the others need not wait for that
    return undefined;
  }

  /** What is kept for `path` of this very version. What is kept of another version is forgotten. */
  version(path: string, tag: string): Kept | undefined {
    const kept = this.#kept.get(path);
    if (kept?.tag === tag) return kept;
    this.forget(path);
    return undefined;
  }

  /** Keeps what `path` leads to, with the fields that its answer has. */
  keep(
    path: string,
    tag: string,
    content: Uint8Array<ArrayBuffer>,
    fields: Record<string, string>,
  ): void {
    this.forget(path);
    const plain = {
      line: "",
      method: "GET",
      path,
      query: "",
      old: false,
      persistent: true,
      fields: new Map(),
    };
    // Its Date, too, is then right to half a second.
    const answer = answerTo(plain, 200, fields, content);
    this.#kept.set(path, { tag, content, checked: Date.now(), answer });
    this.#size += content.length;
    for (const oldest of this.#kept.keys()) {
      if (this.#size <= KEEP_ALL && this.#kept.size <= KEEP_FILES) break;
      this.forget(oldest);
    }
  }

  /** Keeps nothing for `path`. */
  forget(path: string): void {
    this.#size -= this.#kept.get(path)?.content.length ?? 0;
    this.#kept.delete(path);
  }
}
