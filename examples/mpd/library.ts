/**
 * The songs below a folder. Nothing is decoded: the tags are what the path says (`Artist/Album/01 Title.mp3`),
 * and the length is guessed from the size.
 *
 * @module
 */

import { type Coroutine, promise } from "../../mod.ts";

/** The tags that a song may have. */
export const TAGS = ["Artist", "Album", "Title", "Track"] as const;

/** One of them. */
export type Tag = typeof TAGS[number];

/** A song. */
export interface Song {
  /** Its path below the root. */
  path: string;
  modified: Date;
  /** Seconds. */
  duration: number;
  tags: Partial<Record<Tag, string>>;
}

/** A folder. */
export interface Folder {
  /** Its path below the root; the root's is empty. */
  path: string;
  modified: Date;
  folders: Folder[];
  songs: Song[];
}

/** Bytes that a second of music takes, about. */
const BYTES_PER_SECOND: Record<string, number> = {
  flac: 90_000,
  m4a: 24_000,
  mp3: 24_000,
  ogg: 20_000,
  opus: 16_000,
  wav: 176_400,
};

/** All that can be played. */
export class Library {
  #root: Folder = { path: "", modified: new Date(), folders: [], songs: [] };
  #folders = new Map<string, Folder>();
  #songs = new Map<string, Song>();
  /** When it was last scanned. */
  updated = new Date();

  constructor(readonly place: string) {}

  /** Every song, folder by folder. */
  get songs(): Iterable<Song> {
    return this.#songs.values();
  }

  /** How many songs there are. */
  get size(): number {
    return this.#songs.size;
  }

  /** The song at `path`. */
  song(path: string): Song | undefined {
    return this.#songs.get(path);
  }

  /** The folder at `path`. */
  folder(path: string): Folder | undefined {
    return this.#folders.get(path);
  }

  /** Every song in `folder` and below. */
  *below(folder: Folder): Iterable<Song> {
    for (const inner of folder.folders) yield* this.below(inner);
    yield* folder.songs;
  }

  /** Looks at the disk again. What is there now replaces what was known, all at once. */
  *scan(): Coroutine {
    const folders = new Map<string, Folder>();
    const root = yield* this.#read("", folders);
    this.#root = root;
    this.#folders = folders;
    this.#songs = new Map([...this.below(this.#root)].map((song) => [song.path, song]));
    this.updated = new Date();
  }

  *#read(path: string, folders: Map<string, Folder>): Coroutine<Folder> {
    const place = path === "" ? this.place : `${this.place}/${path}`;
    const entries = yield* promise(Array.fromAsync(Deno.readDir(place)));
    const folder: Folder = { path, modified: new Date(0), folders: [], songs: [] };
    folders.set(path, folder);
    for (const { name, isFile, isDirectory } of entries.sort((a, b) => a.name < b.name ? -1 : 1)) {
      // The protocol has no way to say a name with a line break. Links are not followed: they may lead outside.
      if (name.startsWith(".") || name.includes("\n")) continue;
      const inner = path === "" ? name : `${path}/${name}`;
      if (isDirectory) folder.folders.push(yield* this.#read(inner, folders));
      const rate = BYTES_PER_SECOND[name.split(".").pop()!.toLowerCase()];
      if (!isFile || rate === undefined) continue;
      const { size, mtime } = yield* promise(Deno.stat(`${this.place}/${inner}`));
      const duration = Math.max(1, size / rate);
      folder.songs.push({ path: inner, modified: mtime ?? new Date(0), duration, tags: tagsOf(inner) });
    }
    const dates = [...folder.folders, ...folder.songs].map((inner) => inner.modified.getTime());
    folder.modified = new Date(Math.max(0, ...dates));
    return folder;
  }
}

function tagsOf(path: string): Song["tags"] {
  const folders = path.split("/");
  const name = folders.pop()!.replace(/\.[^.]*$/, "");
  const [, track, title] = /^(?:(\d+)[ ._-]+)?(.+)$/.exec(name) ?? [];
  const [artist, album] = folders;
  return {
    ...(artist !== undefined && { Artist: artist }),
    ...(album !== undefined && { Album: album }),
    Title: title ?? name,
    ...(track !== undefined && { Track: String(Number(track)) }),
  };
}
