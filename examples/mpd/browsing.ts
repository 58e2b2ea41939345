/**
 * The commands for the library.
 *
 * @module
 */

import type { Commands, Context } from "./commands.ts";
import { filterFrom, tagOf } from "./filter.ts";
import { type Folder, type Library, type Song, TAGS } from "./library.ts";
import { CODE, range, Refusal, trimmed } from "./protocol.ts";
import { folderLines, type Lines, songLines } from "./replies.ts";

export const BROWSING: Commands = {
  lsinfo: { words: [0, 1], run: listFolder },
  listall: { words: [0, 1], run: listAll },
  listallinfo: { words: [0, 1], run: listAllInfo },
  find: { words: [1, Infinity], run: (context, ...words) => select(context, words, false) },
  search: { words: [1, Infinity], run: (context, ...words) => select(context, words, true) },
  list: { words: [1, Infinity], run: listTag },
  count: { words: [1, Infinity], run: count },
  update: { words: [0, 1], run: update },
  rescan: { words: [0, 1], run: update },
  tagtypes: { words: [0, Infinity], run: tagTypes },
};

function folderAt(library: Library, path: string): Folder {
  const folder = library.folder(trimmed(path));
  if (folder === undefined) throw new Refusal(CODE.noExist, "No such directory");
  return folder;
}

/** The song at `path`, or all below it. */
export function songsAt(library: Library, path = ""): Iterable<Song> {
  const song = library.song(trimmed(path));
  return song !== undefined ? [song] : library.below(folderAt(library, path));
}

/** Every song that is meant by `words`, and `undefined` for each that is not. */
export function* matching(library: Library, words: string[], rough: boolean): Iterable<Song | undefined> {
  const filter = filterFrom(words, rough);
  for (const song of library.songs) yield filter(song) ? song : undefined;
}

function* listFolder({ library, tags }: Context, path = ""): Lines {
  const song = library.song(trimmed(path));
  if (song !== undefined) return yield* songLines(song, tags);
  const { folders, songs } = folderAt(library, path);
  for (const folder of library.whileKnown(folders)) yield* folderLines(folder);
  for (const song of library.whileKnown(songs)) yield* songLines(song, tags);
}

function* listAll({ library }: Context, path?: string): Lines {
  for (const { path: place } of songsAt(library, path)) yield `file: ${place}`;
}

function* listAllInfo({ library, tags }: Context, path?: string): Lines {
  for (const song of songsAt(library, path)) yield* songLines(song, tags);
}

/** `find artist X window 10:20`: the songs that are meant, or some of them. */
function* select({ library, tags }: Context, words: string[], rough: boolean): Lines {
  const hasWindow = words.length > 2 && words.at(-2) === "window";
  const [start, end] = hasWindow ? range(words.pop()!, Infinity) : [0, Infinity];
  if (hasWindow) words.pop();
  let index = 0;
  for (const song of matching(library, words, rough)) {
    if (index >= end) return;
    if (song !== undefined && index++ >= start) yield* songLines(song, tags);
    else yield undefined;
  }
}

function* count({ library }: Context, ...words: string[]): Lines {
  let songs = 0, seconds = 0;
  for (const song of matching(library, words, false)) {
    if (song !== undefined) songs++, seconds += song.duration;
    yield undefined;
  }
  yield `songs: ${songs}`;
  yield `playtime: ${Math.round(seconds)}`;
}

function* listTag({ library }: Context, name?: string, ...words: string[]): Lines {
  const tag = tagOf(name!);
  if (tag === undefined) throw new Refusal(CODE.argument, `Unknown tag type: ${name}`);
  // `list album X`, with a value alone, asks for the albums of an artist.
  const filter = words.length === 1 && !words[0]!.startsWith("(") ? ["artist", ...words] : words;
  const values = new Set<string>();
  for (const song of matching(library, filter, false)) {
    if (song !== undefined) values.add(song.tags[tag] ?? "");
    yield undefined;
  }
  for (const value of [...values].sort()) yield `${tag}: ${value}`;
}

/** The client need not wait; `idle update` tells when it is done. */
function update({ library }: Context): Lines {
  return [`updating_db: ${library.update()}`];
}

function tagTypes({ tags }: Context, verb?: string, ...names: string[]): Lines {
  const named = names.map((name) => tagOf(name)).filter((tag) => tag !== undefined);
  switch (verb) {
    case undefined:
      return [...tags].map((tag) => `tagtype: ${tag}`);
    case "all":
      for (const tag of TAGS) tags.add(tag);
      return [];
    case "clear":
      tags.clear();
      return [];
    case "enable": // Tags that no song here has are no mistake: clients enable all that they can show.
      for (const tag of named) tags.add(tag);
      return [];
    case "disable":
      for (const tag of named) tags.delete(tag);
      return [];
  }
  throw new Refusal(CODE.argument, "Unknown sub command");
}
