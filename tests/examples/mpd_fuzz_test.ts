/**
 * Lines that were changed at random, from many clients at once, to the player as a process of its own. It stays
 * alive, answers the others soon, and its memory stays level. A failure names its seed.
 *
 *     BLUELET_LINES=50000 deno test -P tests/examples/mpd_fuzz_test.ts
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { lacks } from "../requirements.ts";
import { Dice, setting } from "../sync/seeds.ts";
import { bytesOf, connect, heard, memoryOf, sendInPieces } from "./fuzz_client.ts";
import { type Client, Daemon, listOf } from "./mpd_daemon.ts";
import { type Mutation, Spoiler } from "./mutations.ts";

const LINES = setting("BLUELET_LINES") ?? 3_000;
const CLIENTS = 10;

/** In how many seconds others are to be answered. */
const SOON = 20;
/** The most memory, in megabytes, and by how much it may grow once everything has been seen. */
const MOST = 400, GROWTH = 80;

const VALID = `
status
currentsong
stats
outputs
play
play 0
playid 1
pause 1
stop
next
previous
seek 0 10.5
seekid 1 5
seekcur +3
setvol 50
volume -5
getvol
repeat 1
random 0
single 1
consume 0
add "Ada/Analytical/01 Engine.mp3"
add /
add "Bob" +0
addid "Bob/Quick/01 Blink.mp3" 0
findadd artist Ada
searchadd "((artist contains 'ob') AND (!(title == \\"x\\")))"
clear
delete 0
delete 1:3
deleteid 2
move 0 1
move 0:2 1
moveid 3 0
swap 0 1
swapid 1 2
shuffle
shuffle 0:2
playlistinfo 0:20
playlistid 1
plchanges 0
lsinfo
lsinfo "Bob/Quick"
listall /Ada
listallinfo
find "(album == 'Quick')"
search title "söng & “more”"
list album group artist
count artist Ada
update
rescan Bob
tagtypes clear
tagtypes enable title
tagtypes all
commands
idle player
noidle
ping
close
command_list_begin
command_list_ok_begin
command_list_end`.trim().split("\n").map((line) =>
  new TextEncoder().encode(line).reduce((text, byte) => text + String.fromCharCode(byte), "")
);

/** Ways to spoil a line that other texts have not. */
const OF_MPD: Record<string, Mutation> = {
  "quotes that do not end": (text, dice) => text + dice.pick([' "', ' "\\', ' "a" "', ' ""x']),
  "words without number": (text, dice) =>
    text + dice.pick([" a", ' ""', " 0", " artist x"]).repeat(dice.below(2_000)),
  "a range that is none": (text, dice) =>
    text.replace(
      /\d.*$/,
      () => dice.pick(["1:0", ":", "0:", ":5", "-1:", "5:99999999999", "0:0:0", "0.5:1", "+", "+-1"]),
    ),
  "a filter that is too deep": (text, dice) =>
    text + ` "${"(".repeat(dice.below(3_000))}artist == 'a'${")".repeat(dice.below(3_000))}"`,
  "a list of commands": (text, dice) => {
    const list = listOf([dice.pick(VALID), dice.pick(VALID), text, dice.pick(VALID)].slice(dice.below(4)));
    return dice.oneIn(2) ? list : list.replace("begin", "ok_begin");
  },
  "an idle that is left": (text) => `idle\n${text}`,
};

/** What is a line of an answer. */
const ANSWER = /^(OK|OK MPD [\d.]+|list_OK|ACK \[\d+@\d+\] \{[a-z_]*\} .*|[A-Za-z_-]+: .*)$/s;

class Fuzz {
  sent = 0;
  readonly heard: Record<string, number> = {};
  readonly spoiler = new Spoiler(OF_MPD);

  constructor(readonly port: number) {}

  /** One client: some lines, of which most were changed; then it hears what comes of that, or goes. */
  async attack(dice: Dice): Promise<void> {
    const lines = Array.from({ length: 1 + dice.below(30) }, () => {
      const line = dice.pick(VALID);
      if (dice.oneIn(5)) return line;
      this.sent++;
      return this.spoiler.spoil(line, dice);
    });
    const bytes = bytesOf(lines.join("\n") + "\n");
    const goes = dice.oneIn(4);
    const conn = await connect(this.port);
    try {
      const sending = sendInPieces(conn, bytes, dice).then(() => goes ? undefined : conn.closeWrite())
        .catch(() => {}); // the daemon had heard enough
      if (goes) return await sending;
      const [text] = await Promise.all([heard(conn), sending]);
      this.#check(text);
    } finally {
      conn.close();
    }
  }

