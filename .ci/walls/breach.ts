/**
 * A breach: one place in the house where a wall is not kept.
 *
 * @module
 */

/** What kind of wall it is, in one word. */
export type BreachKind =
  | "arrow"
  | "door"
  | "wing"
  | "circle"
  | "name"
  | "loading"
  | "entry"
  | "readme"
  | "file"
  | "syntax"
  | "event"
  | "words";

/** One place where a wall is not kept. */
export interface Breach {
  readonly kind: BreachKind;
  /** The file, as a path from the root. */
  readonly path: string;
  /** Counted from 1. */
  readonly line: number;
  /** What is wrong, and what to do if that is not plain. */
  readonly message: string;
}

/** The breach as one line that an editor can jump from. */
export function describe({ path, line, kind, message }: Breach): string {
  return `${path}:${line}: ${message} [${kind}]`;
}

/** Sorts breaches by file, then by line. */
export function inOrder(breaches: Breach[]): Breach[] {
  return breaches.toSorted((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line);
}
