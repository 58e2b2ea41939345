/**
 * The songs: what there is, found by its path, and the thread that reads it again when a client asks for that.
 *
 * @module
 */

import { type Coroutine, Flag, ThreadKilledError } from "../../mod.ts";
import type { Changes } from "./changes.ts";
import { CODE, Refusal } from "./protocol.ts";

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

/** What a library consists of. */
export class Contents {
  readonly folders = new Map<string, Folder>();
  readonly songs = new Map<string, Song>();
  readonly artists = new Set<string>();
  readonly albums = new Set<string>();
  /** Seconds that all songs last. */
  duration = 0;
  /** When it was read. */
  readonly read = new Date();
  /** Why something was left out: of the first of these; and how many there were. */
  complaint: string | undefined;
  leftOut = 0;

  /** Adds a folder that is empty as yet. */
  addFolder(path: string): Folder {
    const folder: Folder = { path, modified: new Date(0), folders: [], songs: [] };
    this.folders.set(path, folder);
    return folder;
  }

  /** Adds a song to `folder`. */
  addSong(folder: Folder, song: Song): void {
    folder.songs.push(song);
    this.songs.set(song.path, song);
    if (song.tags.Artist !== undefined) this.artists.add(song.tags.Artist);
    if (song.tags.Album !== undefined) this.albums.add(song.tags.Album);
    this.duration += song.duration;
  }

  /** Notes that something is not in here, and why. */
  leaveOut(why: string): void {
    this.complaint ??= why;
    this.leftOut++;
  }
}

/** Where songs come from. */
export type Source = (contents: Contents) => Coroutine;

/** All that can be played. */
export class Library {
  readonly #source: Source;
  readonly #changes: Changes;
  #contents = new Contents();
  readonly #asked = new Flag();
  /** How many updates have been started, and whether one runs. */
  #started = 0;
  #runs = false;
  /** Why the last update failed. */
  error: string | undefined;

  constructor(source: Source, changes: Changes) {
    this.#source = source;
    this.#changes = changes;
  }

  /** What is known now. An update replaces all of it at once. */
  get contents(): Contents {
    return this.#contents;
  }

  /** Every song, folder by folder. */
  get songs(): Iterable<Song> {
    return this.whileKnown(this.#contents.songs.values());
  }

  /** Every song in `folder` and below. */
  below(folder: Folder): Iterable<Song> {
    return this.whileKnown(songsBelow(folder));
  }

  /** Parts of what is known now, until an update replaces it: a client that reads slowly must not keep the old. */
  *whileKnown<T>(parts: Iterable<T>): Iterable<T> {
    const contents = this.#contents;
    for (const part of parts) {
      if (contents !== this.#contents) throw new Refusal(CODE.system, "The database was updated meanwhile");
      yield part;
    }
  }

  /** The song at `path`. */
  song(path: string): Song | undefined {
    return this.#contents.songs.get(path);
  }

  /** The folder at `path`. */
  folder(path: string): Folder | undefined {
    return this.#contents.folders.get(path);
  }

  /** Reads the source. What it has now replaces what was known; if it cannot be read, nothing changes. */
  *read(): Coroutine {
    const contents = new Contents();
    yield* this.#source(contents);
    this.#contents = contents;
  }

  /** Has the source read again, and tells the number of that update: the one that starts next. */
  update(): number {
    this.#asked.set();
    return this.#started + 1;
  }

  /** The number of the update that runs, or is about to. */
  get updating(): number | undefined {
    return this.#runs ? this.#started : this.#asked.isSet ? this.#started + 1 : undefined;
  }

  /** The thread of the updates: one at a time, however many are asked for, and none that fails ends it. */
  *run(): Coroutine<never> {
    while (true) {
      yield* this.#asked.wait();
      this.#asked.clear();
      this.#started++;
      this.#runs = true;
      try {
        yield* this.read();
        this.error = undefined;
        this.#changes.tell("database");
      } catch (error) {
        if (error instanceof ThreadKilledError) throw error;
        this.error = `The update failed: ${error instanceof Error ? error.message : error}`;
      }
      this.#runs = false;
      this.#changes.tell("update");
    }
  }
}

function* songsBelow(folder: Folder): Iterable<Song> {
  for (const inner of folder.folders) yield* songsBelow(inner);
  yield* folder.songs;
}
