/**
 * What the code of a room may not name: the runtime, the clock, particular events in the kernel, a thread where
 * an event gets a `Wait`.
 *
 * @module
 */

import type { Breach, BreachKind } from "./breach.ts";
import type { Fact, House, SourceFile } from "./house.ts";
import { isKernel } from "./rooms.ts";
import { CLOCK_NAMES } from "./syntax_reader.ts";

/** The names that are out of place. */
export function checkNames(house: House): Breach[] {
  return house.files.flatMap((file) => {
    // A name that is repeated on one line is one breach.
    const breaches = new Map<string, Breach>();
    for (const fact of file.facts) {
      const fault = faultOf(fact, file);
      if (!fault) continue;
      const [kind, message] = fault;
      breaches.set(`${fact.line} ${message}`, { kind, path: file.path, line: fact.line, message });
    }
    return [...breaches.values()];
  });
}

function faultOf({ kind, value }: Fact, { path, room }: SourceFile): [BreachKind, string] | undefined {
  switch (kind) {
    case "uses":
    case "mentions":
      if (!room) return undefined;
      if (value === "Deno" && !room.says.includes("Deno")) {
        return ["name", `${room.name} may not name Deno (only src/deno may)`];
      }
      // A type, and `instanceof Date`, tell no time.
      if (kind === "uses" && CLOCK_NAMES.includes(value) && !room.says.includes("clock")) {
        return ["name", `${room.name} may not name ${value} (ask the host)`];
      }
      return undefined;
    case "instanceof":
      if (!isKernel(path) || !/Event$/.test(value) || value === "Event") return undefined;
      return ["wing", `the kernel asks for instanceof ${value}: it knows no particular event`];
    case "takes a thread":
      return ["event", `${value}() takes a Thread: an event gets a Wait`];
    case "comment":
      if (!/deno-lint-ignore[^\n]*\bwalls\//.test(value)) return undefined;
      return ["name", "hides the next line from the walls"];
    default:
      return undefined;
  }
}