  #check(text: string): void {
    const lines = text.split("\n");
    const last = lines.pop();
    assertEquals(last, "", "an answer that was cut");
    for (const line of lines) {
      const [found] = ANSWER.exec(line) ?? [];
      assert(found !== undefined, `this is no line of an answer: ${line.slice(0, 500)}`);
      const kind = /^ACK \[\d+|^list_OK|^OK/.exec(line)?.[0] ?? "other lines";
      this.heard[kind] = (this.heard[kind] ?? 0) + 1;
    }
  }
}

/** Asks for this and that until told to stop; results in how long each took, in seconds. */
async function probe(daemon: Daemon, goesOn: () => boolean): Promise<number[]> {
  const took: number[] = [];
  using patient = await daemon.client();
  while (goesOn()) {
    using fresh = await daemon.client();
    for (const client of [patient, fresh]) {
      const started = performance.now();
      let late = false;
      const timer = setTimeout(() => {
        late = true;
        client.hangUp();
      }, SOON * 1000);
      try {
        assertEquals(await client.ask("ping"), []);
        const status = await client.ask(listOf(["getvol", "status"]));
        assert(status.some((line) => line.startsWith("playlistlength: ")), status.join("\n"));
      } catch (error) {
        throw late ? new Error(`Another client was not answered within ${SOON} s.`, { cause: error }) : error;
      } finally {
        clearTimeout(timer);
      }
      took.push((performance.now() - started) / 1000);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return took;
}

/** The queue is what it says it is: so many entries, each with an id of its own. */
async function assertQueue(client: Client): Promise<void> {
  const lines = await client.ask(listOf(["status", "playlistinfo"]));
  const length = lines.find((line) => line.startsWith("playlistlength: "))?.slice(16);
  const ids = lines.filter((line) => line.startsWith("Id: "));
  assertEquals([ids.length, new Set(ids).size], [Number(length), Number(length)]);
}

Deno.test({
  name: `mpd.ts stands ${LINES} lines that were changed at random, and answers others in between`,
  ignore: Deno.build.os !== "linux" || lacks(["net", "run", "read", "write", "env"], ["cat"]),
  async fn() {
    await using daemon = await Daemon.start();
    const { program, port } = daemon;
    const seed = setting("BLUELET_SEED") ?? 1;
    const fuzz = new Fuzz(port);
    const started = performance.now();
    let early: number | undefined, running = true;
    const probing = probe(daemon, () => running);
    const attacking = Array.from({ length: CLIENTS }, async (_, i) => {
      const dice = new Dice(seed * CLIENTS + i);
      while (running && fuzz.sent < LINES) {
        await fuzz.attack(dice);
        if (early === undefined && fuzz.sent > LINES / 5) early = (await memoryOf(program.pid)).now;
      }
    });
    try {
      // Whichever fails first ends all.
      await Promise.race([probing, Promise.all(attacking)]);
    } catch (error) {
      throw new Error(`with BLUELET_SEED=${seed}: ${error}\n${program.errors}`, { cause: error });
    } finally {
      running = false;
      await Promise.allSettled([probing, ...attacking]);
    }
    const seconds = (performance.now() - started) / 1000;
    const took = (await probing).sort((a, b) => a - b);
    const { now, most } = await memoryOf(program.pid);
    const figures = {
      lines: fuzz.sent,
      seconds: Math.round(seconds),
      heard: fuzz.heard,
      probes: took.length,
      "slowest probe, seconds": Number(took.at(-1)!.toFixed(3)),
      "megabytes early, at the end, at most": [early, now, most].map((each) => Math.round(each ?? NaN)),
    };
    console.log(JSON.stringify(figures));
    for (const [way, count] of Object.entries(fuzz.spoiler.taken)) assert(count > 0, `never taken: ${way}`);
    for (const kind of ["OK", "list_OK", "ACK [2", "ACK [5", "ACK [50", "other lines"]) {
      assert((fuzz.heard[kind] ?? 0) > 0, `never heard: ${kind}`);
    }
    assert(took.at(-1)! < SOON && took.length > 3, `${took.length} probes, the slowest ${took.at(-1)} s`);
    assert(most < MOST, `${most} MB`);
    assert(now - early! < GROWTH, `${early} MB became ${now} MB`);
    using client = await daemon.client();
    await assertQueue(client);
    await daemon.assertAlive();
  },
});
