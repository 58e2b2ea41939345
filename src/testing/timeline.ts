/**
 * A history as a picture.
 *
 * @module
 */

import type { HistoryEntry } from "./entry.ts";

/** Draws `entries` as SVG. */
export function timelineOf(_entries: readonly HistoryEntry[], _title = "History"): string {
  return "";
}
