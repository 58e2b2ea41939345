/**
 * Replacing a file at once: a crash of the program, or of the machine, leaves the old content or the new.
 *
 * The new content is written to a file beside it and synced, so that it is on the disk before its name is; then that file
 * is renamed, which the system does at once; then the folder is synced, so that the new name survives as well.
 *
 * @module
 */

import { type Coroutine, type Event, isKill, shield } from "../core/mod.ts";
import { FileError } from "./errors.ts";
import { FilesEvent, remove, rename, stat } from "./folders.ts";
import { open } from "./open.ts";
import { splitPath } from "./path.ts";

/** Codes for a disk that is broken or full. Any other error of a folder's sync means that folders cannot be synced. */
const SERIOUS = new Set(["EIO", "ENOSPC", "EDQUOT"]);

/** Replaces the file at `path`, if there is one, by `data`. */
export function* replace(path: string, data: Uint8Array): Coroutine<void> {
  // A link stays a link, and a file keeps its mode, where it may be looked at.
  const target = (yield* ifPossible(realPath(path))) ?? path;
  const { mode = null } = (yield* ifPossible(stat(target))) ?? {};
  const { folder } = splitPath(target);
  const beside = `${folder}/.bluelet-${crypto.randomUUID()}.tmp`;
  let left = true;
  yield* shield(make(beside));
  try {
    yield* fill(beside, data, mode);
    yield* shield(takePlace(beside, target, folder));
    left = false;
  } finally {
    if (left) yield* shield(ifPossible(remove(beside)));
  }
}

/** Shielded, so that a kill cannot come after the file was made and before `replace` knows of it. */
function* make(path: string): Coroutine<void> {
  using _file = yield* open(path, "x");
}

function* fill(path: string, data: Uint8Array, mode: number | null): Coroutine<void> {
  using file = yield* open(path, "w");
  if (mode !== null) yield* ifPossible(setMode(path, mode & 0o7777));
  yield* file.sendall(data);
  yield* shield(file.sync()); // nobody can stop the system, so a kill waits until its work is over
}

function* takePlace(path: string, target: string, folder: string): Coroutine<void> {
  yield* rename(path, target);
  try {
    yield* syncFolder(folder);
  } catch (error) {
    if (isKill(error) || error instanceof FileError && SERIOUS.has(error.code)) throw error;
  }
}

/** The result of `event`, or `undefined` if it fails: without a permission, or on a system that lacks the operation. */
function* ifPossible<T>(event: Event<T>): Coroutine<T | undefined> {
  try {
    return yield* event;
  } catch (error) {
    if (isKill(error)) throw error;
    return undefined;
  }
}

function realPath(path: string): Event<string> {
  return new FilesEvent(`where ${path} leads`, (files, completion) => files.realPath(path, completion));
}

function setMode(path: string, mode: number): Event<void> {
  return new FilesEvent(`the mode of ${path}`, (files, completion) => files.setMode(path, mode, completion));
}

function syncFolder(path: string): Event<void> {
  return new FilesEvent(`the disk of ${path}`, (files, completion) => files.syncFolder(path, completion));
}
