/**
 * Draws the house as it stands: its rooms in layers from top to bottom, each with the rooms that it imports.
 *
 * @module
 */

import type { House, SourceFile } from "./house.ts";
import { doorsBetween, isEntryFile, type Room, roomOf, ROOMS } from "./rooms.ts";

/** One line a room; an arrow that the plan does not have is marked with `!`. */
export function drawMap(house: House): string {
  const rooms = ROOMS.filter((room) => filesOf(house, room).length > 0);
  const arrows = new Map(rooms.map((room) => [room, arrowsOf(house, room)]));
  const width = (texts: string[]) => Math.max(0, ...texts.map((text) => text.length));
  const layerWidth = width(rooms.map((room) => room.layer));
  const nameWidth = width(rooms.map((room) => room.name));
  const arrowWidth = width([...arrows.values()]);
  const lines: string[] = [];
  let layer = "";
  for (const room of rooms) {
    if (lines.length > 0 && room.layer !== layer) lines.push("");
    const label = room.layer === layer ? "" : room.layer;
    layer = room.layer;
    lines.push(
      `${label.padEnd(layerWidth)}  ${room.name.padEnd(nameWidth)} ${
        arrows.get(room)!.padEnd(arrowWidth)
      }   ` +
        sizeOf(filesOf(house, room)),
    );
  }
  return lines.join("\n");
}

function filesOf(house: House, room: Room): SourceFile[] {
  return house.files.filter((file) => file.room === room);
}

/** `-> sync 3  core 12`: the rooms in the plan's order, each with the number of imports. */
function arrowsOf(house: House, room: Room): string {
  const counts = new Map<Room, number>();
  for (const { to } of filesOf(house, room).flatMap((file) => file.imports)) {
    const target = roomOf(to);
    if (target && target !== room) counts.set(target, (counts.get(target) ?? 0) + 1);
  }
  const arrows = ROOMS.filter((target) => counts.has(target)).map((target) => {
    const planned = !isEntryFile(target) && doorsBetween(room, target).length > 0;
    return `${target.name} ${counts.get(target)}${planned ? "" : "!"}`;
  });
  return arrows.length > 0 ? `-> ${arrows.join("  ")}` : "";
}

function sizeOf(files: SourceFile[]): string {
  const lines = files.reduce((sum, file) => sum + file.text.split("\n").length - 1, 0);
  const number = (count: number, what: string) =>
    `${count.toLocaleString("en")} ${what}${count === 1 ? "" : "s"}`;
  return `(${number(files.length, "file")}, ${number(lines, "line")})`;
}
