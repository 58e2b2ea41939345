/**
 * Import circles. There are none among values. Those that exist for types only stay inside core, where event,
 * thread and scheduler speak of one another.
 *
 * @module
 */

import type { Breach } from "./breach.ts";
import type { House, Import } from "./house.ts";

/** Of each set of files that can all reach one another, the shortest circle. */
export function checkCircles(house: House): Breach[] {
  const graph = new Map<string, readonly Import[]>(house.files.map((file) => [file.path, file.imports]));
  const values: Graph = (path) => (graph.get(path) ?? []).filter((each) => !each.typeOnly);
  const all: Graph = (path) => graph.get(path) ?? [];
  const files = [...graph.keys()];

  const ofValues = knots(files, values);
  const breaches = ofValues.map((knot) => breachOf(shortestCircle(knot, knot, values), "import circle"));
  for (const knot of knots(files, all)) {
    const outside = knot.filter((path) => !path.startsWith("src/core/"));
    if (outside.length === 0 || ofValues.some((other) => other.some((path) => knot.includes(path)))) continue;
    breaches.push(breachOf(shortestCircle(knot, outside, all), "import circle, counting types"));
  }
  return breaches;
}

type Graph = (path: string) => readonly Import[];

/** One step of a circle: the file, and the line of its import of the next one. */
interface Step {
  path: string;
  line: number;
}

function breachOf(circle: Step[], what: string): Breach {
  const first = circle[0]!;
  const way = [...circle, first].map(({ path }) => path).join(" -> ");
  return { kind: "circle", path: first.path, line: first.line, message: `${what}: ${way}` };
}

/** The sets of files that can all reach one another (Tarjan's algorithm). */
function knots(files: string[], graph: Graph): string[][] {
  const found: string[][] = [];
  const index = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (file: string) => {
    index.set(file, index.size);
    lowest.set(file, index.get(file)!);
    open.push(file);
    for (const { to } of graph(file)) {
      if (!index.has(to)) visit(to);
      if (open.includes(to)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(to)!));
    }
    if (lowest.get(file) !== index.get(file)) return;
    const knot = open.splice(open.indexOf(file));
    if (knot.length > 1 || graph(file).some(({ to }) => to === file)) found.push(knot.sort());
  };
  for (const file of files) if (!index.has(file)) visit(file);
  return found;
}

/** The shortest circle through the files of `knot` that starts at one of `starts`. */
function shortestCircle(knot: string[], starts: string[], graph: Graph): Step[] {
  const circles = starts.map((start) => circleFrom(start, knot, graph));
  return circles.reduce((best, circle) => circle.length < best.length ? circle : best);
}

/** The shortest way from `start` back to it. In a knot there always is one. */
function circleFrom(start: string, knot: string[], graph: Graph): Step[] {
  const seen = new Set<string>();
  let ways: { end: string; steps: Step[] }[] = [{ end: start, steps: [] }];
  for (;;) {
    const longer: typeof ways = [];
    for (const { end, steps } of ways) {
      for (const { to, line } of graph(end)) {
        if (to === start) return [...steps, { path: end, line }];
        if (!knot.includes(to) || seen.has(to)) continue;
        seen.add(to);
        longer.push({ end: to, steps: [...steps, { path: end, line }] });
      }
    }
    ways = longer;
  }
}
