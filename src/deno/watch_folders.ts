/**
 * Watching files on Deno, by watching folders: the system watches a file by its number, and says nothing more once another
 * file has its name.
 *
 * All watchers of a process share one of the system's, and each is told what another has asked for: what is not asked for
 * here is left out.
 *
 * @module
 */

import type { ChangeKind, Watcher } from "../files/mod.ts";
import { fileError } from "./file_errors.ts";

/** Something that is watched. */
interface Target {
  /** As the program gave it. */
  readonly given: string;
  /** The same without links, as Deno will tell it. */
  readonly real: string;
  /** The folder to watch, or the file itself where its folder may not be. */
  readonly watched: string;
  readonly isFolder: boolean;
}

const KINDS: Partial<Record<string, ChangeKind>> = {
  any: "modify",
  create: "create",
  modify: "modify",
  other: "modify",
  remove: "remove",
  rename: "rename",
};

/** Tells `watcher` of changes; what ends that. */
export async function watchFolders(
  paths: readonly string[],
  recursive: boolean,
  watcher: Watcher,
): Promise<() => void> {
  const targets = await Promise.all(paths.map(targetOf));
  const ends: (() => void)[] = [];
  try {
    for (const target of targets) ends.push(watch(target, recursive && target.isFolder, watcher));
  } catch (error) {
    for (const end of ends) end();
    throw error;
  }
  return () => {
    for (const end of ends) end();
  };
}

async function targetOf(given: string): Promise<Target> {
  const real = await Deno.realPath(given).catch((error) => {
    throw fileError(error, "Watching", given);
  });
  const { isDirectory: isFolder } = await Deno.stat(real);
  const parent = folderOf(real);
  const mayWatchParent = isFolder ||
    Deno.permissions.querySync({ name: "read", path: parent }).state === "granted";
  return { given, real, watched: isFolder || !mayWatchParent ? real : parent, isFolder };
}

function watch(target: Target, recursive: boolean, watcher: Watcher): () => void {
  const { given, real, watched, isFolder } = target;
  const events = Deno.watchFs(watched, { recursive });
  const concerns = (path: string) =>
    path === real || isFolder && (recursive ? path.startsWith(inside(real)) : folderOf(path) === real);
  const asGiven = (path: string) =>
    path === real
      ? given
      : path.startsWith(inside(real))
      ? inside(given) + path.slice(inside(real).length)
      : path;
  const tell = ({ kind, paths, flag }: Deno.FsEvent) => {
    const change = KINDS[kind];
    if (flag === "rescan") watcher.lost();
    else if (change !== undefined && paths.some(concerns)) watcher.changed(change, paths.map(asGiven));
  };
  let ended = false;
  (async () => {
    for await (const event of events) if (!ended) tell(event);
  })().catch((error) => ended || watcher.failed(fileError(error, "Watching", given)));
  return () => {
    ended = true;
    events.close();
  };
}

/** The folder that `path`, which is absolute and has no slash at its end, is in. */
function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf("/")) || "/";
}

/** What the paths of all that is in `folder` begin with. */
function inside(folder: string): string {
  return folder.endsWith("/") ? folder : `${folder}/`;
}
