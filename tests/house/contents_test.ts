/**
 * What a file may contain, and how it looks from outside: each wall broken once.
 *
 * @module
 */

import { plus } from "./fake_house.ts";
import { finds } from "./finds.ts";

// --- names ---------------------------------------------------------------------------------------------------

finds(
  "only src/deno says Deno, in code and in types",
  {
    "src/net/connect.ts": plus(
      "export const pid = () => `${Deno.pid}`;",
      "export type C = Deno.Conn;",
      'export const other = () => (globalThis as any)["Deno"] ?? globalThis.Deno;',
      "export const { Deno: mine } = globalThis;",
    ),
  },
  "src/net/connect.ts:4: net may not name Deno (only src/deno may) [name]",
  "src/net/connect.ts:5: net may not name Deno",
  "src/net/connect.ts:6: net may not name Deno",
  "src/net/connect.ts:7: net may not name Deno",
);
finds(
  "only src/node and src/node_shared import node:",
  {
    "src/deno/mod.ts": plus('import "node:fs";'),
    "src/files/mod.ts": plus('import type fs from "node:fs";'),
  },
  "src/deno/mod.ts:4: deno may not name node:fs (only src/node and src/node_shared may) [name]",
  "src/files/mod.ts:3: files may not name node:fs",
);
finds(
  "only hosts have a clock",
  {
    "src/streams/mod.ts": plus(
      "export const later = () => setTimeout(() => {}, 1);",
      "export const now = () => [Date.now(), globalThis.performance.now()];",
    ),
  },
  "src/streams/mod.ts:5: streams may not name setTimeout (ask the host) [name]",
  "src/streams/mod.ts:6: streams may not name Date (ask the host)",
  "src/streams/mod.ts:6: streams may not name performance (ask the host)",
);
finds(
  "nothing hides from the walls",
  {
    "src/files/mod.ts": plus("// deno-lint-ignore walls/read", "export const pid = () => Deno.pid;"),
    "src/net/connect.ts": plus("export const = 1;"),
    "src/net/mod.ts": (text) => text.replace("\n", "\n// deno-lint-ignore-file\n"),
  },
  "src/files/mod.ts:3: hides the next line from the walls [name]",
  "src/net/connect.ts:4: cannot be read: SyntaxError: Unexpected token `=`.",
  "src/net/mod.ts:1: cannot be read: a `deno-lint-ignore-file` hides it [file]",
);

// --- files ---------------------------------------------------------------------------------------------------

finds(
  "a file's name says something",
  { "src/net/utils.ts": "/** Things. */\n", "src/core/lib/heap.ts": "/** A heap. */\n" },
  "src/core/lib/heap.ts:1: has a name that says nothing: lib [file]",
  "src/net/utils.ts:1: has a name that says nothing: utils [file]",
);
finds(
  "a file opens with a comment",
  { "src/files/mod.ts": "// Files.\nexport const open = 1;\n" },
  "src/files/mod.ts:1: does not open with a comment",
);
finds(
  "a file has 300 lines at most, but for the named ones",
  {
    "src/net/long.ts": "/** Long. */\n" + "\n".repeat(300),
    "src/net/fits.ts": "/** Fits. */\n" + "\n".repeat(299),
    "src/core/thread.ts": "/** A thread. */\n" + "\n".repeat(300),
  },
  "src/net/long.ts:301: has 301 lines",
);
finds(
  "type stripping accepts every file",
  {
    "src/net/connect.ts": plus(
      "export class A {",
      "  constructor(",
      "    readonly x: number,",
      "  ) {}",
      "}",
      "export enum E {}",
      "namespace N {",
      "  export const a = 1;",
      "}",
      "declare namespace Fine {}",
    ),
  },
  "src/net/connect.ts:6: TypeScript parameter property is not supported",
  "src/net/connect.ts:9: TypeScript enum is not supported",
  "src/net/connect.ts:10: TypeScript namespace declaration is not supported",
);

// --- words ---------------------------------------------------------------------------------------------------

finds(
  "comments are plain English, over line breaks too",
  {
    "src/net/connect.ts": plus(
      "/** What {@linkcode connect} may be told. */",
      "// what a connection may be told",
      "/**",
      " * The line. Who",
      " * waits longest is first.",
      " */",
      'export const text = "who waits";',
    ),
  },
  'src/net/connect.ts:4: "What {@linkcode connect} may be told": write "Options for ..." [words]',
  'src/net/connect.ts:5: "what a connection may be told"',
  'src/net/connect.ts:7: "Who waits": write "the thread that ..." [words]',
);
