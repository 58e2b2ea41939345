/**
 * Files and folders by their names: their properties, the entries of a folder, renaming, removing, making a folder.
 *
 * @module
 */

import { capability, type Event, type Wait } from "../core/mod.ts";
import { type Completion, OperationEvent } from "../streams/mod.ts";
import { type FileInfo, FILES, type Files, type FolderEntry } from "./file_system.ts";
import { pathFrom } from "./path.ts";

/** Waits for one operation of a host's files. */
export class FilesEvent<T> extends OperationEvent<T> {
  readonly #what: string;
  readonly #start: (files: Files, completion: Completion<T>) => () => void;

  /** Waits for the operation that `start` begins; `what` describes it. */
  constructor(what: string, start: (files: Files, completion: Completion<T>) => () => void) {
    super();
    this.#what = what;
    this.#start = start;
  }

  /** @ignore */
  protected override begin(wait: Wait, completion: Completion<T>): () => void {
    return this.#start(capability(wait.scheduler.host, FILES), completion);
  }

  /** @ignore */
  override describe(): string {
    return this.#what;
  }
}

/** The properties of the file or folder at `path`; links are followed. Throws `FileError`. */
export function stat(path: string | URL): Event<FileInfo> {
  const name = pathFrom(path, "stat");
  return new FilesEvent(`what is known of ${name}`, (files, completion) => files.stat(name, completion));
}

/** The entries of the folder at `path`, sorted by name. Throws `FileError`. */
export function list(path: string | URL): Event<FolderEntry[]> {
  const name = pathFrom(path, "list");
  return new FilesEvent(`what is in ${name}`, (files, completion) =>
    files.list(name, {
      done: (entries) => completion.done(entries.sort((a, b) => a.name < b.name ? -1 : 1)),
      failed: (error) => completion.failed(error),
    }));
}

/**
 * Gives a file or folder another name, at once: at any moment it has either the old name or the new one. A file that has
 * the new name is replaced. Throws `FileError`, with the code `EXDEV` between two disks. Killed, it may have been done.
 */
export function rename(from: string | URL, to: string | URL): Event<void> {
  const [old, name] = [pathFrom(from, "rename"), pathFrom(to, "rename")];
  return new FilesEvent(`${old} to be renamed`, (files, completion) => files.rename(old, name, completion));
}

/**
 * Removes a file, or a folder that is empty, or, with `recursive`, one with all that is in it. Throws `FileError`. Killed,
 * it may have been done, or half done.
 */
export function remove(path: string | URL, options: { recursive?: boolean } = {}): Event<void> {
  const name = pathFrom(path, "remove"), { recursive = false } = options;
  return new FilesEvent(`${name} to be removed`, (files, done) => files.remove(name, recursive, done));
}

/**
 * Makes a folder; with `recursive` those too that it is in, and it is no error if it is there already. Throws `FileError`.
 * Killed, it may have been done.
 */
export function makeDir(path: string | URL, options: { recursive?: boolean } = {}): Event<void> {
  const name = pathFrom(path, "makeDir"), { recursive = false } = options;
  return new FilesEvent(
    `the folder ${name} to be made`,
    (files, done) => files.makeDir(name, recursive, done),
  );
}
