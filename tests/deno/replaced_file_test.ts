/**
 * That a file which is replaced is whole at any moment: a process that does nothing else is killed with -9.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { lacks } from "../requirements.ts";
import { Dice } from "../sync/seeds.ts";

const program = new URL("programs/replacer.ts", import.meta.url).pathname;

/** How many processes are killed: a slice of the 200 that it should be now and then (`BLUELET_KILLS=200`). */
function kills(): number {
  if (Deno.permissions.querySync({ name: "env", variable: "BLUELET_KILLS" }).state !== "granted") return 10;
  return Number(Deno.env.get("BLUELET_KILLS") ?? 10);
}

/** The number of the content of `path`, which must be whole. */
function contentOf(path: string): number {
  const [, n = "", length = "", body = ""] = /^(\d+) (\d+) (\d*) end$/.exec(Deno.readTextFileSync(path)) ??
    [];
  assert(n !== "", "it is neither the old content nor the new");
  assertEquals(body, String(Number(n) % 10).repeat(Number(length)));
  return Number(n);
}

Deno.test({
  name:
    "writeFile({ atomic }): a process that is killed with -9 at any moment leaves the old content or the new",
  ignore: lacks(["run", "read", "write"]),
  async fn() {
    const folder = await Deno.makeTempDir({ prefix: "bluelet-replaced-" });
    const path = `${folder}/file`;
    const dice = new Dice(Date.now());
    const beside: number[] = [];
    for (let i = 0, next = 0; i < kills(); i++) {
      const args = ["run", "--quiet", "--no-check", "--no-prompt", "--allow-read", "--allow-write", program];
      const child = new Deno.Command(Deno.execPath(), {
        args: [...args, path, String(next)],
        stdout: "piped",
      }).spawn();
      const lines = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
      let said = "";
      while (!said.includes("\n")) said += (await lines.read()).value ?? "";
      await new Promise((resolve) => setTimeout(resolve, dice.below(400) / 10));
      child.kill("SIGKILL");
      for (let read; !(read = await lines.read()).done;) said += read.value;
      await child.status;
      const last = Number(said.trimEnd().split("\n").at(-1));
      const found = contentOf(path);
      assert(found === last || found === last + 1, `it said ${last}, and ${found} is there`);
      next = found + 1;
      const names = [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name !== "file");
      beside.push(names.length);
      assert(names.every((name) => /^\.bluelet-.*\.tmp$/.test(name)), names.join());
      for (const name of names) await Deno.remove(`${folder}/${name}`);
    }
    await Deno.remove(folder, { recursive: true });
    if (kills() > 10) {
      console.log(`${beside.filter((count) => count > 0).length} of ${kills()} were killed while writing`);
    }
  },
});
