import { assert, assertEquals, assertMatch } from "@std/assert";
import { filterFrom } from "../../examples/mpd/filter.ts";
import { CLIENTS, LINE, LIST, LISTS, QUEUE } from "../../examples/mpd/limits.ts";
import { boolean, integer, range, seconds, trimmed, wordsOf } from "../../examples/mpd/protocol.ts";
import { lacks } from "../requirements.ts";
import { type Client, Daemon, listOf, SEES_PROCESSES } from "./mpd_daemon.ts";

const ignore = lacks(["net", "run", "read", "write", "env"]);
const mpd = (name: string, fn: () => Promise<void>, unless = false) =>
  Deno.test({ name: `mpd.ts ${name}`, ignore: ignore || unless, fn });

/** What `asked` results in, or an error if it takes longer than that. */
async function within<T>(seconds: number, asked: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took more than ${seconds} s.`)), seconds * 1000);
  });
  return await Promise.race([asked, late]).finally(() => clearTimeout(timer));
}

Deno.test("mpd's parsers take a time that grows no faster than what they are given", () => {
  const many = 1_000_000;
  const attempts: Record<string, () => unknown> = {
    "trimmed, slashes inside": () => trimmed(`a${"/".repeat(many)}a`),
    "trimmed, slashes only": () => trimmed("/".repeat(many)),
    "wordsOf, bare": () => wordsOf("a".repeat(many)),
    "wordsOf, blanks": () => wordsOf(`a${" ".repeat(many)}b`),
    "wordsOf, words": () => wordsOf("a ".repeat(many / 2)),
    "wordsOf, quoted": () => wordsOf(`"${"\\\\".repeat(many / 2)}"`),
    "wordsOf, open": () => wordsOf(`"${"\\a".repeat(many / 2)}`),
    "wordsOf, quotes": () => wordsOf('"a" '.repeat(many / 4)),
    integer: () => integer(`${"1".repeat(many)}x`),
    "integer, huge": () => integer("9".repeat(many)),
    "seconds, digits": () => seconds(`${"1".repeat(many)}x`),
    "seconds, dots": () => seconds(`${"1".repeat(many)}.${"1".repeat(many)}x`),
    "range, digits": () => range(`${"1".repeat(many)}x`, 10),
    "range, two": () => range(`${"1".repeat(many)}:${"1".repeat(many)}x`, 10),
    boolean: () => boolean("1".repeat(many)),
    "filter, parentheses": () => filterFrom(["(".repeat(many)], false),
    "filter, blanks": () => filterFrom([`(artist${" ".repeat(many)}`], false),
    "filter, open string": () => filterFrom([`(artist == "${"a".repeat(many)}`], false),
    "filter, name": () => filterFrom([`(${"a".repeat(many)}`], false),
    "filter, conditions": () => filterFrom(Array.from({ length: many / 10 }, () => "artist"), true),
    "filter, groups": () => filterFrom([`(${'(any == "") AND '.repeat(many / 16)}(any == ""))`], false),
  };
  for (const [name, attempt] of Object.entries(attempts)) {
    const start = performance.now();
    try {
      attempt();
    } catch {
      // It may well be refused.
    }
    const took = performance.now() - start;
    assert(took < 2_000, `${name}: ${took.toFixed()} ms`);
  }
});

mpd("answers long lines at once, whatever they are made of, and goes on with the next", async () => {
  await using daemon = await Daemon.start();
  using client = await daemon.client();
  using other = await daemon.client();
  const lines = [60_000, LINE - 20, LINE, 4 * LINE, 1_000_000].flatMap((size) => [
    `lsinfo "a${"/".repeat(size)}a"`,
    `lsinfo "${"/".repeat(size)}"`,
    `seekcur ${"1".repeat(size)}x`,
    `playlistinfo ${"1".repeat(size)}x`,
    `play ${"9".repeat(size)}`,
    `find "${"(".repeat(size)}"`,
    `list album ${"a ".repeat(size / 2)}`,
    `idle ${"player ".repeat(size / 7)}x`,
    `${" ".repeat(size)}x`,
    "x".repeat(size),
    `"${"\\".repeat(size)}`,
  ]);
  for (const line of lines) {
    const [answer] = await within(5, Promise.all([client.ask(line), other.ask("ping")]));
    if (line.length >= LINE) assertEquals(answer, [`ACK [5@0] {} A line may have ${LINE} bytes`]);
  }
  await daemon.assertAlive();
});

