/**
 * A small music player daemon, in the manner of the one in beets, which was what Bluelet was written for. It
 * speaks the protocol of MPD, so any client of that will do: try `mpc ls`, `mpc add Artist`, `mpc play`,
 * `mpc idleloop`. It makes no sound: a thread that sleeps stands for the music.
 *
 *     deno run --allow-net=127.0.0.1:6600 --allow-read=music examples/mpd.ts music
 *
 * Usage: `mpd.ts [MUSIC_ROOT] [--port N]`, with songs as `MUSIC_ROOT/Artist/Album/01 Title.mp3`.
 *
 * What it shows: one handler per client, which reads like the conversation that it is; `idle` as a second
 * thread of a connection's scope; threads that talk through flags; a timeout around every read.
 *
 * @module
 */

import { parseArgs } from "node:util";
import * as bluelet from "../mod.ts";
import { Changes } from "./mpd/changes.ts";
import { Library } from "./mpd/library.ts";
import { Player } from "./mpd/player.ts";
import { serve } from "./mpd/session.ts";

function* mpd(root: string, port: number) {
  const library = new Library(root);
  yield* library.scan();
  const changes = new Changes();
  const player = new Player(changes);

  yield* bluelet.scope(function* (scope) {
    scope.spawn(player.run());
    const daemon = { library, player, changes, scope, started: Date.now() };
    yield* bluelet.server("127.0.0.1", port, (conn) => serve(daemon, conn), {
      onListen: () => console.log(`Listening on 127.0.0.1:${port}, with ${library.size} songs of ${root}`),
      onError: (error) => console.error(`A client was given up: ${error}`),
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
    yield* mpd(positionals[0] ?? "music", Number(values.port));
  } catch (error) {
    if (error instanceof bluelet.InterruptError) return console.log("Goodbye.");
    const expected = error instanceof Deno.errors.NotFound || error instanceof bluelet.SocketError ||
      error instanceof RangeError || error instanceof TypeError && "code" in error;
    if (!expected) throw error;
    console.error(error.message);
    Deno.exitCode = 1;
  }
}

await bluelet.main(main());
