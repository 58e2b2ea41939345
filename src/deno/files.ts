/**
 * Deno's files.
 *
 * @module
 */

import type { FileHandle, FileInfo, Files, FolderEntry, OpenMode, Watcher } from "../files/mod.ts";
import type { Completion } from "../streams/mod.ts";
import { fileError } from "./file_errors.ts";
import { DenoFileHandle, infoOf } from "./file_handle.ts";
import { watchFolders } from "./watch_folders.ts";

const OPTIONS: Record<OpenMode, Deno.OpenOptions> = {
  "r": { read: true },
  "r+": { read: true, write: true },
  "w": { write: true, create: true, truncate: true },
  "a": { append: true, create: true },
  "x": { write: true, createNew: true },
};

/**
 * Tells `completion` of what `act` promises, which is `doing` something to `path`, until what this returns is called; then
 * what comes too late is given to `discard`.
 */
function operation<T>(
  act: () => Promise<T>,
  doing: string,
  path: string,
  completion: Completion<T>,
  discard: (value: T) => void = () => {},
): () => void {
  let wanted = true;
  act().then(
    (value) => wanted ? completion.done(value) : discard(value),
    (error) => wanted && completion.failed(fileError(error, doing, path)),
  );
  return () => wanted = false;
}

/** The files of the machine that Deno runs on. */
export const denoFiles: Files = {
  open(path: string, mode: OpenMode, completion: Completion<FileHandle>): () => void {
    const act = async () => new DenoFileHandle(await Deno.open(path, OPTIONS[mode]), path, mode === "a");
    return operation<FileHandle>(act, "Opening", path, completion, (handle) => handle.close());
  },

  stat(path: string, completion: Completion<FileInfo>): () => void {
    return operation(async () => infoOf(await Deno.stat(path)), "Looking at", path, completion);
  },

  list(path: string, completion: Completion<FolderEntry[]>): () => void {
    return operation(async () => await Array.fromAsync(Deno.readDir(path)), "Listing", path, completion);
  },

  realPath(path: string, completion: Completion<string>): () => void {
    return operation(() => Deno.realPath(path), "Following", path, completion);
  },

  rename(from: string, to: string, completion: Completion<void>): () => void {
    return operation(() => Deno.rename(from, to), `Renaming ${from} to`, to, completion);
  },

  remove(path: string, recursive: boolean, completion: Completion<void>): () => void {
    return operation(() => Deno.remove(path, { recursive }), "Removing", path, completion);
  },

  makeDir(path: string, recursive: boolean, completion: Completion<void>): () => void {
    return operation(() => Deno.mkdir(path, { recursive }), "Making the folder", path, completion);
  },

  setMode(path: string, mode: number, completion: Completion<void>): () => void {
    return operation(() => Deno.chmod(path, mode), "Setting the mode of", path, completion);
  },

  syncFolder(path: string, completion: Completion<void>): () => void {
    const act = async () => {
      using folder = await Deno.open(path, { read: true });
      await folder.sync();
    };
    return operation(act, "Syncing the folder", path, completion);
  },

  watch(
    paths: string[],
    recursive: boolean,
    watcher: Watcher,
    completion: Completion<() => void>,
  ): () => void {
    const act = () => watchFolders(paths, recursive, watcher);
    return operation(act, "Watching", paths.join(", "), completion, (end) => end());
  },
};
