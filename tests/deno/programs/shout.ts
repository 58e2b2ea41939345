/**
 * Writes what it reads from standard input to standard output, in capitals.
 *
 * @module
 */

import { run } from "../../../src/core/mod.ts";
import { denoHost } from "../../../src/deno/host.ts";
import { read, write } from "../../../src/streams/mod.ts";

await run(
  function* () {
    const first = yield* read(Deno.stdin, 3);
    const rest = yield* read(Deno.stdin);
    const text = new TextDecoder().decode(first!) + new TextDecoder().decode(rest);
    yield* write(Deno.stdout, text.toUpperCase());
  }(),
  { host: denoHost },
);
