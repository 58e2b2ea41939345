/**
 * Songs on the disk. Nothing is decoded: the tags are what the path says (`Artist/Album/01 Title.mp3`), and the
 * length is guessed from the size.
 *
 * @module
 */

import { type Coroutine, promise } from "../../mod.ts";
import type { Contents, Folder, Song, Source } from "./library.ts";
import { DEPTH, FOLDERS, SONGS } from "./limits.ts";

/** Bytes that a second of music takes, about. */
const BYTES_PER_SECOND: Record<string, number> = {
  flac: 90_000,
  m4a: 24_000,
  mp3: 24_000,
  ogg: 20_000,
  opus: 16_000,
  wav: 176_400,
};

/** Why one file or folder may be left out. After any other error nothing that was read can be relied on. */
const ONE_IS_MISSING = new Set(["EACCES", "ELOOP", "ENAMETOOLONG", "ENOENT", "ENOTDIR", "EPERM"]);

/** The songs in the folder `place` and below. */
export function disk(place: string): Source {
  return function* (contents) {
    const root = contents.addFolder("");
    yield* read(place, root, contents, yield* promise(Array.fromAsync(Deno.readDir(place))), DEPTH);
  };
}

function* read(
  place: string,
  folder: Folder,
  contents: Contents,
  entries: Deno.DirEntry[],
  depth: number,
): Coroutine {
  for (const { name, isFile, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
    if (name.startsWith(".")) continue;
    const path = folder.path === "" ? name : `${folder.path}/${name}`;
    const rate = BYTES_PER_SECOND[name.slice(name.lastIndexOf(".") + 1).toLowerCase()];
    // Links are neither file nor folder here, and are not followed: they may lead outside, or in circles.
    if (!isDirectory && !(isFile && rate !== undefined)) continue;
    const why = reason(name, contents, depth);
    if (why !== undefined) {
      contents.leaveOut(`${JSON.stringify(path)}: ${why}`);
      continue;
    }
    try {
      if (isDirectory) {
        const inside = yield* promise(Array.fromAsync(Deno.readDir(`${place}/${path}`)));
        const inner = contents.addFolder(path);
        folder.folders.push(inner);
        yield read(place, inner, contents, inside, depth - 1);
      } else {
        const { size, mtime } = yield* promise(Deno.lstat(`${place}/${path}`));
        contents.addSong(folder, songAt(path, Math.max(1, size / rate!), mtime ?? new Date(0)));
      }
    } catch (error) {
      if (!(error instanceof Error && "code" in error && ONE_IS_MISSING.has(String(error.code)))) throw error;
      contents.leaveOut(error.message);
    }
  }
  const dates = [...folder.folders, ...folder.songs].map((inner) => inner.modified.getTime());
  folder.modified = new Date(dates.reduce((latest, date) => Math.max(latest, date), 0));
}

/** Why something of this name cannot be taken in. */
function reason(name: string, { songs, folders }: Contents, depth: number): string | undefined {
  if (/\p{Cc}/u.test(name)) return "its name has control characters, which the protocol cannot say.";
  if (depth === 0) return `more than ${DEPTH} folders are nested.`;
  if (songs.size >= SONGS || folders.size >= FOLDERS) return "there are too many.";
  return undefined;
}

/** A song whose tags are what its path says. */
export function songAt(path: string, duration: number, modified: Date): Song {
  const folders = path.split("/");
  const file = folders.pop()!;
  const name = file.includes(".") ? file.slice(0, file.lastIndexOf(".")) : file;
  const [, track, title] = /^(?:(\d+)[ ._-]+)?(.+)$/.exec(name) ?? [];
  const [artist, album] = folders;
  return {
    path,
    modified,
    duration,
    tags: {
      ...(artist !== undefined && { Artist: artist }),
      ...(album !== undefined && { Album: album }),
      Title: title ?? name,
      ...(track !== undefined && { Track: String(Number(track)) }),
    },
  };
}
