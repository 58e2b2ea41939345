/**
 * What clients may ask for: each command with how many words it takes and what it does.
 *
 * @module
 */

import type { Scope } from "../../mod.ts";
import type { Changes } from "./changes.ts";
import { filterFrom, tagOf } from "./filter.ts";
import { type Folder, type Library, type Song, type Tag, TAGS } from "./library.ts";
import type { Entry, Option, Player } from "./player.ts";
import { entryLines, folderLines, type Lines, songLines, statusOf, total } from "./replies.ts";
import { boolean, CODE, integer, range, Refusal, seconds } from "./protocol.ts";

/** What all clients share. */
export interface Daemon {
  library: Library;
  player: Player;
  changes: Changes;
  /** Where threads go that outlive the command that started them. */
  scope: Scope;
  /** When it started, in milliseconds since 1970. */
  started: number;
}

/** What a command is given. */
export interface Context extends Daemon {
  /** The tags that this client wants to see. */
  tags: Set<Tag>;
}

/** A command. */
interface Command {
  /** The least and the most words that follow its name. */
  words: [least: number, most: number];
  run(context: Context, ...words: string[]): Lines | void;
}

/** Every command but those that change the conversation itself: those are the session's. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(Object.entries<Command>({
  // What is going on.
  status: { words: [0, 0], run: ({ player }) => statusOf(player) },
  currentsong: {
    words: [0, 0],
    run: ({ player, tags }) => player.entry === undefined ? [] : entryLines(player, player.entry, tags),
  },
  stats: { words: [0, 0], run: statistics },
  ping: { words: [0, 0], run() {} },
  clearerror: { words: [0, 0], run() {} },
  commands: {
    words: [0, 0],
    run: () => [...COMMANDS.keys(), ...SPOKEN].sort().map((name) => `command: ${name}`),
  },
  notcommands: { words: [0, 0], run() {} },
  urlhandlers: { words: [0, 0], run() {} },
  decoders: { words: [0, 0], run() {} },
  listplaylists: { words: [0, 0], run() {} },
  outputs: {
    words: [0, 0],
    run: () => ["outputid: 0", "outputname: silence", "plugin: null", "outputenabled: 1"],
  },
  tagtypes: { words: [0, Infinity], run: tagTypes },

  // Playing.
  play: { words: [0, 1], run: ({ player }, position) => player.play(at(player, position)) },
  playid: {
    words: [0, 1],
    run: ({ player }, id) => player.play(id === undefined ? undefined : withId(player, id)),
  },
  pause: {
    words: [0, 1],
    run: ({ player }, paused) => player.pause(paused === undefined ? undefined : boolean(paused)),
  },
  stop: { words: [0, 0], run: ({ player }) => player.stop() },
  next: { words: [0, 0], run: ({ player }) => (playing(player), player.next()) },
  previous: { words: [0, 0], run: ({ player }) => (playing(player), player.previous()) },
  seek: {
    words: [2, 2],
    run: ({ player }, position, time) => player.seek(existing(at(player, position)), seconds(time!)),
  },
  seekid: { words: [2, 2], run: ({ player }, id, time) => player.seek(withId(player, id!), seconds(time!)) },
  seekcur: {
    words: [1, 1],
    run: ({ player }, time) => {
      const from = /^[+-]/.test(time!) ? player.elapsed : 0;
      player.seek(playing(player), from + seconds(time!));
    },
  },
  setvol: { words: [1, 1], run: ({ player }, volume) => void (player.volume = percent(volume!)) },
  volume: { words: [1, 1], run: ({ player }, by) => void (player.volume += integer(by!, -100)) },
  getvol: { words: [0, 0], run: ({ player }) => [`volume: ${player.volume}`] },
  repeat: option("repeat"),
  random: option("random"),
  single: option("single"),
  consume: option("consume"),

  // The queue.
  add: { words: [1, 2], run: (context, path, position) => void add(context, path!, position) },
  addid: { words: [1, 2], run: (context, path, position) => [`Id: ${add(context, path!, position)[0]!.id}`] },
  clear: { words: [0, 0], run: ({ player }) => void player.remove(0, player.queue.length) },
  delete: { words: [1, 1], run: ({ player }, where) => void player.remove(...inQueue(player, where!)) },
  deleteid: {
    words: [1, 1],
    run: ({ player }, id) => {
      const index = player.queue.indexOf(withId(player, id!));
      player.remove(index, index + 1);
    },
  },
  move: { words: [2, 2], run: ({ player }, from, to) => move(player, inQueue(player, from!), to!) },
  moveid: {
    words: [2, 2],
    run: ({ player }, id, to) => {
      const index = player.queue.indexOf(withId(player, id!));
      move(player, [index, index + 1], to!);
    },
  },
  shuffle: { words: [0, 0], run: ({ player }) => player.shuffle() },
  playlistinfo: { words: [0, 1], run: ({ player, tags }, where) => queueLines(player, tags, where) },
  playlistid: {
    words: [0, 1],
    run: ({ player, tags }, id) =>
      id === undefined ? queueLines(player, tags) : entryLines(player, withId(player, id), tags),
  },
  // A client is told of the whole queue whenever anything in it changed, which the protocol allows.
  plchanges: {
    words: [1, 2],
    run: ({ player, tags }, version) => integer(version!) === player.version ? [] : queueLines(player, tags),
  },

  // The library.
  lsinfo: { words: [0, 1], run: listFolder },
  listall: {
    words: [0, 1],
    run: ({ library }, path) => songsAt(library, path).map(({ path }) => `file: ${path}`),
  },
  listallinfo: {
    words: [0, 1],
    run: ({ library, tags }, path) => songsAt(library, path).flatMap((song) => [...songLines(song, tags)]),
  },
  find: { words: [1, Infinity], run: (context, ...words) => select(context, words, false) },
  search: { words: [1, Infinity], run: (context, ...words) => select(context, words, true) },
  findadd: {
    words: [1, Infinity],
    run: ({ library, player }, ...words) => void player.add(found(library, words, false)),
  },
  searchadd: {
    words: [1, Infinity],
    run: ({ library, player }, ...words) => void player.add(found(library, words, true)),
  },
  list: { words: [1, Infinity], run: listTag },
  count: { words: [1, Infinity], run: count },
  update: { words: [0, 1], run: update },
  rescan: { words: [0, 1], run: update },
}));

/** The commands that a session takes care of. */
export const SPOKEN = [
  "idle",
  "noidle",
  "close",
  "command_list_begin",
  "command_list_ok_begin",
  "command_list_end",
];

