import { assert, assertEquals } from "@std/assert";
import { lacks } from "../requirements.ts";
import { start } from "./program.ts";

const ignore = lacks(["run", "read"]);
const SECONDS = [0, 1, 3, 5];

Deno.test({
  name: "sleepy.ts prints what the original prints, in that order, in as long as the longest sleep",
  ignore,
  async fn() {
    await using program = start("sleepy.ts");
    await program.line(/^Going to sleep for 5/);
    const started = performance.now();
    const { code, output, errors } = await program.ended();
    const took = (performance.now() - started) / 1000;
    assertEquals({ code, errors }, { code: 0, errors: "" });
    assertEquals(output.trimEnd().split("\n"), [
      ...SECONDS.map((seconds) => `Going to sleep for ${seconds} seconds...`),
      ...SECONDS.map((seconds) => `...woke up after ${seconds} seconds.`),
    ]);
    assert(took > 4.5 && took < 8.5, `took ${took} s: the sum of the sleeps is 9, the longest 5`);
  },
});

Deno.test({
  name: "sleepy.ts ends at once on Ctrl-C",
  ignore,
  async fn() {
    await using program = start("sleepy.ts");
    await program.line(/woke up after 0/);
    const { code, errors } = await program.stop();
    assertEquals({ code, errors }, { code: 130, errors: "" });
  },
});
