/**
 * That every room loads on any runtime. It is tried, not looked for: a process without `Deno` imports each door.
 *
 * @module
 */

import type { Breach } from "./breach.ts";
import { runDeno } from "./deno_command.ts";
import { type House, placeIn } from "./house.ts";
import { doorsOf, isEntryFile, ROOMS } from "./rooms.ts";

/** The doors that cannot be imported where there is no `Deno`, by the place that throws. */
export async function checkLoading(house: House): Promise<Breach[]> {
  const known = new Set(house.files.map((file) => file.path));
  const doors = ROOMS.filter((room) => !isEntryFile(room)).flatMap(doorsOf).filter((door) => known.has(door));
  const imports = house.files.flatMap((file) => file.imports).map(({ to }) => to);
  const ofNode = [...new Set(imports.filter((to) => to.startsWith("node:")))];
  const program = `data:application/javascript,${encodeURIComponent(programFor(doors, ofNode, house.root))}`;
  const args = ["run", "--no-config", "--no-lock", "--no-prompt", "--allow-read", program];
  const output = await runDeno(house.root, args);
  const failures = failuresIn(output.stdout);
  if (!output.success || !failures) {
    const [path, line] = placeIn(output.stderr, house.root) ?? ["src", 1];
    const reason = output.stderr.trim().split("\n")[0] || "it printed no reason";
    const message = `loading the rooms where there is no Deno ended the process: ${reason}`;
    return [{ kind: "loading", path, line, message }];
  }
  return breachesOf(failures, house.root);
}

/** A door that could not be imported, with what was thrown. */
interface Failure {
  door: string;
  error: string;
  stack: string;
}

/**
 * The program that imports each door and prints the failures as its last line. It loads Node's modules first, since
 * some of Deno's own cannot be loaded without `Deno`. (One that does not exist shows when its room is loaded.)
 */
function programFor(doors: string[], ofNode: string[], root: URL): string {
  return `
    const doors = ${JSON.stringify(doors)};
    const failures = [];
    for (const name of ${JSON.stringify(ofNode)}) await import(name).catch(() => {});
    delete globalThis.Deno;
    if (typeof Deno !== "undefined") throw new Error("Deno cannot be taken away");
    for (const door of doors) {
      try {
        await import(${JSON.stringify(root.href)} + door);
      } catch (error) {
        failures.push({ door, error: String(error), stack: String(error?.stack) });
      }
    }
    console.log("\\n" + JSON.stringify(failures));
  `;
}

function failuresIn(stdout: string): Failure[] | undefined {
  const last = stdout.trim().split("\n").at(-1);
  return last?.startsWith("[") ? JSON.parse(last) : undefined;
}

/** One breach for each place that throws: a room that fails takes every room that stands on it along. */
function breachesOf(failures: Failure[], root: URL): Breach[] {
  const byPlace = Map.groupBy(failures, ({ door, error, stack }) => {
    return (placeIn(`${stack}\n${error}`, root) ?? [door, 1]).join(":");
  });
  return [...byPlace].map(([place, failed]) => {
    const [path, line] = place.split(/:(?=\d+$)/) as [string, string];
    const doors = failed.map(({ door }) => door).join(", ");
    const error = failed[0]!.error.split("\n")[0];
    const message = `where there is no Deno, ${doors} cannot be loaded: ${error}`;
    return { kind: "loading", path, line: Number(line), message };
  });
}
