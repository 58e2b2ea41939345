/**
 * The capability that files need of a host: to open them, and to read and change folders. Each operation ends by a
 * `Completion`; errors are `FileError`s, or the host's own where a permission is missing.
 *
 * @module
 */

import type { Capability } from "../core/mod.ts";
import type { Completion } from "../streams/mod.ts";

/** How a file is opened, in the letters of C's `fopen`. */
export type OpenMode = "r" | "r+" | "w" | "a" | "x";

/** The properties of a file or folder. */
export interface FileInfo {
  /** Whether it is a file. */
  isFile: boolean;
  /** Whether it is a folder. */
  isDirectory: boolean;
  /** Whether it is a link; never so where links are followed. */
  isSymlink: boolean;
  /** Bytes. */
  size: number;
  /** When it was last written. */
  mtime: Date | null;
  /** Its permission bits, where the system has them. */
  mode: number | null;
  /** The disk, and the file's number there: the same for two paths that lead to one file. */
  dev: number;
  /** See `dev`. */
  ino: number | null;
}

/** A file or folder inside a folder. */
export interface FolderEntry {
  /** Its name, without the folder's. */
  name: string;
  /** Whether it is a file. */
  isFile: boolean;
  /** Whether it is a folder. */
  isDirectory: boolean;
  /** Whether it is a link. */
  isSymlink: boolean;
}

/** An open file. At most one operation is in flight; the caller sees to that. */
export interface FileHandle {
  /** Reads up to `into.length` bytes from `position` on: how many there were, or `null` at the end. */
  read(position: number, into: Uint8Array, completion: Completion<number | null>): void;
  /** Writes some of `data` at `position`, or at the end of what was opened to append, and says how many bytes. */
  write(position: number, data: Uint8Array, completion: Completion<number>): void;
  /** Its properties. */
  stat(completion: Completion<FileInfo>): void;
  /** Cuts it, or extends it with zeros, to `size` bytes. */
  truncate(size: number, completion: Completion<void>): void;
  /** Waits until what was written would survive a crash of the machine. */
  sync(completion: Completion<void>): void;
  /** Closes it. What is in flight finishes; its completion need not be called. */
  close(): void;
}

/** The kind of a change of a path. */
export type ChangeKind = "create" | "modify" | "remove" | "rename";

/** Is called with the changes of watched paths. */
export interface Watcher {
  /** Something happened; a rename may have both paths, the old one first. */
  changed(kind: ChangeKind, paths: string[]): void;
  /** Some changes could not be reported. */
  lost(): void;
  /** Watching failed: no more changes are reported. */
  failed(error: unknown): void;
}

/** A host's files. An operation returns a function that gives it up: then the completion is never called. */
export interface Files {
  /** Opens a file. If the operation was given up, a file that is still opened is closed. */
  open(path: string, mode: OpenMode, completion: Completion<FileHandle>): () => void;
  /** The properties of the file or folder at `path`; links are followed. */
  stat(path: string, completion: Completion<FileInfo>): () => void;
  /** The entries of a folder, in any order. */
  list(path: string, completion: Completion<FolderEntry[]>): () => void;
  /** The path without links in it. */
  realPath(path: string, completion: Completion<string>): () => void;
  /** Gives it another name. A file that has that name is replaced. */
  rename(from: string, to: string, completion: Completion<void>): () => void;
  /** Removes a file, or a folder. */
  remove(path: string, recursive: boolean, completion: Completion<void>): () => void;
  /** Makes a folder. */
  makeDir(path: string, recursive: boolean, completion: Completion<void>): () => void;
  /** Sets the permission bits. */
  setMode(path: string, mode: number, completion: Completion<void>): () => void;
  /** Waits until the names in a folder would survive a crash of the machine. */
  syncFolder(path: string, completion: Completion<void>): () => void;
  /** Starts to call `watcher` for changes, and results in a function that ends that. */
  watch(
    paths: string[],
    recursive: boolean,
    watcher: Watcher,
    completion: Completion<() => void>,
  ): () => void;
}

/** The capability of a host that has files. */
export const FILES: Capability<Files> = "files";
