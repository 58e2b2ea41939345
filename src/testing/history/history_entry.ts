/**
 * An entry of a history: one thing that happened in a world.
 *
 * @module
 */

/** What kind of thing an entry of a {@linkcode History} is about. */
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

/** Every kind, in a fixed order, on which the hash of a history depends. */
export const KINDS: readonly EntryKind[] =
  "start yield end connect accept send deliver close fault note failure".split(" ") as EntryKind[];

/** One thing that happened. */
export interface HistoryEntry {
  /** Virtual seconds since the world began. */
  readonly time: number;
  /** What kind of thing it is. */
  readonly kind: EntryKind;
  /** The host where it happened; `""` if it happened to no host in particular. */
  readonly host: string;
  /** The id of the thread that did it, which is unique on its host; 0 if no thread did. */
  readonly thread: number;
  /** What happened, in words. */
  readonly text: string;
  /** The number of the message that was sent or delivered; 0 if there was none. */
  readonly message: number;
  /** After a yield: whether the thread then waited, or was ready at once. At an end: how the thread ended. */
  state: "waiting" | "ready" | "done" | "failed" | "killed" | "";
}