mpd("holds no line that does not end", async () => {
  await using daemon = await Daemon.start();
  using client = await daemon.client();
  const before = await daemon.memory();
  const megabyte = new Uint8Array(1_048_576).fill(120);
  for (let i = 0; i < 100; i++) await client.say(megabyte);
  await daemon.assertGrew(before, 40);
  assertMatch((await client.ask(""))[0]!, /^ACK \[5@0\] \{\} A line may have/);
  assertEquals(await client.ask("ping"), []);
}, !SEES_PROCESSES);

mpd("refuses a command list that is too long, does nothing of it, and goes on", async () => {
  await using daemon = await Daemon.start();
  using client = await daemon.client();
  for (const command of ["setvol 1", `setvol "1"${" ".repeat(LINE - 20)}`, ""]) {
    const most = LIST / (command.length + 32);
    const list = listOf(Array.from({ length: most + 1 }, () => command));
    const [answer] = await within(20, client.ask(list));
    assertMatch(answer!, /^ACK \[2@\d+\] \{\} A command list may have \d+ bytes$/);
  }
  assertEquals(await client.ask(listOf(["setvol 2", "x".repeat(LINE), "setvol 3"])), [
    `ACK [5@1] {} A line may have ${LINE} bytes`,
  ]);
  assertEquals(await client.ask("getvol"), ["volume: 100"]);
  assertEquals(await client.ask(listOf(["ping", "getvol"])), ["volume: 100"]);
});

mpd("shows out whoever holds most when all command lists together become too many", async () => {
  await using daemon = await Daemon.start();
  using small = await daemon.client();
  await small.say("command_list_begin\ngetvol\n");
  const before = SEES_PROCESSES ? await daemon.memory() : 0;
  const commands = `ping${" ".repeat(995)}\n`.repeat(Math.floor(LIST / 1_031) - 1);
  const hogs = await Promise.all(Array.from({ length: 8 * LISTS / LIST }, () => daemon.client()));
  await Promise.all(hogs.map((hog) => hog.say(`command_list_begin\n${commands}`).catch(() => {})));
  assertEquals(await daemon.ask(listOf(["ping", "getvol"])), ["volume: 100"], "lists go on");
  assertEquals(await small.ask("command_list_end"), ["volume: 100"], "a short one is spared");
  // Measured: 230 to 247 MB, garbage included; 309 to 332 without the limit.
  if (SEES_PROCESSES) await daemon.assertGrew(before, 280);
  const answers = await Promise.all(hogs.map((hog) => hog.ask("command_list_end").catch(() => "shown out")));
  const served = answers.filter((answer) => answer !== "shown out").length;
  // Some of what was sent is with the system still, and is read when other lists have ended: measured 17 to 27.
  assert(served > 0 && served < hogs.length / 2, `${served} of ${hogs.length}`);
  for (const hog of hogs) hog[Symbol.dispose]();
  await daemon.assertAlive();
});

mpd("refuses what the queue has no room for, in each way of adding, and keeps what is there", async () => {
  await using daemon = await Daemon.start(
    Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`${i}.mp3`, 1])),
  );
  using client = await daemon.client();
  const full = await client.ask(listOf(Array.from({ length: QUEUE / 64 + 1 }, () => "add /")));
  assertEquals(full, [`ACK [51@${QUEUE / 64}] {add} Playlist is too large`]);
  for (
    const command of [
      "add 1.mp3",
      "addid 1.mp3",
      "addid 1.mp3 0",
      'findadd file "1.mp3"',
      "searchadd file mp3",
    ]
  ) {
    const [answer] = await client.ask(command);
    assertEquals(answer, `ACK [51@0] {${command.split(" ")[0]}} Playlist is too large`);
  }
  assertEquals(await daemon.status("playlistlength"), String(QUEUE));
  await client.ask("delete 5");
  assertEquals(await client.ask('findadd file "1.mp3"'), []);
  assertEquals(await daemon.status("playlistlength"), String(QUEUE));
});

