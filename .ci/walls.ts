/**
 * The walls of the house, checked: which room may import which, no import circles, and what a room's code may
 * not name. Prints each breach and exits 1 if there is one.
 *
 *     deno run --allow-read=. --allow-run .ci/walls.ts
 *
 * @module
 */

/** Each room, and the rooms that it may import from. `.` is the public face, mod.ts. */
const MAY_IMPORT: Record<string, string[]> = {
  core: ["core"],
  sync: ["core", "sync"],
  net: ["core", "sync", "net"],
  deno: ["core", "sync", "net", "deno"],
  testing: ["core", "sync", "net", "testing"],
  ".": ["core", "sync", "net", "deno"],
};

/** What the code of a room may not name, comments aside. */
const MAY_NOT_NAME: { rooms: string[]; name: RegExp; instead: string }[] = [
  {
    rooms: ["core", "sync", "net", "testing", "."],
    name: /\bDeno\b(?=\s*[.[])/,
    instead: "only src/deno may",
  },
  {
    rooms: ["core", "sync", "net"],
    name: /\b(setTimeout|setInterval|setImmediate|performance|Date)\b(?=\s*[.(])/,
    instead: "ask the host",
  },
];

/** File names that say nothing about the one idea inside. */
const EMPTY_NAMES = /\/(utils?|helpers?|common|misc|types)\.ts$/;

interface Import {
  to: string;
  line: number;
  typeOnly: boolean;
}

const root = new URL("..", import.meta.url);
const breaches: string[] = [];

/** The library's own files: mod.ts and everything under src, as paths from the root. */
function* libraryFiles(folder = "src"): Generator<string> {
  if (folder === "src") yield "mod.ts";
  for (const entry of Deno.readDirSync(new URL(folder, root))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) yield* libraryFiles(path);
    else if (path.endsWith(".ts")) yield path;
  }
}

/** The room that a path is in; undefined outside the library. */
function roomOf(path: string): string | undefined {
  if (path === "mod.ts") return ".";
  return /^src\/([^/]+)\//.exec(path)?.[1];
}

/** Adds to `graph` the imports of every file that can be reached from `entry`, as the runtime resolves them. */
async function addImports(graph: Map<string, Import[]>, entry: string): Promise<void> {
  const output = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: root,
    stderr: "inherit",
  }).output();
  if (!output.success) throw new Error(`deno info ${entry} failed`);
  const pathOf = (specifier: string) =>
    specifier.startsWith(root.href) ? specifier.slice(root.href.length) : specifier;
  for (const module of JSON.parse(new TextDecoder().decode(output.stdout)).modules) {
    if (module.error) breaches.push(`${entry}: ${module.error}`);
    const imports: Import[] = [];
    for (const dependency of module.dependencies ?? []) {
      const resolved = dependency.code ?? dependency.type;
      if (!resolved?.specifier) {
        breaches.push(`${pathOf(module.specifier)}: cannot resolve "${dependency.specifier}"`);
        continue;
      }
      imports.push({
        to: pathOf(resolved.specifier),
        line: resolved.span.start.line + 1,
        typeOnly: !dependency.code,
      });
    }
    graph.set(pathOf(module.specifier), imports);
  }
}

/** Circles among `files`: of each, the files that can all reach one another (Tarjan's algorithm). */
function circles(files: string[], next: (file: string) => string[]): string[][] {
  const found: string[][] = [];
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (file: string) => {
    index.set(file, index.size);
    lowest.set(file, index.get(file)!);
    open.push(file);
    for (const other of next(file)) {
      if (!index.has(other)) visit(other);
      if (open.includes(other)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(other)!));
    }
    if (lowest.get(file) === index.get(file)) {
      const circle = open.splice(open.indexOf(file));
      if (circle.length > 1 || next(file).includes(file)) found.push(circle);
    }
  };
  for (const file of files) if (!index.has(file)) visit(file);
  return found;
}

/** The code without its comments, line for line; strings stay. */
function withoutComments(code: string): string {
  return code.replace(
    /"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`|\/\*[^]*?\*\/|\/\/[^\n]*/g,
    (match) => match.startsWith("/") ? match.replace(/[^\n]/g, " ") : match,
  );
}

const files = [...libraryFiles()].sort();
const graph = new Map<string, Import[]>();
for (const file of files) if (!graph.has(file)) await addImports(graph, file);

for (const file of files) {
  const room = roomOf(file);
  const allowed = room === undefined ? undefined : MAY_IMPORT[room];
  if (room === undefined || allowed === undefined) {
    breaches.push(`${file}: is in no room (${Object.keys(MAY_IMPORT).join(", ")})`);
    continue;
  }
  for (const { to, line } of graph.get(file) ?? []) {
    const toRoom = roomOf(to);
    if (to === "mod.ts") breaches.push(`${file}:${line}: imports mod.ts, which nothing in the library may`);
    else if (toRoom === undefined) {
      breaches.push(`${file}:${line}: imports ${to}, which is not the library's`);
    } else if (!allowed.includes(toRoom)) {
      breaches.push(`${file}:${line}: ${room} may not import ${to} (only from ${allowed.join(", ")})`);
    }
  }
  const source = Deno.readTextFileSync(new URL(file, root));
  if (!source.startsWith("/**")) {
    breaches.push(`${file}:1: does not open with a comment that says what it is for`);
  }
  if (EMPTY_NAMES.test(file)) breaches.push(`${file}: has a name that says nothing`);
  for (const [number, text] of withoutComments(source).split("\n").entries()) {
    for (const { rooms, name, instead } of MAY_NOT_NAME) {
      const hit = rooms.includes(room) && name.exec(text);
      if (hit) breaches.push(`${file}:${number + 1}: ${room} may not name ${hit[0]} (${instead})`);
    }
  }
  const lines = source.split("\n").length - 1;
  if (lines > 300) console.log(`note: ${file} has ${lines} lines: which second idea moved in?`);
}

const targets = (typesToo: boolean) => (file: string) =>
  (graph.get(file) ?? []).filter((each) => typesToo || !each.typeOnly).map((each) => each.to);
for (const circle of circles(files, targets(false))) {
  breaches.push(`import circle: ${circle.join(", ")}`);
}
for (const circle of circles(files, targets(true))) {
  // Inside core, event, thread and scheduler speak of one another.
  if (circle.some((file) => roomOf(file) !== "core")) {
    breaches.push(`import circle, counting types: ${circle.join(", ")}`);
  }
}

for (const breach of breaches) console.error(breach);
console.log(`${files.length} files, ${breaches.length} breaches`);
Deno.exit(breaches.length === 0 ? 0 : 1);
