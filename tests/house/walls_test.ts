/**
 * The walls between rooms, each broken once: arrows, doors, the kernel, circles; and the program itself.
 *
 * @module
 */

import { assert, assertEquals } from "@std/assert";
import { build, type Changes, plus } from "./fake_house.ts";
import { finds, findsByRunning, ignore } from "./finds.ts";

findsByRunning("a house that keeps them has no breach", {});

// --- arrows --------------------------------------------------------------------------------------------------

finds(
  "a lower room does not import a higher one",
  { "src/sync/flag.ts": plus('import type { inbox } from "../streams/mod.ts";') },
  "src/streams/mod.ts:3: import circle, counting types: src/streams/mod.ts -> src/sync/mod.ts -> src/sync/flag.ts",
  "src/sync/flag.ts:4: sync may not import src/streams/mod.ts (only from core/mod.ts) [arrow]",
);
finds(
  "a feature room does not import another",
  { "src/net/mod.ts": plus('export { open } from "../files/mod.ts";') },
  "src/net/mod.ts:3: net may not import src/files/mod.ts (only from streams, sync, core) [arrow]",
);
finds(
  "only http may use net",
  { "src/files/mod.ts": plus('export const later = () => import("../net/mod.ts");') },
  "src/files/mod.ts:3: files may not import src/net/mod.ts",
);
finds(
  "a host does not import another",
  { "src/testing/mod.ts": plus('export { nodeHost } from "../node/mod.ts";') },
  "src/testing/mod.ts:8: testing may not import src/node/mod.ts",
);
finds(
  "node_shared is for the Deno and the Node host alone",
  { "src/testing/mod.ts": plus('export type T = typeof import("../node_shared/mod.ts");') },
  "src/testing/mod.ts:8: testing may not import src/node_shared/mod.ts",
);
finds(
  "fiber and lint stand apart",
  {
    "src/fiber/mod.ts": '/**\n * Greenlets.\n *\n * @module\n */\nexport { flag } from "../sync/mod.ts";\n',
    "deno.json": (text) => text.replace('"./http"', '"./fiber": "./src/fiber/mod.ts",\n    "./http"'),
  },
  "src/fiber/mod.ts:6: fiber may not import src/sync/mod.ts (only from core)",
);
finds(
  "an entry file does not import a room with an entry of its own",
  { "mod.ts": plus('import "./src/testing/mod.ts";') },
  "mod.ts:13: mod.ts may not import src/testing/mod.ts",
);
finds(
  "an entry file imports the host of its own runtime",
  { "node.ts": plus('export { denoHost } from "./src/deno/mod.ts";') },
  "node.ts:9: node.ts may not import src/deno/mod.ts",
);
finds(
  "nothing imports an entry file",
  { "src/http/mod.ts": plus('import type { sleep } from "../../mod.ts";') },
  "src/http/mod.ts:8: imports mod.ts, which nothing in the library may",
);
finds(
  "the library imports nothing from outside",
  { "src/net/mod.ts": plus('import type { Tail } from "npm:tail@1";', 'import "../../tests/pair.ts";') },
  "src/net/mod.ts:3: imports npm:tail@1, which is not the library's",
  "src/net/mod.ts:4: imports tests/pair.ts, which is not the library's",
);
finds(
  "what is imported exists",
  { "src/net/mod.ts": plus('import type { X } from "./gone.ts";') },
  "src/net/mod.ts:3: imports src/net/gone.ts, which does not exist",
);
finds(
  "every file is in a room of the plan",
  { "src/attic/box.ts": "/** A box. */\n", "src/loose.ts": "/** Loose. */\n" },
  "src/attic/box.ts:1: is in no room (deno, node,",
  "src/loose.ts:1: is in no room",
);

// --- doors ---------------------------------------------------------------------------------------------------

finds(
  "a room is entered by its mod.ts",
  { "src/http/mod.ts": plus('export { connect } from "../net/connect.ts";') },
  "src/http/mod.ts:8: http may enter net by src/net/mod.ts only, not src/net/connect.ts [door]",
);
finds(
  "core is entered by its mod.ts or its internal.ts",
  { "src/net/connect.ts": plus('export { Event } from "../core/event.ts";') },
  "src/net/connect.ts:4: net may enter core by src/core/mod.ts or src/core/internal.ts only",
);
finds(
  "sync uses core's public names alone",
  { "src/sync/flag.ts": plus('export { isEvent } from "../core/internal.ts";') },
  "src/sync/flag.ts:4: sync may enter core by src/core/mod.ts only, not src/core/internal.ts [door]",
);
finds(
  "inside a room, nothing imports its mod.ts",
  { "src/net/connect.ts": plus('import type { connect as other } from "./mod.ts";') },
  "src/net/connect.ts:4: goes out by src/net/mod.ts to come in again: import the file itself [door]",
  "src/net/connect.ts:4: import circle, counting types: src/net/connect.ts -> src/net/mod.ts -> src/net/connect.ts",
);
finds(
  "inside core, nothing imports its internal.ts",
  { "src/core/events/sleep.ts": plus('export type { isEvent } from "../internal.ts";') },
  "src/core/events/sleep.ts:8: goes out by src/core/internal.ts to come in again",
);

