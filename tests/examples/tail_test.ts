import { assert, assertEquals, assertMatch } from "@std/assert";
import * as bluelet from "../../mod.ts";
import { startOfLast } from "../../examples/tail/follower.ts";
import { lacks } from "../requirements.ts";
import { assertNeeds, client, finish, type Program, start } from "./program.ts";

const ignore = lacks(["run", "read", "write"]);

/** The folders of demonstrations that there are. */
function demonstrations(): string[] {
  return [...Deno.readDirSync("/tmp")].map(({ name }) => name).filter((name) =>
    name.startsWith("bluelet-tail-")
  );
}

/** Runs `body` with a folder, and gives it `tail.ts` that may read there. */
async function inFolder(
  body: (folder: string, follow: (...args: string[]) => Program) => Promise<void>,
): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "bluelet-followed-" });
  try {
    await body(folder, (...args) => start("tail.ts", { args, allow: [`--allow-read=${folder}`] }));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Waits until `program` has complained of something that matches. */
async function said(program: Program, pattern: RegExp): Promise<void> {
  for (let i = 0; i < 3_000 && !pattern.test(program.errors); i++) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assertMatch(program.errors, pattern);
}

const append = (path: string, text: string) => Deno.writeTextFile(path, text, { append: true });

Deno.test({
  name: "tail.ts without permissions names the missing one",
  ignore,
  fn: () => assertNeeds("tail.ts", "--allow-write=/tmp/bluelet-tail-"),
});

Deno.test({
  name:
    "tail.ts shows with the command of its header what happens to logs, each line once, and leaves nothing behind",
  ignore,
  async fn() {
    const before = demonstrations();
    const { code, output, errors } = await finish("tail.ts");
    assertEquals(output, Array.from({ length: 12 }, (_, i) => `line ${i + 1}\n`).join(""));
    assertEquals(code, 0);
    assertMatch(errors, /is there; following it\.\n.*cut off[^]*is gone; waiting[^]*That is what happens/);
    assertEquals(demonstrations(), before);
  },
});

Deno.test({
  name: "tail.ts that is stopped by Ctrl-C leaves nothing behind either",
  ignore,
  async fn() {
    const before = demonstrations();
    await using program = start("tail.ts");
    await program.line(/^line 2$/);
    assertEquals((await program.stop()).code, 130);
    assertEquals(demonstrations(), before);
  },
});

Deno.test({
  name: "tail.ts follows a file through additions, rotation and cutting off, as tail -F does",
  ignore,
  fn: () =>
    inFolder(async (folder, follow) => {
      const path = `${folder}/log`;
      await Deno.writeTextFile(path, Array.from({ length: 30 }, (_, i) => `old ${i + 1}\n`).join(""));
      await using program = follow(path);
      await program.line(/^old 30$/);
      assert(program.output.startsWith("old 21\n"));
      await append(path, "added\n");
      await program.line(/^added$/);
      await append(path, "last words\n");
      await Deno.rename(path, `${path}.1`);
      await append(`${path}.1`, "after the rename\n");
      await Deno.writeTextFile(path, "new file\n");
      await program.line(/^new file$/);
      await Deno.writeTextFile(path, "cut\n");
      await program.line(/^cut$/);
      await said(program, /cut off/);
      await append(path, "half a ");
      await append(path, "line\n");
      await program.line(/^half a line$/);
      const { code, output } = await program.stop();
      assertEquals(code, 130);
      const expected = "added\nlast words\nafter the rename\nnew file\ncut\nhalf a line\n";
      assertEquals(output.slice(output.indexOf("added")), expected);
    }),
});

Deno.test({
  name: "tail.ts waits for files, and for folders, that are not there yet, and says so once",
  ignore,
  fn: () =>
    inFolder(async (folder, follow) => {
      await using program = follow(`${folder}/later/log`);
      await said(program, /ENOENT/);
      await Deno.mkdir(`${folder}/later`);
      await append(`${folder}/later/log`, "here\n");
      await program.line(/^here$/);
      await append(`${folder}/later/log`, "more\n");
      await program.line(/^more$/);
      await Deno.remove(`${folder}/later`, { recursive: true });
      await said(program, /is gone/);
      await Deno.mkdir(`${folder}/later`);
      await append(`${folder}/later/log`, "again\n");
      await program.line(/^again$/);
      const { output, errors } = await program.stop();
      assertEquals(output, "here\nmore\nagain\n");
      assertEquals(errors.match(/ENOENT/g)?.length, 1);
    }),
});

Deno.test({
  name: "tail.ts says whose lines they are when it follows several files",
  ignore,
  fn: () =>
    inFolder(async (folder, follow) => {
      const [a, b] = [`${folder}/a`, `${folder}/b`];
      await using program = follow(a, b);
      for (const [path, text] of [[a, "one"], [a, "two"], [b, "three"], [a, "four"]] as const) {
        await append(path, `${text}\n`);
        await program.line(new RegExp(`^${text}$`));
      }
      assertEquals(
        (await program.stop()).output,
        `==> ${a} <==\none\ntwo\n\n==> ${b} <==\nthree\n\n==> ${a} <==\nfour\n`,
      );
    }),
});

Deno.test({
  name: "tail.ts begins where tail does, whatever the file ends with",
  ignore: lacks(["run", "read", "write", "env"], ["tail"]),
  fn: () =>
    inFolder(async (folder) => {
      const path = `${folder}/log`;
      const long = `${"x".repeat(100_000)}\n`;
      for (
        const text of ["", "\n", "one", "one\n", "one\ntwo", "\n\n\n", `a\n${long}${long}b`, long.repeat(3)]
      ) {
        await Deno.writeTextFile(path, text);
        for (const lines of [0, 1, 2, 5]) {
          const start = await bluelet.run(function* () {
            using file = yield* bluelet.open(path);
            return yield* startOfLast(file, lines);
          }());
          const expected = await client("tail", ["-n", String(lines), path]);
          assertEquals(text.slice(start), expected, JSON.stringify([text.slice(0, 9), lines]));
        }
      }
    }),
});

Deno.test({
  name: "tail.ts ends when nobody reads what it prints",
  ignore: lacks(["run", "read", "write", "env"], ["sh", "head"]),
  async fn() {
    const command =
      `"${Deno.execPath()}" run --quiet --no-prompt --allow-read=/tmp --allow-write=/tmp examples/tail.ts`;
    const root = new URL("../../", import.meta.url).pathname;
    assertEquals(
      await client("sh", [
        "-c",
        `cd "${root}" && { ${command} 2>&3; echo "code $?" >&3; } 3>&1 | grep -m1 code`,
      ]),
      "code 0\n",
    );
  },
});
