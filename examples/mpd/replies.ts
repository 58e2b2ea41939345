/**
 * What replies are made of: lines of `key: value`.
 *
 * @module
 */

import type { Folder, Library, Song, Tag } from "./library.ts";
import type { Entry, Player } from "./player.ts";

/**
 * The lines of a reply, made one by one as they are sent. Where there was work without anything to say, there is
 * `undefined` in between: others may have a turn then.
 */
export type Lines = Iterable<string | undefined>;

/** What the player does. */
export function* statusOf(player: Player, { updating, error }: Library): Lines {
  const { options, queue, entry, index } = player;
  yield `volume: ${player.volume}`;
  for (const [name, on] of Object.entries(options)) yield `${name}: ${on ? 1 : 0}`;
  yield `playlist: ${player.version}`;
  yield `playlistlength: ${queue.length}`;
  yield `state: ${player.state}`;
  if (updating !== undefined) yield `updating_db: ${updating}`;
  if (error !== undefined) yield `error: ${error}`;
  if (entry === undefined) return;
  yield `song: ${index}`;
  yield `songid: ${entry.id}`;
  if (player.state !== "stop") {
    yield `time: ${Math.round(player.elapsed)}:${Math.round(player.duration)}`;
    yield `elapsed: ${player.elapsed.toFixed(3)}`;
    yield `duration: ${player.duration.toFixed(3)}`;
    yield "audio: 44100:16:2";
  }
  const next = options.random ? undefined : player.following;
  if (next === undefined) return;
  yield `nextsong: ${next === queue[0] ? 0 : index + 1}`;
  yield `nextsongid: ${next.id}`;
}

/** A folder, as it stands among others. */
export function* folderLines({ path, modified }: Folder): Lines {
  yield `directory: ${path}`;
  yield `Last-Modified: ${modified.toISOString()}`;
}

/** An entry of the queue and its position. */
export function* entryLines(entry: Entry, position: number, tags: Set<Tag>): Lines {
  yield* songLines(entry.song, tags);
  yield `Pos: ${position}`;
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