// --- the kernel ----------------------------------------------------------------------------------------------

finds(
  "the kernel imports nothing of core/events, types neither",
  { "src/core/wait.ts": plus('import type { SleepEvent } from "./events/sleep.ts";') },
  "src/core/wait.ts:10: the kernel may not import src/core/events/sleep.ts",
);
finds(
  "the kernel does not ask which event it has",
  { "src/core/event.ts": plus("export const naps = (value: unknown) => value instanceof SleepEvent;") },
  "src/core/event.ts:7: the kernel asks for instanceof SleepEvent",
);
finds(
  "an event gets a Wait",
  {
    "src/core/events/sleep.ts": plus(
      "class NapEvent extends Event {",
      "  override perform(thread: Thread<void>): void {}",
      "  withdraw = (thread: Thread | undefined) => {};",
      "}",
    ),
    "src/core/wait.ts": plus("interface Other {", "  withdraw(thread: Thread): void;", "}"),
  },
  "src/core/events/sleep.ts:9: perform() takes a Thread: an event gets a Wait [event]",
  "src/core/events/sleep.ts:10: withdraw() takes a Thread",
  "src/core/wait.ts:11: withdraw() takes a Thread",
);

// --- circles -------------------------------------------------------------------------------------------------

finds(
  "inside core, types may form circles",
  {
    "src/core/wait.ts": plus('export { isEvent } from "./event.ts";'),
    "src/core/event.ts": plus('export type { Thread } from "./wait.ts";'),
  },
);
finds(
  "there is no circle among values, in core neither",
  { "src/core/wait.ts": plus('import "./event.ts";'), "src/core/event.ts": plus('import "./wait.ts";') },
  "src/core/event.ts:7: import circle: src/core/event.ts -> src/core/wait.ts -> src/core/event.ts [circle]",
);
finds(
  "outside core there is no circle, counting types",
  {
    "src/net/connect.ts": plus('import type { A } from "./a.ts";'),
    "src/net/a.ts": '/** A. */\nimport "./connect.ts";\n',
  },
  "src/net/a.ts:2: import circle, counting types: src/net/a.ts -> src/net/connect.ts -> src/net/a.ts [circle]",
);
finds(
  "a file does not import itself",
  { "src/net/connect.ts": plus('import * as self from "./connect.ts";') },
  "src/net/connect.ts:4: import circle: src/net/connect.ts -> src/net/connect.ts",
);

// --- the program ---------------------------------------------------------------------------------------------

Deno.test({
  name: "walls: the program prints breaches and the map, and exits 1; 0 if there is none",
  ignore,
  async fn() {
    const program = decodeURIComponent(new URL("../../.ci/walls.ts", import.meta.url).pathname);
    const walls = async (changes: Changes) => {
      const root = build(changes);
      const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
        args: [
          "run",
          "--no-prompt",
          "--allow-read",
          "--allow-run",
          program,
          decodeURIComponent(root.pathname),
        ],
      }).output();
      Deno.removeSync(root, { recursive: true });
      const decoder = new TextDecoder();
      return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
    };
    const sound = await walls({});
    assertEquals([sound.code, sound.stderr], [0, ""]);
    assert(/^features +http +-> net 1 +\(1 file, 7 lines\)$/m.test(sound.stdout), sound.stdout);
    assert(/^ +net +-> streams 1 +\(2 files, 5 lines\)$/m.test(sound.stdout), sound.stdout);
    assert(sound.stdout.endsWith("\n19 files, 0 breaches\n"), sound.stdout);

    const broken = await walls({ "src/net/mod.ts": plus('export { open } from "../files/mod.ts";') });
    assertEquals(broken.code, 1);
    assert(broken.stderr.startsWith("src/net/mod.ts:3: net may not import src/files/mod.ts"), broken.stderr);
    assert(/^ +net +-> files 1! {2}streams 1 +\(2 files, 6 lines\)$/m.test(broken.stdout), broken.stdout);
    assert(broken.stdout.endsWith("\n1 arrow\n19 files, 1 breaches\n"), broken.stdout);
  },
});
