/**
 * Finds and builds the programs that are not JavaScript: C and Go are compiled into a temporary folder, a Python
 * is looked for that has the module. What is missing is named, not failed.
 *
 * @module
 */

import { Skipped } from "./measure.ts";

const here = new URL(".", import.meta.url);
const built = new Map<string, Promise<string>>();
let folder: string | undefined;

/** The path of a file below `bench/`. */
export function pathOf(file: string): string {
  return new URL(file, here).pathname;
}

/** Runs a command to its end and results in what it printed; throws with what it complained of. */
export async function output(command: string, args: readonly string[], env = {}): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(command, { args: [...args], env }).output();
  const decoder = new TextDecoder();
  if (!success) throw new Error(`${command} ${args.join(" ")} failed: ${decoder.decode(stderr)}`);
  return decoder.decode(stdout);
}

/** Whether a command is there at all. */
export async function installed(command: string, ...args: string[]): Promise<boolean> {
  try {
    await new Deno.Command(command, { args, stdout: "null", stderr: "null" }).output();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Results in the path of a C program, compiled once; skipped where there is no `cc`. */
export function compileC(source: string, libraries: readonly string[] = []): Promise<string> {
  return once(source, async (target) => {
    if (!await installed("cc", "--version")) throw new Skipped("there is no cc here");
    try {
      await output("cc", ["-O2", "-Wall", "-o", target, pathOf(source), ...libraries]);
    } catch (error) {
      if (libraries.length === 0) throw error;
      throw new Skipped(`there is no ${libraries.join(" ")} to build the load with here`);
    }
  });
}

/** Results in the path of a Go program, built once; skipped where there is no `go`. */
export function buildGo(source: string): Promise<string> {
  return once(source, async (target) => {
    if (!await installed("go", "version")) throw new Skipped("there is no go here");
    await output("go", ["build", "-o", target, pathOf(source)], { GO111MODULE: "off" });
  });
}

/** Results in a Python in which `script check` succeeds, so that it has what the script imports; skipped where none is. */
export function pythonFor(script: string, wants: string): Promise<string> {
  return memo(script, async () => {
    for (const python of ["python3", "/usr/bin/python3"]) {
      if (!await installed(python, "--version")) continue;
      const args = [pathOf(script), "check"];
      if ((await new Deno.Command(python, { args, stderr: "null" }).output()).success) return python;
    }
    throw new Skipped(`no Python here has ${wants}`);
  });
}

/** Results in `command` if it is there; skipped where it is not. */
export function command(name: string): Promise<string> {
  return memo(name, async () => {
    if (await installed(name, "--version")) return name;
    throw new Skipped(`there is no ${name} here`);
  });
}

/** Removes what was built. */
export async function removeBuilt(): Promise<void> {
  if (folder !== undefined) await Deno.remove(folder, { recursive: true });
  folder = undefined;
  built.clear();
}

function once(source: string, build: (target: string) => Promise<void>): Promise<string> {
  return memo(source, async () => {
    folder ??= Deno.makeTempDirSync({ prefix: "bluelet-bench-" });
    const target = `${folder}/${source.replaceAll(/\W/g, "_")}`;
    await build(target);
    return target;
  });
}

function memo(key: string, make: () => Promise<string>): Promise<string> {
  let value = built.get(key);
  if (value === undefined) {
    value = make();
    built.set(key, value);
  }
  return value;
}
