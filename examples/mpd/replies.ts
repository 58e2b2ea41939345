/**
 * What replies are made of: lines of `key: value`.
 *
 * @module
 */

import type { Folder, Song, Tag } from "./library.ts";
import type { Entry, Player } from "./player.ts";

/** Lines of a reply. */
export type Lines = Iterable<string>;

/** What the player does. */
export function* statusOf(player: Player): Lines {
  const { options, queue, entry } = player;
  yield `volume: ${player.volume}`;
  for (const [name, on] of Object.entries(options)) yield `${name}: ${on ? 1 : 0}`;
  yield `playlist: ${player.version}`;
  yield `playlistlength: ${queue.length}`;
  yield `state: ${player.state}`;
  if (entry === undefined) return;
  yield `song: ${player.index}`;
  yield `songid: ${entry.id}`;
  if (player.state !== "stop") {
    yield `time: ${Math.round(player.elapsed)}:${Math.round(player.duration)}`;
    yield `elapsed: ${player.elapsed.toFixed(3)}`;
    yield `duration: ${player.duration.toFixed(3)}`;
    yield "audio: 44100:16:2";
  }
  const next = options.random ? undefined : player.following;
  if (next === undefined) return;
  yield `nextsong: ${queue.indexOf(next)}`;
  yield `nextsongid: ${next.id}`;
}

/** A folder, as it stands among others. */
export function* folderLines({ path, modified }: Folder): Lines {
  yield `directory: ${path}`;
  yield `Last-Modified: ${modified.toISOString()}`;
}

/** A song in the queue. */
export function* entryLines(player: Player, entry: Entry, tags: Set<Tag>): Lines {
  yield* songLines(entry.song, tags);
  yield `Pos: ${player.queue.indexOf(entry)}`;
  yield `Id: ${entry.id}`;
}

/** A song, with those of its tags that are `wanted`. */
export function* songLines(song: Song, wanted: Set<Tag>): Lines {
  yield `file: ${song.path}`;
  yield `Last-Modified: ${song.modified.toISOString()}`;
  for (const [tag, value] of Object.entries(song.tags)) if (wanted.has(tag as Tag)) yield `${tag}: ${value}`;
  yield `Time: ${Math.round(song.duration)}`;
  yield `duration: ${song.duration.toFixed(3)}`;
}

/** How many seconds the songs last. */
export function total(songs: Song[]): number {
  return Math.round(songs.reduce((sum, { duration }) => sum + duration, 0));
}
