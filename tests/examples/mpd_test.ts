import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { scope, sleep } from "../../mod.ts";
import { simulate } from "../../src/testing/mod.ts";
import { Changes } from "../../examples/mpd/changes.ts";
import { Player } from "../../examples/mpd/player.ts";
import { lacks } from "../requirements.ts";
import { Daemon } from "./mpd_daemon.ts";
import { needingPort } from "./ports.ts";
import { assertNeeds, client, reach, start } from "./program.ts";

const ignore = lacks(["net", "run", "read", "write", "env"]);
/** Where the real client, mpc, is absent. */
const ignoreMpc = lacks(["net", "run", "read", "write", "env"], ["mpc"]);

Deno.test({
  name: "mpd.ts without permissions names the missing one",
  ignore,
  async fn() {
    await assertNeeds("mpd.ts", "--allow-net=127.0.0.1:6600");
    await assertNeeds("mpd.ts", "--allow-read=music", { args: ["music"] });
  },
});

Deno.test(needingPort(6600, {
  name:
    "mpd.ts plays its demonstration for mpc with the command of its header, which allows nothing but its port",
  ignore: ignoreMpc,
  async fn() {
    await using program = start("mpd.ts");
    await program.line(/^Listening on 127\.0\.0\.1:6600, with 12 songs of the demonstration$/);
    const mpc = (...args: string[]) => client("mpc", ["--host", "127.0.0.1", "--port", "6600", ...args]);
    assertEquals(await mpc("ls"), "Ada and the Engines\nGrace and the Compilers\nThe Green Threads\n");
    assertEquals(
      await mpc("list", "album", "artist", "Ada and the Engines"),
      "Looms\nNotes by the Translator\n",
    );
    await mpc("add", "Grace and the Compilers");
    assertEquals(
      await mpc("--format", "%artist%, %album%, %track%: %title% (%time%)", "playlist"),
      "Grace and the Compilers, Nanoseconds, 1: A Foot of Wire (0:11)\n" +
        "Grace and the Compilers, Nanoseconds, 2: The First Bug (2:22)\n" +
        "Grace and the Compilers, Nanoseconds, 3: Ships Are Safe in Harbour (3:53)\n",
    );
    assertMatch(await mpc("play"), /^Grace and the Compilers - A Foot of Wire\n\[playing\] #1\/3 +0:0/);
    await mpc("update", "--wait");
    assertMatch(await mpc("stats"), /Artists: +3\nAlbums: +4\nSongs: +12\n/);
    assertEquals(program.errors, "");
  },
}));

Deno.test({
  name: "mpd.ts lists, queues and plays for mpc",
  ignore: ignoreMpc,
  async fn() {
    await using daemon = await Daemon.start();
    assertStringIncludes(await daemon.mpc("status"), "volume:100%");
    assertEquals(await daemon.mpc("ls"), "Ada\nBob\n");
    assertEquals(
      await daemon.mpc("ls", "Ada/Analytical"),
      "Ada/Analytical/01 Engine.mp3\nAda/Analytical/02 Notes.mp3\n",
    );
    assertEquals(await daemon.mpc("add", "Ada", "Bob/Quick/01 Blink.mp3"), "");
    assertEquals(await daemon.mpc("playlist"), "Ada - Engine\nAda - Notes\nBob - Blink\n");
    assertMatch(await daemon.mpc("play"), /^Ada - Engine\n\[playing\] #1\/3 +0:00\/3:20/);
    assertMatch(await daemon.mpc("next"), /^Ada - Notes\n\[playing\] #2\/3 +0:00\/1:40/);
    assertEquals(await daemon.mpc("current"), "Ada - Notes\n");
    assertMatch(await daemon.mpc("pause"), /\[paused\]/);
    assertMatch(await daemon.mpc("toggle"), /\[playing\]/);
    assertMatch(await daemon.mpc("stop"), /^volume/);
    assertMatch(await daemon.mpc("stats"), /Artists: +2\nAlbums: +2\nSongs: +4\n/);
    assertEquals(
      await daemon.mpc("clear"),
      "volume:100%   repeat: off   random: off   single: off   consume: off\n",
    );
  },
});

Deno.test({
  name: "mpd.ts changes volume, place and options for mpc",
  ignore: ignoreMpc,
  async fn() {
    await using daemon = await Daemon.start();
    await daemon.mpc("add", "/");
    await daemon.mpc("play", "1");
    assertMatch(await daemon.mpc("volume", "40"), /volume: 40%/);
    assertMatch(await daemon.mpc("volume", "+15"), /volume: 55%/);
    assertMatch(await daemon.mpc("seek", "1:30"), /1:30\/3:20/);
    assertMatch(await daemon.mpc("seek", "+5"), /1:35\/3:20/);
    assertMatch(await daemon.mpc("seek", "50%"), /1:40\/3:20/);
    assertMatch(await daemon.mpc("repeat", "on"), /repeat: on/);
    assertMatch(await daemon.mpc("consume", "on"), /consume: on/);
    await daemon.mpc("next");
    assertEquals((await daemon.mpc("playlist")).split("\n")[0], "Ada - Notes", "the first was consumed");
    await daemon.mpc("move", "1", "3");
    await daemon.mpc("del", "1");
    assertEquals(await daemon.mpc("playlist"), "Bob - Söng & “more”\nAda - Notes\n");
  },
});

Deno.test({
  name: "mpd.ts finds songs for mpc",
  ignore: ignoreMpc,
  async fn() {
    await using daemon = await Daemon.start();
    const both = "Ada/Analytical/01 Engine.mp3\nAda/Analytical/02 Notes.mp3\n";
    assertEquals(await daemon.mpc("search", "artist", "ADA"), both);
    assertEquals(await daemon.mpc("search", "any", "blin"), "Bob/Quick/01 Blink.mp3\n");
    assertEquals(await daemon.mpc("find", "artist", "ADA"), "");
    assertEquals(
      await daemon.mpc("find", "artist", "Ada", "title", "Notes"),
      "Ada/Analytical/02 Notes.mp3\n",
    );
    assertEquals(
      await daemon.mpc("search", '((artist == "ada") AND (!(title contains "note")))'),
      both.split("\n")[0] + "\n",
    );
    assertEquals(await daemon.mpc("find", "title", "Söng & “more”"), "Bob/Quick/02 Söng & “more”.mp3\n");
    assertEquals(await daemon.mpc("list", "album", "artist", "Bob"), "Quick\n");
    assertEquals(
      await daemon.mpc("--format", "%track%. %title% (%album%)", "search", "title", "engine"),
      "1. Engine (Analytical)\n",
    );
  },
});

Deno.test({
  name: "mpd.ts tells an mpc that runs idleloop what another one changes",
  ignore: ignoreMpc,
  async fn() {
    await using daemon = await Daemon.start();
    const child = new Deno.Command("mpc", { args: [...daemon.host, "idleloop"], stdout: "piped" }).spawn();
    const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    let seen = "";
    const until = async (pattern: RegExp) => {
      while (!pattern.test(seen)) {
        const { value, done } = await lines.read();
        if (done) throw new Error(`idleloop ended after: ${seen}`);
        seen += value;
      }
      seen = "";
    };
    try {
      let heard = false; // only once it is connected
      const hearing = until(/mixer/).then(() => heard = true);
      while (!heard) await daemon.mpc("volume", "50");
      await hearing;
      await daemon.mpc("add", "Bob/Quick/01 Blink.mp3");
      await until(/playlist/);
      await daemon.mpc("play");
      await until(/player/);
      await until(/player/); // one second later: the song is over
      assertMatch(await daemon.mpc("status"), /^volume: 50%/, "nothing is played any more");
      await daemon.mpc("random", "on");
      await until(/options/);
      await daemon.mpc("update");
      await until(/update/);
    } finally {
      child.kill();
      await child.status;
      await lines.cancel();
    }
  },
});

Deno.test({
  name: "mpd.ts sees new files after an update",
  ignore: ignoreMpc,
  async fn() {
    await using daemon = await Daemon.start();
    await Deno.writeFile(`${daemon.folder}/music/new.ogg`, new Uint8Array(100_000));
    await Deno.symlink("/etc", `${daemon.folder}/music/outside`);
    assertEquals(await daemon.mpc("ls"), "Ada\nBob\n");
    await daemon.mpc("update", "--wait");
    assertEquals(await daemon.mpc("ls"), "Ada\nBob\nnew.ogg\n");
  },
});

Deno.test({
  name: "mpd.ts greets, and refuses with ACK what is wrong, word for word",
  ignore,
  async fn() {
    await using daemon = await Daemon.start();
    const heard = await daemon.talk(
      'ping\nnonsense\nplay x\nplay 7\nplay 1 2\nsetvol 101\nplayid 9\nadd "no such"\nadd ../../etc\nseekcur 1\nsearch foo bar\nlsinfo "a\nclose\n',
    );
    assertEquals(heard.split("\n"), [
      "OK MPD 0.23.5",
      "OK",
      'ACK [5@0] {} unknown command "nonsense"',
      "ACK [2@0] {play} Integer expected: x",
      "ACK [2@0] {play} Bad song index",
      'ACK [2@0] {play} too many arguments for "play"',
      "ACK [2@0] {setvol} Number too large: 101",
      "ACK [50@0] {playid} No such song",
      "ACK [50@0] {add} No such directory",
      "ACK [50@0] {add} No such directory",
      "ACK [55@0] {seekcur} Not playing",
      "ACK [2@0] {search} Unknown filter type: foo",
      "ACK [5@0] {} Invalid quoting",
      "",
    ]);
  },
});

Deno.test({
  name: "mpd.ts runs command lists up to the first refusal",
  ignore,
  async fn() {
    await using daemon = await Daemon.start();
    const heard = await daemon.talk(
      "command_list_begin\nping\ngetvol\ncommand_list_end\n" +
        "command_list_ok_begin\nsetvol 30\ngetvol\nplay 9\nsetvol 60\ncommand_list_end\n" +
        "getvol\nclose\n",
    );
    assertEquals(heard.split("\n"), [
      "OK MPD 0.23.5",
      ...["volume: 100", "OK"],
      ...["list_OK", "volume: 30", "list_OK", "ACK [2@2] {play} Bad song index"],
      ...["volume: 30", "OK"],
      "",
    ]);
  },
});

Deno.test({
  name: "mpd.ts ends an idle with noidle, remembers what changed meanwhile, and takes nothing else then",
  ignore,
  async fn() {
    await using daemon = await Daemon.start();
    const heard = await daemon.talk(
      "noidle\nidle\nnoidle\nsetvol 5\nidle player\nnoidle\nidle mixer\nidle nonsense\nidle\nping\n",
    );
    assertEquals(heard.split("\n"), [
      "OK MPD 0.23.5",
      "OK", // noidle
      "OK", // setvol
      "OK", // noidle: no news of the player
      "changed: mixer",
      "OK",
      "ACK [2@0] {idle} Unrecognized idle event: nonsense",
      "",
    ]);
  },
});

Deno.test({
  name: "mpd.ts shows each client the tags that it asked for",
  ignore,
  async fn() {
    await using daemon = await Daemon.start();
    const heard = await daemon.talk(
      "tagtypes\ntagtypes clear\ntagtypes enable Title Genre\nfind title Blink\nclose\n",
    );
    assertMatch(heard, /tagtype: Artist\ntagtype: Album\ntagtype: Title\ntagtype: Track\nOK\nOK\nOK\n/);
    assertMatch(
      heard,
      /file: Bob\/Quick\/01 Blink.mp3\nLast-Modified: [\d-]+T[\d:.]+Z\nTitle: Blink\nTime: 1\n/,
    );
  },
});

Deno.test({
  name: "mpd.ts survives clients that speak nonsense or hang up, and stops on Ctrl-C",
  ignore,
  async fn() {
    await using daemon = await Daemon.start();
    for (const nonsense of ["\0\xff\n", "\n", "x".repeat(200_000), "command_list_begin\nping\n", '"" ""\n']) {
      const conn = await reach(daemon.port);
      await conn.write(new TextEncoder().encode(nonsense));
      conn.close();
    }
    assertEquals(await daemon.talk("close\n"), "OK MPD 0.23.5\n");
    const { code, output, errors } = await daemon.program.stop();
    assertEquals(code, 0);
    assertMatch(output, /Goodbye\.\n$/);
    assert(!errors.includes("    at "), errors);
  },
});

Deno.test("mpd's Player goes from song to song as their lengths say", async () => {
  const song = (path: string, duration: number) => ({ path, duration, modified: new Date(0), tags: {} });
  await simulate(function* () {
    const changes = new Changes();
    const player = new Player(changes);
    yield* scope(function* (scope) {
      const thread = scope.spawn(player.run());
      player.add([song("a", 3600), song("b", 60), song("c", 1)]);
      player.play(undefined);
      yield* sleep(3599);
      assertEquals([player.entry?.song.path, Math.round(player.elapsed)], ["a", 3599]);
      yield* sleep(2);
      assertEquals([player.entry?.song.path, Math.round(player.elapsed)], ["b", 1]);
      player.pause();
      yield* sleep(1000);
      assertEquals([player.state, Math.round(player.elapsed)], ["pause", 1]);
      player.pause();
      player.seek(player.entry!, 50);
      yield* sleep(10.5);
      assertEquals(player.entry?.song.path, "c");
      yield* sleep(1);
      assertEquals([player.state, player.entry], ["stop", undefined]);
      thread.kill();
    });
  }());
});

Deno.test("mpd's Player loses and doubles none of 300,000 entries, whatever is done to them", async () => {
  const count = 300_000;
  const song = (path: string) => ({ path, duration: 60, modified: new Date(0), tags: {} });
  await simulate(function* () {
    const player = new Player(new Changes());
    const start = performance.now();
    const ids = player.add(Array.from({ length: count }, () => song("a"))).map(({ id }) => id);
    const idsNow = () => player.queue.map(({ id }) => id);
    const sorted = () => idsNow().sort((a, b) => a - b);
    assertEquals(sorted().length, count);

    player.move(0, count - 1, 1);
    assertEquals(idsNow(), [ids.at(-1), ...ids.slice(0, -1)]);
    player.move(1, count, 0);
    assertEquals(idsNow(), ids);
    player.move(100_000, 250_000, 7);
    assertEquals(sorted(), ids);
    player.swap(player.queue[3]!, player.queue[290_000]!);
    player.shuffle();
    assertEquals(sorted(), ids);

    const more = player.add(Array.from({ length: count }, () => song("b")), 10).map(({ id }) => id);
    assertEquals(idsNow().slice(10, 10 + count), more);
    assertEquals(player.withId(more[5]!)?.song.path, "b");
    player.remove(10, 10 + count);
    assertEquals(sorted(), ids);
    assertEquals(player.withId(more[5]!), undefined);
    player.remove(0, count);
    assertEquals(player.queue.length, 0);
    const took = performance.now() - start;
    assert(took < 10_000, `${took} ms`);
  }());
});

Deno.test("mpd's Player plays on when what it plays is taken out, moved or exchanged", async () => {
  const song = (path: string) => ({ path, duration: 60, modified: new Date(0), tags: {} });
  await simulate(function* () {
    const player = new Player(new Changes());
    player.add([..."abcdef"].map(song));
    player.play(player.queue[2]);
    player.move(2, 3, 0);
    assertEquals([player.entry?.song.path, player.index, player.following?.song.path], ["c", 0, "a"]);
    player.swap(player.queue[0]!, player.queue[5]!);
    assertEquals([player.entry?.song.path, player.index, player.following], ["c", 5, undefined]);
    player.remove(4, 6);
    assertEquals([player.state, player.entry], ["stop", undefined]);
    player.play(player.queue[1]);
    player.remove(1, 2);
    assertEquals([player.state, player.entry?.song.path], ["play", "b"]);
    player.options.consume = true;
    player.next();
    assertEquals(player.queue.map(({ song }) => song.path).join(""), "fd");
  }());
});
