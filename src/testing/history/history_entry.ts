/**
 * What a history is made of.
 *
 * @module
 */

/** What an entry of a {@linkcode History} tells. */
export type EntryKind =
  | "start"
  | "yield"
  | "end"
  | "connect"
  | "accept"
  | "send"
  | "deliver"
  | "close"
  | "fault"
  | "note"
  | "failure";

/** Every kind. */
export const KINDS: readonly EntryKind[] =
  "start yield end connect accept send deliver close fault note failure".split(" ") as EntryKind[];

/** One thing that happened. */
export interface HistoryEntry {
  /** Virtual seconds since the world began. */
  readonly time: number;
  /** What kind of thing. */
  readonly kind: EntryKind;
  /** The host where it happened; `""` if in the world at large. */
  readonly host: string;
  /** The id of the thread that did it, which counts within its host; 0 if none did. */
  readonly thread: number;
  /** In words: what was yielded, sent, done. */
  readonly text: string;
  /** Which message was sent or delivered; 0 if this is about none. */
  readonly message: number;
  /** After a yield: whether the thread then waited, or only went to the back of the queue. */
  state: "waiting" | "ready" | "done" | "failed" | "killed" | "";
}
