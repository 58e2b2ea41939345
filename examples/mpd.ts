/**
 * A small music player daemon, in the manner of the one in beets, which was what Bluelet was written for. It
 * speaks the protocol of MPD, so any client of that will do: try `mpc ls`, `mpc add /`, `mpc play`,
 * `mpc idleloop`. It makes no sound: a thread that sleeps stands for the music.
 *
 *     deno run --allow-net=127.0.0.1:6600 examples/mpd.ts
 *
 * Usage: `mpd.ts [MUSIC_ROOT] [--port N]`. Without a folder it plays a few made-up songs; with one, and
 * `--allow-read=MUSIC_ROOT`, the songs in there, as `MUSIC_ROOT/Artist/Album/01 Title.mp3`.
 *
 * What it shows: one handler per client, which reads like the conversation that it is; `idle` as a second
 * thread of a connection's scope; threads that talk through flags; a timeout around every read and write; kills
 * that show out whoever takes more than a share. No client can end the server, hold up another, or make it
 * hold more than `mpd/limits.ts` says.
 *
 * @module
 */

import { parseArgs } from "node:util";
import * as bluelet from "../mod.ts";
import { Changes } from "./mpd/changes.ts";
import { Clients } from "./mpd/clients.ts";
import { demonstration } from "./mpd/demonstration.ts";
import { disk } from "./mpd/disk.ts";
import { Library } from "./mpd/library.ts";
import { Player } from "./mpd/player.ts";
import { serve } from "./mpd/session.ts";

function* mpd(root: string | undefined, port: number) {
  const changes = new Changes();
  const library = new Library(root === undefined ? demonstration : disk(root), changes);
  yield* library.read();
  const { songs, leftOut, complaint } = library.contents;
  if (complaint !== undefined) {
    console.error(`Left out: ${leftOut} files or folders. The first: ${complaint}`);
  }
  const player = new Player(changes);
  const daemon = { library, player, changes, clients: new Clients(), started: Date.now() };

  yield* bluelet.scope(function* (scope) {
    scope.spawn(player.run());
    scope.spawn(library.run());
    yield* bluelet.server("127.0.0.1", port, (conn) => serve(daemon, conn), {
      onListen(address) {
        const at = "port" in address ? address.port : port;
        console.log(
          `Listening on 127.0.0.1:${at}, with ${songs.size} songs of ${root ?? "the demonstration"}`,
        );
      },
    });
  });
}

function* main() {
  try {
    const { values, positionals } = parseArgs({
      args: Deno.args,
      allowPositionals: true,
      options: { port: { type: "string", default: "6600" } },
    });
    yield* mpd(positionals[0], Number(values.port));
  } catch (error) {
    if (error instanceof bluelet.InterruptError) return console.log("Goodbye.");
    // No such folder, a port that is taken, no port, no such option.
    const isExpected = error instanceof RangeError || error instanceof Error && "code" in error;
    if (!isExpected) throw error;
    console.error(error.message);
    Deno.exitCode = 1;
  }
}

await bluelet.main(main());
