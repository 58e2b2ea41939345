/**
 * Which room imports which, and by which door; and that the kernel does not look into the wing of events.
 *
 * @module
 */

import type { Breach, BreachKind } from "./breach.ts";
import type { House, Import, SourceFile } from "./house.ts";
import {
  doorsBetween,
  doorsOf,
  isEntryFile,
  isInEvents,
  isKernel,
  type Room,
  roomOf,
  ROOMS,
} from "./rooms.ts";

/** The imports that the plan of the rooms does not allow. */
export function checkArrows(house: House): Breach[] {
  const known = new Set(house.files.map((file) => file.path));
  const breaches: Breach[] = [];
  for (const file of house.files) {
    if (!file.room) {
      const names = ROOMS.filter((room) => !isEntryFile(room)).map((room) => room.name).join(", ");
      breaches.push({ kind: "arrow", path: file.path, line: 1, message: `is in no room (${names})` });
      continue;
    }
    for (const each of file.imports) {
      const fault = faultOf(file, file.room, each, known);
      if (fault) breaches.push({ kind: fault[0], path: file.path, line: each.line, message: fault[1] });
    }
  }
  return breaches;
}

/** What is wrong with one import of a file in the room `from`; undefined if nothing is. */
function faultOf(
  file: SourceFile,
  from: Room,
  { to }: Import,
  known: Set<string>,
): [BreachKind, string] | undefined {
  if (to.startsWith("node:")) {
    const says = from.says.includes("node:");
    return says
      ? undefined
      : ["name", `${from.name} may not name ${to} (only src/node and src/node_shared may)`];
  }
  const toRoom = roomOf(to);
  if (!toRoom) return ["arrow", `imports ${to}, which is not the library's`];
  if (!known.has(to)) return ["arrow", `imports ${to}, which does not exist`];
  if (isEntryFile(toRoom)) return ["arrow", `imports ${to}, which nothing in the library may`];
  return from === toRoom ? faultWithin(file.path, from, to) : faultBetween(from, toRoom, to);
}

function faultWithin(path: string, room: Room, to: string): [BreachKind, string] | undefined {
  if (doorsOf(room).includes(to)) {
    return ["door", `goes out by ${to} to come in again: import the file itself`];
  }
  if (isKernel(path) && isInEvents(to)) {
    return ["wing", `the kernel may not import ${to}: it knows no particular event`];
  }
  return undefined;
}

function faultBetween(from: Room, to: Room, path: string): [BreachKind, string] | undefined {
  const doors = doorsBetween(from, to);
  if (doors.includes(path)) return undefined;
  if (doors.length > 0) {
    return ["door", `${from.name} may enter ${to.name} by ${doors.join(" or ")} only, not ${path}`];
  }
  return ["arrow", `${from.name} may not import ${path} (only from ${from.imports.join(", ") || "itself"})`];
}