/** Runs a command; what it cannot do is a {@linkcode Refusal}. */
export function perform(context: Context, name: string, words: string[]): string[] {
  const command = COMMANDS.get(name);
  if (name === "") throw new Refusal(CODE.unknown, "No command given");
  if (command === undefined) throw new Refusal(CODE.unknown, `unknown command "${name}"`);
  const [least, most] = command.words;
  if (words.length < least) throw new Refusal(CODE.argument, `too few arguments for "${name}"`);
  if (words.length > most) throw new Refusal(CODE.argument, `too many arguments for "${name}"`);
  return [...command.run(context, ...words) ?? []];
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

function option(name: Option): Command {
  return { words: [1, 1], run: ({ player }, on) => player.setOption(name, boolean(on!)) };
}

function percent(word: string): number {
  const number = integer(word);
  if (number > 100) throw new Refusal(CODE.argument, `Number too large: ${word}`);
  return number;
}

/** The entry at a position; `-1`, or no word at all, is none in particular. */
function at(player: Player, position: string | undefined): Entry | undefined {
  if (position === undefined || position === "-1") return undefined;
  return player.queue[integer(position)] ?? existing(undefined);
}

function existing(entry: Entry | undefined): Entry {
  if (entry === undefined) throw new Refusal(CODE.argument, "Bad song index");
  return entry;
}

function withId(player: Player, word: string): Entry {
  const id = integer(word);
  const entry = player.queue.find((entry) => entry.id === id);
  if (entry === undefined) throw new Refusal(CODE.noExist, "No such song");
  return entry;
}

function playing(player: Player): Entry {
  if (player.state === "stop" || player.entry === undefined) {
    throw new Refusal(CODE.playerSync, "Not playing");
  }
  return player.entry;
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
  const songs = songsAt(library, path);
  if (songs.length === 0) throw new Refusal(CODE.noExist, "No such directory");
  const where = position === undefined ? player.queue.length : integer(position);
  if (where > player.queue.length) throw new Refusal(CODE.argument, "Bad song index");
  return player.add(songs, where);
}

/** Clients write paths with slashes around them, or without. */
function trimmed(path = ""): string {
  return path.replace(/^\/+|\/+$/g, "");
}

/** The song at `path`, or all below it. */
function songsAt(library: Library, path?: string): Song[] {
  const song = library.song(trimmed(path));
  return song !== undefined ? [song] : [...library.below(folderAt(library, path))];
}

function folderAt(library: Library, path?: string): Folder {
  const folder = library.folder(trimmed(path));
  if (folder === undefined) throw new Refusal(CODE.noExist, "No such directory");
  return folder;
}

function* listFolder({ library, tags }: Context, path?: string): Lines {
  const song = library.song(trimmed(path));
  if (song !== undefined) return yield* songLines(song, tags);
  const { folders, songs } = folderAt(library, path);
  for (const folder of folders) yield* folderLines(folder);
  for (const song of songs) yield* songLines(song, tags);
}

function found(library: Library, words: string[], rough: boolean): Song[] {
  return [...library.songs].filter(filterFrom(words, rough));
}

function* select({ library, tags }: Context, words: string[], rough: boolean): Lines {
  const window = words.indexOf("window");
  const [, where] = window < 0 ? [] : words.splice(window, 2);
  const songs = found(library, words, rough);
  const [start, end] = where === undefined
    ? [0, songs.length]
    : range(where, Math.max(songs.length, integer(where.split(":")[0]!)));
  for (const song of songs.slice(start, end)) yield* songLines(song, tags);
}

function count({ library }: Context, ...words: string[]): Lines {
  const songs = found(library, words, false);
  return [`songs: ${songs.length}`, `playtime: ${total(songs)}`];
}

/** Scans in a thread of its own, so that the client need not wait; `idle database` tells when it is done. */
function update({ library, changes, scope }: Context): Lines {
  scope.spawn(function* update() {
    try {
      yield* library.scan();
      changes.tell("database");
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      console.error(`Not updated, since something went away meanwhile: ${error.message}`);
    }
    changes.tell("update");
  });
  return ["updating_db: 1"];
}

function* queueLines(player: Player, tags: Set<Tag>, where?: string): Lines {
  const [start, end] = where === undefined || where === "-1" ? [0] : inQueue(player, where);
  for (const entry of player.queue.slice(start, end)) yield* entryLines(player, entry, tags);
}

function statistics({ library, player, started }: Context): Lines {
  const songs = [...library.songs];
  return [
    `artists: ${new Set(songs.flatMap(({ tags }) => tags.Artist ?? [])).size}`,
    `albums: ${new Set(songs.flatMap(({ tags }) => tags.Album ?? [])).size}`,
    `songs: ${songs.length}`,
    `uptime: ${Math.round((Date.now() - started) / 1000)}`,
    `playtime: ${Math.round(player.state === "stop" ? 0 : player.elapsed)}`,
    `db_playtime: ${total(songs)}`,
    `db_update: ${Math.round(library.updated.getTime() / 1000)}`,
  ];
}

function listTag({ library }: Context, name?: string, ...words: string[]): Lines {
  const tag = tagOf(name!);
  if (tag === undefined) throw new Refusal(CODE.argument, `Unknown tag type: ${name}`);
  // `list album X`, with a value alone, asks for the albums of an artist.
  const filter = words.length === 1 && !words[0]!.startsWith("(") ? ["artist", ...words] : words;
  const values = new Set(found(library, filter, false).map(({ tags }) => tags[tag] ?? ""));
  return [...values].sort().map((value) => `${tag}: ${value}`);
}
