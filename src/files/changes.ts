/**
 * Collects changes of files. The system often reports several events for one change; they become one here.
 *
 * @module
 */

import type { ChangeKind } from "./file_system.ts";

/** Something that happened to files. */
export interface FileChange {
  /** What happened. */
  kind: ChangeKind;
  /** The paths that changed; of a rename both, the old one first, if both are known. */
  paths: string[];
}

/** The most changes to collect. If there are more, they become one change of all watched paths. */
const MOST = 1_024;

/** Collects changes until they are taken. */
export class Changes {
  readonly #found = new Map<string, FileChange>();
  #lost = false;

  /** Whether there are none. */
  get empty(): boolean {
    return this.#found.size === 0 && !this.#lost;
  }

  /** Adds a change, unless it says nothing new. A change that is repeated moves to the end. */
  add(kind: ChangeKind, paths: string[]): void {
    if (this.#lost) return;
    const [first = "", second] = paths;
    // Creating a file includes writing it, and renaming one includes removing its old name.
    if (kind === "modify" && this.#found.has(keyOf("create", [first]))) return;
    if (kind === "create") this.#found.delete(keyOf("modify", [first]));
    if (kind === "rename" && second !== undefined) {
      this.#found.delete(keyOf("remove", [first]));
      this.#found.delete(keyOf("rename", [first]));
      this.#found.delete(keyOf("rename", [second]));
    }
    const key = keyOf(kind, paths);
    this.#found.delete(key);
    if (this.#found.size >= MOST) this.lose();
    else this.#found.set(key, { kind, paths });
  }

  /** Notes that some changes were not reported, so that it is unknown which paths have changed. */
  lose(): void {
    this.#found.clear();
    this.#lost = true;
  }

  /** Takes them out; when some were lost, a change of all of `watched` in their place. */
  take(watched: readonly string[]): FileChange[] {
    const changes = this.#lost ? [lossOf(watched)] : [...this.#found.values()];
    this.#found.clear();
    this.#lost = false;
    return changes;
  }
}

/** The change that stands for lost ones: it says to look at all watched paths again. */
export function lossOf(watched: readonly string[]): FileChange {
  return { kind: "modify", paths: [...watched] };
}

function keyOf(kind: ChangeKind, paths: readonly string[]): string {
  return `${kind}\0${paths.join("\0")}`;
}
