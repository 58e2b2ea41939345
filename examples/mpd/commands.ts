/**
 * What clients may ask for: each command with how many words it takes and what it does.
 *
 * @module
 */

import type { Changes } from "./changes.ts";
import { BROWSING } from "./browsing.ts";
import type { Clients } from "./clients.ts";
import type { Library, Tag } from "./library.ts";
import type { Player } from "./player.ts";
import { PLAYING } from "./playing.ts";
import { CODE, Refusal } from "./protocol.ts";
import { QUEUEING } from "./queueing.ts";
import type { Lines } from "./replies.ts";

/** What all clients share. */
export interface Daemon {
  library: Library;
  player: Player;
  changes: Changes;
  clients: Clients;
  /** When it started, in milliseconds since 1970. */
  started: number;
}

/** What a command is given. */
export interface Context extends Daemon {
  /** The tags that this client wants to see. */
  tags: Set<Tag>;
}

/** A command. */
export interface Command {
  /** The least and the most words that follow its name. */
  words: [least: number, most: number];
  /** Does it, at once or while the lines of the reply are taken. */
  run(context: Context, ...words: string[]): Lines | void;
}

/** Commands, by their names. */
export type Commands = Record<string, Command>;

/** The commands that a session takes care of. */
const SPOKEN = [
  "idle",
  "noidle",
  "close",
  "command_list_begin",
  "command_list_ok_begin",
  "command_list_end",
];

/** Clients ask for these, and here there is nothing to do or to say. */
const NOTHING: Command = { words: [0, 0], run() {} };

/** Every command but those that change the conversation itself. */
export const COMMANDS: ReadonlyMap<string, Command> = new Map(Object.entries<Command>({
  ...PLAYING,
  ...QUEUEING,
  ...BROWSING,
  ping: NOTHING,
  notcommands: NOTHING,
  urlhandlers: NOTHING,
  decoders: NOTHING,
  listplaylists: NOTHING,
  commands: {
    words: [0, 0],
    run: () => [...COMMANDS.keys(), ...SPOKEN].sort().map((name) => `command: ${name}`),
  },
}));

/** Runs a command; what it cannot do is a {@linkcode Refusal}, which may come after some lines. */
export function perform(context: Context, name: string, words: string[]): Lines {
  const command = COMMANDS.get(name);
  if (name === "") throw new Refusal(CODE.unknown, "No command given");
  if (command === undefined) throw new Refusal(CODE.unknown, `unknown command "${name}"`);
  const [least, most] = command.words;
  if (words.length < least) throw new Refusal(CODE.argument, `too few arguments for "${name}"`);
  if (words.length > most) throw new Refusal(CODE.argument, `too many arguments for "${name}"`);
  return command.run(context, ...words) ?? [];
}
