/**
 * The plan of the house: its rooms, in layers from top to bottom, and what each of them may import and may say.
 *
 * To add a room, add a line to {@linkcode ROOMS}, and its name to those that may import it: a feature room to
 * `FEATURES`, and to `PUBLIC` if `mod.ts` exports it.
 *
 * @module
 */

/** A folder under src, or an entry file at the root. */
export interface Room {
  /** The folder's name, or the entry file's. */
  readonly name: string;
  /** The layer in which the map shows it. */
  readonly layer: string;
  /** The rooms that it may enter, by any of their doors; `core/mod.ts` is that one door only. */
  readonly imports: readonly string[];
  /** What only a few rooms may say: `Deno`, `node:` and the names of the clock. */
  readonly says: readonly Saying[];
  /** Whether a program imports this room by an entry of its own, such as `@x/bluelet/http`. */
  readonly ownEntry: boolean;
}

/** What only a few rooms may say. */
export type Saying = "Deno" | "node:" | "clock";

/** The rooms with the features that need something of the host. Whoever may import one may import them all. */
const FEATURES = ["net", "process", "files", "workers", "http", "inspect"];
/** What every feature room stands on. */
const GROUND = ["streams", "sync", "core"];
/** What a program gets from an entry file, the host aside. */
const PUBLIC = ["net", "process", "files", "workers", ...GROUND];

/** Every room there may be. A room that has not been built yet is no breach. */
export const ROOMS: readonly Room[] = [
  room("entries", "mod.ts", [...PUBLIC, "deno"]),
  room("entries", "node.ts", [...PUBLIC, "node"]),
  room("entries", "web.ts", [...PUBLIC, "web"]),

  room("hosts", "deno", [...FEATURES, ...GROUND, "node_shared"], { says: ["Deno", "clock"] }),
  room("hosts", "node", [...FEATURES, ...GROUND, "node_shared"], { says: ["node:", "clock"] }),
  room("hosts", "web", [...FEATURES, ...GROUND], { says: ["clock"] }),
  room("hosts", "testing", [...FEATURES, ...GROUND], { says: ["clock"], ownEntry: true }),
  room("for hosts", "node_shared", [...FEATURES, ...GROUND], { says: ["node:"] }),
  room("for hosts", "conformance", [...FEATURES, ...GROUND], { ownEntry: true }),

  room("features", "http", ["net", ...GROUND], { ownEntry: true }),
  room("features", "inspect", GROUND, { ownEntry: true }),
  room("features", "net", GROUND),
  room("features", "process", GROUND),
  room("features", "files", GROUND),
  room("features", "workers", GROUND),

  room("streams", "streams", ["sync", "core"]),
  room("sync", "sync", ["core/mod.ts"]),
  room("core", "core", []),

  room("apart", "fiber", ["core"], { ownEntry: true }),
  room("apart", "lint", [], { ownEntry: true }),
];

/** The doors of a room that has more than its `mod.ts`. */
const DOORS: Readonly<Record<string, readonly string[]>> = { core: ["mod.ts", "internal.ts"] };

/** Files that may have more than 300 lines, each with the reason. */
export const LONG_FILES: Readonly<Record<string, string>> = {
  "src/core/thread.ts":
    "one state machine, which is read as a whole; its hot path must not be spread over modules",
};

/** The room that a path is in; undefined if it is in none, or outside the library. */
export function roomOf(path: string): Room | undefined {
  const name = /^src\/([^/]+)\//.exec(path)?.[1] ?? path;
  return ROOMS.find((room) => room.name === name);
}

/** Whether this room is an entry file. */
export function isEntryFile(room: Room): boolean {
  return room.name.endsWith(".ts");
}

/** The paths of the files through which a room is entered. */
export function doorsOf(room: Room): string[] {
  if (isEntryFile(room)) return [room.name];
  return (DOORS[room.name] ?? ["mod.ts"]).map((door) => `src/${room.name}/${door}`);
}

/** The doors of `to` that `from` may use; none if it may not import that room at all. */
export function doorsBetween(from: Room, to: Room): string[] {
  return doorsOf(to).filter((door) =>
    from.imports.includes(to.name) || from.imports.includes(door.slice("src/".length))
  );
}

/** Whether `path` belongs to the kernel: core without its doors and without the wing of events. */
export function isKernel(path: string): boolean {
  return path.startsWith("src/core/") && !isInEvents(path) &&
    path !== "src/core/mod.ts" && path !== "src/core/internal.ts";
}

/** Whether `path` belongs to core's wing of events. */
export function isInEvents(path: string): boolean {
  return path.startsWith("src/core/events/");
}

function room(
  layer: string,
  name: string,
  imports: readonly string[],
  { says = [], ownEntry = false }: Partial<Room> = {},
): Room {
  return { name, layer, imports, says, ownEntry };
}
