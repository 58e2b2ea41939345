/**
 * Files: open ones, whole ones, folders, and watching, over the files that a host gives.
 *
 * @module
 */

export { open } from "./open.ts";
export { File } from "./file.ts";
export { readFile, readTextFile, writeFile, type WriteFileOptions } from "./whole.ts";
export { list, makeDir, remove, rename, stat } from "./folders.ts";
export { watch, type WatchOptions } from "./watch.ts";
export type { FileChange } from "./changes.ts";
export {
  type ChangeKind,
  type FileHandle,
  type FileInfo,
  FILES,
  type Files,
  type FolderEntry,
  type OpenMode,
  type Watcher,
} from "./file_system.ts";
export { FileError } from "./errors.ts";
