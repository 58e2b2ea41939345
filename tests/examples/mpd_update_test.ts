import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { Changes } from "../../examples/mpd/changes.ts";
import { Library, type Source } from "../../examples/mpd/library.ts";
import { lacks } from "../requirements.ts";
import { Daemon, listOf, SEES_PROCESSES } from "./mpd_daemon.ts";
import { Program } from "./program.ts";

const ignore = lacks(["net", "run", "read", "write", "env"]);
const mpd = (name: string, fn: () => Promise<void>, unless = false) =>
  Deno.test({ name: `mpd.ts ${name}`, ignore: ignore || unless, fn });
const isRoot = !ignore &&
  new TextDecoder().decode(new Deno.Command("id", { args: ["-u"] }).outputSync().stdout) === "0\n";

/** A daemon that serves the music in `folder`, started by a shell that does something else before. */
function startedBySh(folder: string, before: string): Promise<Daemon> {
  const script = new URL("../../examples/mpd.ts", import.meta.url).pathname;
  const command =
    `exec "${Deno.execPath()}" run --quiet --no-prompt --allow-net=127.0.0.1 --allow-read=music ` +
    `"${script}" music --port 0`;
  const child = new Deno.Command("sh", {
    args: ["-c", `${before}; ${command}`],
    cwd: folder,
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  return Daemon.serving(folder, new Program(child));
}

mpd("goes on, with the songs that it has, when an update finds no file descriptor left", async () => {
  const folder = await Deno.makeTempDir({ prefix: "mpd" });
  await Deno.mkdir(`${folder}/music/Ada`, { recursive: true });
  await Deno.writeFile(`${folder}/music/Ada/Notes.mp3`, new Uint8Array(24_000));
  await using daemon = await startedBySh(folder, "ulimit -n 64");
  using first = await daemon.client();
  // Deno itself panics when it runs out of descriptors in the first half second of a process.
  while (!(await first.ask("stats")).some((line) => /^uptime: [^01]/.test(line)));
  const crowd = await Promise.all(
    Array.from({ length: 100 }, () => Deno.connect({ hostname: "127.0.0.1", port: daemon.port })),
  );
  let failed;
  do {
    await first.ask("update");
    await first.ask("idle update");
    failed = (await first.ask("status")).find((line) => line.startsWith("error: "));
  } while (failed === undefined);
  assertMatch(failed, /The update failed: Too many open files/);
  assertEquals(await first.ask("listall"), ["file: Ada/Notes.mp3"]);
  for (const conn of crowd) conn.close();
  while (await daemon.update() !== undefined);
  assertEquals(await daemon.ask("listall"), ["file: Ada/Notes.mp3"]);
  assertMatch(daemon.program.errors, /^Accepting on [^\n]*\(EMFILE\)[^\n]*\n$/); // what the library tells, once
});

mpd("goes on, with the songs that it has, when its folder vanishes, is a file, or comes back", async () => {
  await using daemon = await Daemon.start({ "Ada/a.mp3": 1 });
  const music = `${daemon.folder}/music`;
  await Deno.rename(music, `${music}.away`);
  assertMatch(await daemon.update() ?? "", /The update failed: No such file or directory/);
  await Deno.writeTextFile(music, "");
  assertMatch(await daemon.update() ?? "", /The update failed: Not a directory/);
  assertEquals(await daemon.ask("listall"), ["file: Ada/a.mp3"]);
  await daemon.ask("clearerror");
  assertEquals(await daemon.status("error"), undefined);
  await Deno.remove(music);
  await Deno.rename(`${music}.away`, music);
  await daemon.write("Ada/b.mp3");
  assertEquals(await daemon.update(), undefined);
  assertEquals(await daemon.ask("listall"), ["file: Ada/a.mp3", "file: Ada/b.mp3"]);
  await daemon.assertAlive();
});

mpd("leaves out what it cannot take in: links, circles, strange names, deep folders, no files", async () => {
  await using daemon = await Daemon.start({ "Ada/a.mp3": 1 });
  const music = `${daemon.folder}/music`;
  await Deno.symlink(".", `${music}/circle`);
  await Deno.symlink("loop.mp3", `${music}/loop.mp3`);
  await Deno.symlink("/nowhere", `${music}/Ada/dangling.mp3`);
  await Deno.symlink("/etc", `${music}/outside`);
  await daemon.write("bad\nname/a.mp3");
  await daemon.write("bad\x1b[2Jname.mp3");
  await daemon.write(`${"deep/".repeat(200)}a.mp3`);
  const shell = "mkfifo music/fifo.mp3; " +
    "mkdir \"$(printf 'music/no\\377utf8')\"; : > \"$(printf 'music/no\\377utf8.mp3')\"";
  const { success } = await new Deno.Command("sh", { args: ["-c", shell], cwd: daemon.folder }).output();
  assert(success);
  assertEquals(await daemon.update(), undefined);
  assertEquals(await daemon.ask("listall"), ["file: Ada/a.mp3"]);
  assertEquals((await daemon.ask("lsinfo")).filter((line) => line.startsWith("directory")), [
    "directory: Ada",
    "directory: deep",
  ]);
  await daemon.assertAlive();
});

mpd("starts although some names are not UTF-8, and says what it left out", async () => {
  const folder = await Deno.makeTempDir({ prefix: "mpd" });
  await Deno.mkdir(`${folder}/music`);
  const files = ": > \"$(printf 'music/no\\377utf8.mp3')\"; : > music/good.mp3";
  await using daemon = await startedBySh(folder, files);
  assertEquals(await daemon.ask("listall"), ["file: good.mp3"]);
  assertMatch(daemon.program.errors, /^Left out: 1 files or folders\. The first: .*no�utf8\.mp3.*\n$/);
});

// Root may read everything, so to it there is no such folder.
if (!isRoot) {
  mpd("leaves out a folder that it may not read", async () => {
    await using daemon = await Daemon.start({ "Ada/a.mp3": 1, "secret/b.mp3": 1 });
    await Deno.chmod(`${daemon.folder}/music/secret`, 0o000);
    try {
      assertEquals(await daemon.update(), undefined);
      assertEquals(await daemon.ask("listall"), ["file: Ada/a.mp3"]);
      await daemon.assertAlive();
    } finally {
      await Deno.chmod(`${daemon.folder}/music/secret`, 0o755);
    }
  });
}

mpd(
  "goes on when a folder may not be read by Deno's permissions, and when files come and go meanwhile",
  async () => {
    await using daemon = await Daemon.start({ "Ada/a.mp3": 1 }, {
      allow: ["--allow-read=music", "--deny-read=music/no"],
    });
    await daemon.write("no/a.mp3");
    assertMatch(await daemon.update() ?? "", /The update failed: Requires read access/);
    await Deno.remove(`${daemon.folder}/music/no`, { recursive: true });

    let stop = false;
    const music = `${daemon.folder}/music`;
    const moving = (async () => {
      for (let i = 0; !stop; i = (i + 1) % 20) {
        await daemon.write(`come/${i}/${i}.mp3`);
        if (i > 0) await Deno.rename(`${music}/come/${i}`, `${music}/come/gone`).catch(() => {});
        await Deno.remove(`${music}/come/gone`, { recursive: true }).catch(() => {});
      }
    })();
    for (let i = 0; i < 50; i++) assertEquals(await daemon.update(), undefined);
    stop = true;
    await moving;
    await Deno.remove(`${music}/come`, { recursive: true });
    assertEquals(await daemon.update(), undefined);
    assertEquals(await daemon.ask("listall"), ["file: Ada/a.mp3"]);
    await daemon.assertAlive();
  },
);

mpd("does one update at a time, however many are asked for", async () => {
  await using daemon = await Daemon.start({ "Ada/a.mp3": 1 });
  const before = SEES_PROCESSES ? await daemon.memory() : 0;
  using client = await daemon.client();
  const answers = await client.ask(listOf(Array.from({ length: 20_000 }, () => "update")));
  const numbers = new Set(answers);
  assert(numbers.size < 100, `${numbers.size} updates for one list`);
  await daemon.update();
  await daemon.update();
  assertEquals(await daemon.status("updating_db"), undefined);
  if (SEES_PROCESSES) await daemon.assertGrew(before, 60);
  await daemon.assertAlive();
});

Deno.test("mpd's Library survives a source that throws anything, and keeps what it has", async () => {
  const errors = [
    new Error("one"),
    new TypeError("two"),
    "three",
    undefined,
    null,
    new Deno.errors.Busy("four"),
  ];
  let next: { error: unknown } | undefined;
  const source: Source = function* (contents) {
    yield* bluelet.sleep(0);
    if (next !== undefined) throw next.error;
    const song = { path: "a", modified: new Date(0), duration: 1, tags: {} };
    contents.addSong(contents.addFolder(""), song);
  };
  await bluelet.run(function* () {
    const changes = new Changes();
    const library = new Library(source, changes);
    yield* library.read();
    const thread = yield* bluelet.spawn(library.run());
    using watcher = changes.watch();
    for (const error of errors) {
      next = { error };
      library.update();
      yield* watcher.news.wait();
      watcher.news.clear();
      assertStringIncludes(library.error ?? "", "The update failed: ");
      assertEquals([library.contents.songs.size, library.updating], [1, undefined]);
    }
    next = undefined;
    library.update();
    yield* watcher.news.wait();
    assertEquals(library.error, undefined);
    yield* bluelet.kill(thread);
  }());
});
