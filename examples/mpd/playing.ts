/**
 * The commands for the player: what it does, and what it is to do.
 *
 * @module
 */

import type { Command, Commands, Context } from "./commands.ts";
import type { Entry, Option, Player } from "./player.ts";
import { boolean, CODE, integer, Refusal, seconds } from "./protocol.ts";
import { entryAt, withId } from "./queueing.ts";
import { entryLines, type Lines, statusOf } from "./replies.ts";

export const PLAYING: Commands = {
  status: { words: [0, 0], run: ({ player, library }) => statusOf(player, library) },
  currentsong: {
    words: [0, 0],
    run: ({ player, tags }) => player.entry && entryLines(player.entry, player.index, tags),
  },
  stats: { words: [0, 0], run: statistics },
  clearerror: { words: [0, 0], run: ({ library }) => void (library.error = undefined) },
  outputs: {
    words: [0, 0],
    run: () => ["outputid: 0", "outputname: silence", "plugin: null", "outputenabled: 1"],
  },

  play: {
    words: [0, 1],
    run: ({ player }, position) => player.play(isNone(position) ? undefined : entryAt(player, position)),
  },
  playid: {
    words: [0, 1],
    run: ({ player }, id) => player.play(isNone(id) ? undefined : withId(player, id)),
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
    run: ({ player }, position, time) => player.seek(entryAt(player, position!), seconds(time!)),
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
};

function option(name: Option): Command {
  return { words: [1, 1], run: ({ player }, on) => player.setOption(name, boolean(on!)) };
}

function percent(word: string): number {
  const number = integer(word);
  if (number > 100) throw new Refusal(CODE.argument, `Number too large: ${word}`);
  return number;
}

/** Whether no entry in particular is meant. */
function isNone(word: string | undefined): word is undefined | "-1" {
  return word === undefined || word === "-1";
}

function playing(player: Player): Entry {
  if (player.state === "stop" || player.entry === undefined) {
    throw new Refusal(CODE.playerSync, "Not playing");
  }
  return player.entry;
}

function statistics({ library, player, started }: Context): Lines {
  const { artists, albums, songs, duration, read } = library.contents;
  return [
    `artists: ${artists.size}`,
    `albums: ${albums.size}`,
    `songs: ${songs.size}`,
    `uptime: ${Math.round((Date.now() - started) / 1000)}`,
    `playtime: ${Math.round(player.state === "stop" ? 0 : player.elapsed)}`,
    `db_playtime: ${Math.round(duration)}`,
    `db_update: ${Math.round(read.getTime() / 1000)}`,
  ];
}