/** A daemon whose queue is full, of one song that is there again and again. */
async function fullQueue(): Promise<Daemon> {
  const daemon = await Daemon.start({ "Ada/a.mp3": 24_000 });
  assertEquals(await daemon.ask(listOf(Array.from({ length: QUEUE }, () => "add Ada"))), []);
  return daemon;
}

const idsIn = (lines: string[]) =>
  lines.filter((line) => line.startsWith("Id: ")).map((line) => Number(line.slice(4)));

mpd("loses and doubles no entry of a full queue, whatever is done to it", async () => {
  await using daemon = await fullQueue();
  using client = await daemon.client();
  const all = idsIn(await within(10, client.ask("playlistinfo")));
  assertEquals([all.length, new Set(all).size], [QUEUE, QUEUE]);
  const [first, last] = [all[0]!, all.at(-1)!];
  const expected = all.slice();
  const move = (start: number, end: number, to: number) => {
    const moved = expected.slice(start, end);
    const rest = [...expected.slice(0, start), ...expected.slice(end)];
    expected.length = 0;
    for (const part of [rest.slice(0, to), moved, rest.slice(to)]) for (const id of part) expected.push(id);
  };
  for (
    const [start, end, to] of [[0, QUEUE - 1, 1], [1, QUEUE, 0], [0, QUEUE, 0], [5, 10_000, 6_000]] as const
  ) {
    assertEquals(await client.ask(`move ${start}:${end} ${to}`), []);
    move(start, end, to);
  }
  assertEquals(await client.ask(`moveid ${first} 7`), []);
  move(expected.indexOf(first), expected.indexOf(first) + 1, 7);
  assertEquals(await client.ask(`swapid ${first} ${last}`), []);
  const [one, other] = [expected.indexOf(first), expected.indexOf(last)];
  [expected[one], expected[other]] = [last, first];
  assertEquals(await client.ask("swap 3 16000"), []);
  [expected[3], expected[16_000]] = [expected[16_000]!, expected[3]!];
  assertEquals(idsIn(await client.ask("playlistinfo")), expected);
  assertEquals(idsIn(await client.ask("playlistinfo 100:12000")), expected.slice(100, 12_000));
  assertEquals(await client.ask("playlistid"), await client.ask("playlistinfo"));
  assertEquals(idsIn(await client.ask(`playlistid ${last}`)), [last]);

  assertEquals(await client.ask("shuffle 0:9000"), []);
  const shuffled = idsIn(await client.ask("playlistinfo"));
  assertEquals(shuffled.slice(9_000), expected.slice(9_000));
  assertEquals(shuffled.slice(0, 9_000).sort(), expected.slice(0, 9_000).sort());
  await client.ask("shuffle");
  assertEquals(idsIn(await client.ask("playlistinfo")).sort(), all.slice().sort());
  assertEquals(await client.ask("delete 1:16383"), []);
  assertEquals(await daemon.status("playlistlength"), "2");
  await client.ask("delete 0:");
  assertEquals(await daemon.status("playlistlength"), "0");
  await daemon.assertAlive();
});

mpd("answers everyone soon, whatever one client asks for without an end", async () => {
  await using daemon = await fullQueue();
  using other = await daemon.client();
  const floods = [
    "ping",
    "status",
    "shuffle",
    "playlistinfo",
    "move 0:16000 100",
    "idle\nnoidle",
    "x".repeat(10_000),
  ];
  floods.push(listOf(Array.from({ length: 1_000 }, () => "playlistinfo")), listOf([]));
  for (const flood of floods) {
    using flooder = await daemon.client();
    const bytes = new TextEncoder().encode(`${flood}\n`.repeat(Math.ceil(2_000_000 / flood.length)));
    const flooding = Promise.all([flooder.say(bytes).catch(() => {}), flooder.ignoreAll()]);
    for (let i = 0; i < 20; i++) await within(1, other.ask("status"));
    flooder.hangUp();
    await flooding;
  }
  await daemon.assertAlive();
});

