/**
 * Replaces a file again and again, each time by a longer or shorter content that tells its number and whether it is whole,
 * and says so when it has. It is killed by whoever started it.
 *
 * @module
 */

import { run } from "../../../src/core/mod.ts";
import { denoHost } from "../../../src/deno/host.ts";
import { writeFile } from "../../../src/files/mod.ts";

const [path = "", first = "0"] = Deno.args;

await run(
  function* () {
    for (let n = Number(first);; n++) {
      const body = String(n % 10).repeat(1 + (n * 7919) % 400_000);
      yield* writeFile(path, `${n} ${body.length} ${body} end`, { atomic: true });
      console.log(n);
    }
  }(),
  { host: denoHost },
);
