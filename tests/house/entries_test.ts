/**
 * Which rooms load, and what a program can import: each wall broken once.
 *
 * @module
 */

import { plus } from "./fake_house.ts";
import { findsByRunning } from "./finds.ts";

// --- loading -------------------------------------------------------------------------------------------------

findsByRunning(
  "every room loads where there is no Deno",
  {
    "src/deno/errors.ts": "/** Errors. */\nexport const codes = [\n  Deno.errors.NotFound,\n];\n",
    "src/deno/mod.ts": plus('export { codes } from "./errors.ts";'),
  },
  "src/deno/errors.ts:3: where there is no Deno, src/deno/mod.ts cannot be loaded: ReferenceError: Deno is not",
);
findsByRunning(
  "core's internal.ts loads, too; a room that fails is named with those that stand on it",
  { "src/core/internal.ts": plus("missing();") },
  "src/core/internal.ts:3: where there is no Deno, src/testing/mod.ts, src/http/mod.ts, src/net/mod.ts, src",
);
findsByRunning(
  "a room that ends the process after it was loaded is named",
  { "src/node/mod.ts": plus("setTimeout(() => {", '  throw new Error("on loading");', "}, 50);") },
  "src/node/mod.ts:6: loading the rooms where there is no Deno ended the process: error: Uncaught Error: on loading",
);

// --- entries and the README ----------------------------------------------------------------------------------

findsByRunning(
  "each entry of deno.json exists and opens with a module's comment",
  {
    "deno.json": (text) =>
      text.replace(
        '"./http"',
        '"./lint": "./src/lint/mod.ts",\n    "./core": "./src/core/mod.ts",\n    "./http"',
      ),
  },
  "deno.json:7: the entry ./lint is ./src/lint/mod.ts, which does not exist [entry]",
  "src/core/mod.ts:1: is the entry ./core, but does not open with a module's comment (@module) [entry]",
);
findsByRunning(
  "a room with an entry of its own has it",
  { "deno.json": (text) => text.replace(/,\s*"\.\/http".*/, "") },
  'deno.json:4: has no entry "./http": "./src/http/mod.ts" [entry]',
);
findsByRunning(
  "a room with an entry of its own does not pass through another room into an entry file",
  {
    "src/deno/mod.ts": plus('export { serve } from "../http/mod.ts";'),
    "node.ts": plus("/* serve */", "export {", "  serve,", '} from "./src/node/mod.ts";'),
    "src/node/mod.ts": plus('export { serve } from "../http/mod.ts";'),
  },
  "node.ts:11: exports serve of src/http/mod.ts, which has the entry ./http [entry]",
);
findsByRunning(
  "an entry file gives names",
  { "node.ts": plus('export * from "./src/files/mod.ts";', 'export type * from "./src/net/mod.ts";') },
  "node.ts:9: has `export *` of ./src/files/mod.ts: give the names [entry]",
  "node.ts:10: has `export *` of ./src/net/mod.ts",
);
findsByRunning(
  "the README lists every value that mod.ts exports, and no type",
  {
    "mod.ts": plus(
      'export { flag } from "./src/sync/mod.ts";',
      'export { inbox } from "./src/streams/mod.ts";',
    ),
  },
  "README.md:5: the list of names lacks 2 that mod.ts exports: `flag` `inbox` [readme]",
);
findsByRunning(
  "the README lists nothing that mod.ts does not export",
  { "README.md": (text) => text.replace("`denoHost`", "`denoHost` `nodeHost`") },
  "README.md:7: lists `nodeHost`, which mod.ts does not export [readme]",
);
findsByRunning(
  "the README has a list",
  { "README.md": (text) => text.replace("tour", "walk") },
  "README.md:1: has no list of names",
);
findsByRunning(
  "an entry file whose exports cannot be told is named",
  { "node.ts": plus("export {") },
  "node.ts:9: cannot be read: SyntaxError",
  "node.ts:9: deno doc failed: SyntaxError: Unexpected token",
);
findsByRunning("there is a deno.json", { "deno.json": null }, "deno.json:1: does not exist");
