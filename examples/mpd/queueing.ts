/**
 * The commands for the queue.
 *
 * @module
 */

import { matching, songsAt } from "./browsing.ts";
import type { Commands, Context } from "./commands.ts";
import type { Song, Tag } from "./library.ts";
import { QUEUE } from "./limits.ts";
import type { Entry, Player } from "./player.ts";
import { CODE, integer, range, Refusal } from "./protocol.ts";
import { entryLines, type Lines } from "./replies.ts";

export const QUEUEING: Commands = {
  add: { words: [1, 2], run: (context, path, position) => void add(context, path!, position) },
  addid: { words: [1, 2], run: (context, path, position) => [`Id: ${add(context, path!, position)[0]!.id}`] },
  findadd: { words: [1, Infinity], run: (context, ...words) => addMatching(context, words, false) },
  searchadd: { words: [1, Infinity], run: (context, ...words) => addMatching(context, words, true) },
  clear: { words: [0, 0], run: ({ player }) => player.remove(0, player.queue.length) },
  delete: { words: [1, 1], run: ({ player }, where) => player.remove(...inQueue(player, where!)) },
  deleteid: { words: [1, 1], run: ({ player }, id) => player.remove(...placeOf(player, id!)) },
  move: { words: [2, 2], run: ({ player }, from, to) => move(player, inQueue(player, from!), to!) },
  moveid: { words: [2, 2], run: ({ player }, id, to) => move(player, placeOf(player, id!), to!) },
  swap: {
    words: [2, 2],
    run: ({ player }, one, other) => player.swap(entryAt(player, one!), entryAt(player, other!)),
  },
  swapid: {
    words: [2, 2],
    run: ({ player }, one, other) => player.swap(withId(player, one!), withId(player, other!)),
  },
  shuffle: {
    words: [0, 1],
    run: ({ player }, where) =>
      player.shuffle(...(where === undefined ? [0, player.queue.length] as const : inQueue(player, where))),
  },
  playlistinfo: { words: [0, 1], run: ({ player, tags }, where) => queueLines(player, tags, where) },
  playlistid: {
    words: [0, 1],
    run: ({ player, tags }, id) =>
      id === undefined ? queueLines(player, tags) : queueLines(player, tags, String(placeOf(player, id)[0])),
  },
  // A client is told of the whole queue whenever anything in it changed, which the protocol allows.
  plchanges: {
    words: [1, 2],
    run: ({ player, tags }, version) => integer(version!) === player.version ? [] : queueLines(player, tags),
  },
};

/** The entry at a position. */
export function entryAt({ queue }: Player, position: string): Entry {
  const entry = queue[integer(position)];
  if (entry === undefined) throw new Refusal(CODE.argument, "Bad song index");
  return entry;
}

/** The entry with an id. */
export function withId(player: Player, id: string): Entry {
  const entry = player.withId(integer(id));
  if (entry === undefined) throw new Refusal(CODE.noExist, "No such song");
  return entry;
}

/** Where the entry with an id is, as a range of one. */
function placeOf(player: Player, id: string): [number, number] {
  const index = player.queue.indexOf(withId(player, id));
  return [index, index + 1];
}

/** A range of the queue in which there is something. */
function inQueue({ queue }: Player, where: string): [number, number] {
  const [start, end] = range(where, queue.length);
  if (start === end && start >= queue.length) throw new Refusal(CODE.argument, "Bad song index");
  return [start, end];
}

function move(player: Player, [start, end]: [number, number], to: string): void {
  const target = integer(to);
  if (target > player.queue.length - (end - start)) throw new Refusal(CODE.argument, "Bad song index");
  player.move(start, end, target);
}

function add({ library, player }: Context, path: string, position?: string): Entry[] {
  const where = position === undefined ? player.queue.length : integer(position);
  if (where > player.queue.length) throw new Refusal(CODE.argument, "Bad song index");
  const songs: Song[] = [];
  for (const song of songsAt(library, path)) collect(song, songs, player);
  if (songs.length === 0) throw new Refusal(CODE.noExist, "No such directory");
  return player.add(songs, where);
}

function* addMatching({ library, player }: Context, words: string[], rough: boolean): Lines {
  const songs: Song[] = [];
  for (const song of matching(library, words, rough)) {
    if (song !== undefined) collect(song, songs, player);
    yield undefined;
  }
  collect(undefined, songs, player); // Others may have filled the queue meanwhile.
  player.add(songs);
}

/** Puts a song with those that are to be added, if the queue has room for all of them. */
function collect(song: Song | undefined, songs: Song[], { queue }: Player): void {
  if (song !== undefined) songs.push(song);
  if (queue.length + songs.length > QUEUE) throw new Refusal(CODE.queueFull, "Playlist is too large");
}

function* queueLines(player: Player, tags: Set<Tag>, where?: string): Lines {
  const all = where === undefined || where === "-1";
  const [start, end] = all ? [0, player.queue.length] : inQueue(player, where);
  // A copy, since the queue may change while a client reads this.
  for (const [index, entry] of player.queue.slice(start, end).entries()) {
    yield* entryLines(entry, start + index, tags);
  }
}