mpd("sends no further to clients that do not read, and holds nothing for them", async () => {
  await using daemon = await fullQueue();
  const before = await daemon.memory();
  const slow: Client[] = [];
  for (let i = 0; i < 20; i++) {
    const client = await daemon.client();
    await client.say(`${listOf(Array.from({ length: 20 }, () => "playlistinfo"))}\n`);
    slow.push(client);
  }
  for (let i = 0; i < 20; i++) await daemon.ask("playlistinfo 0:1000");
  await daemon.assertGrew(before, 150);
  for (const client of slow) client[Symbol.dispose]();
  await daemon.assertAlive();
}, !SEES_PROCESSES);

mpd("stops an answer about songs that an update has replaced meanwhile", async () => {
  const files = Array.from({ length: 500 }, (_, i) => [`Ada/${i}.mp3`, 1]);
  await using daemon = await Daemon.start(Object.fromEntries(files));
  using client = await daemon.client();
  // More than what the sockets in between hold; read only after the update.
  await client.say(listOf(Array.from({ length: 1_000 }, () => "listallinfo")) + "\n");
  assertEquals(await client.line(), "file: Ada/0.mp3");
  await daemon.update();
  assertMatch(
    (await within(30, client.answer())).at(-1)!,
    /^ACK \[52@\d+\] \{listallinfo\} The database was updated meanwhile$/,
  );
  assertEquals((await client.ask("listall")).length, 500);
});

mpd("serves the next client, however many are there already", async () => {
  await using daemon = await Daemon.start();
  const crowd: Client[] = [];
  using busy = await daemon.client();
  for (let i = 0; i < 2 * CLIENTS; i++) {
    const client = await daemon.client();
    if (i % 2 === 0) await client.say("idle\n");
    crowd.push(client);
    if (i % 50 === 0) assertEquals(await busy.ask("ping"), [], "who says something stays");
  }
  assertEquals(await daemon.ask("getvol"), ["volume: 100"]);
  assertEquals(await within(5, crowd[0]!.line()), null, "who was silent for longest had to go");
  assertEquals(await crowd.at(-1)!.ask("ping"), []);
  if (SEES_PROCESSES) {
    assert(await daemon.descriptors() < CLIENTS + 60, `${await daemon.descriptors()} descriptors`);
  }
  for (const client of crowd) client[Symbol.dispose]();
  await daemon.assertAlive();
});

mpd("remembers for an idle client which parts changed, not how often", async () => {
  await using daemon = await Daemon.start();
  using idle = await daemon.client();
  await daemon.ask(listOf(Array.from({ length: 20_000 }, (_, i) => `setvol ${i % 100}`)));
  assertEquals(await idle.ask(`idle ${"mixer player ".repeat(500)}`), ["changed: mixer"]);
  assertEquals((await idle.ask("idle mixer\nnoidle")).length, 0);
});

mpd("takes no number that clients do not know, and goes on", async () => {
  await using daemon = await Daemon.start();
  using client = await daemon.client();
  await client.ask("add /");
  for (
    const number of ["9".repeat(400), "2147483648", "9007199254740993", "-9".repeat(9), "1e9", "0x10", "NaN"]
  ) {
    for (
      const command of ["play", "playid", "delete", "deleteid", "move 0", "swap 0", "setvol", "plchanges"]
    ) {
      const [answer] = await client.ask(`${command} ${number}`);
      assertMatch(answer ?? "", /^ACK \[\d+@0\] /, `${command} ${number}`);
    }
  }
  assertEquals(await client.ask(`seek 0 ${"9".repeat(400)}`), []);
  assertEquals(await client.ask(`playlistinfo 0:${"9".repeat(400)}`), await client.ask("playlistinfo"));
  assertEquals(await daemon.status("playlistlength"), "4");
});
