/**
 * Changes of files, put together: what the system tells one by one, and twice, about what is one change to a program.
 *
 * @module
 */

import type { ChangeKind } from "./file_system.ts";

/** Something that happened to files. */
export interface FileChange {
  /** What happened. */
  kind: ChangeKind;
  /** To which paths; of a rename both, the old one first, where both are known. */
  paths: string[];
}

/** The most changes that are put together; when there are more, what has changed is told as a whole. */
const MOST = 1_024;

/** Collects changes until they are taken. */
export class Changes {
  readonly #found = new Map<string, FileChange>();
  #lost = false;

  /** Whether there are none. */
  get empty(): boolean {
    return this.#found.size === 0 && !this.#lost;
  }

  /** Adds a change, unless it says nothing new. What happens again is told as the last that happened. */
  add(kind: ChangeKind, paths: string[]): void {
    if (this.#lost) return;
    const [first = "", second] = paths;
    // A file that is new has been written, too, and one that was renamed is not missed under its old name.
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

  /** Something was not told: what is watched has changed, nobody knows how. */
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

/** What stands for changes that were lost: look at all of it again. */
export function lossOf(watched: readonly string[]): FileChange {
  return { kind: "modify", paths: [...watched] };
}

function keyOf(kind: ChangeKind, paths: readonly string[]): string {
  return `${kind}\0${paths.join("\0")}`;
}
