/**
 * Draws a run as an SVG: one panel a measure, one bar a contender, the spread as a thin line on it.
 *
 * Contenders that are more than twenty times apart are drawn on a logarithmic scale that begins a little below
 * the smallest, and the panel says so. The colours follow the reader's scheme, light or dark.
 *
 * @module
 */

import { lessIsBetter } from "./measure.ts";
import { median, type Result } from "./rounds.ts";
import type { SavedMeasure, SavedRun } from "./saved.ts";
import { format } from "./table.ts";

const WIDTH = 960;
const GAP = 24;
const PANEL = (WIDTH - 3 * GAP) / 2;
const LABEL = 170;
const FIGURE = 62;
const BAR = 16;
const TOP = 64;
const HEAD = 34;
const APART = 32; // from 1/1.6 of the smallest

const STYLE = `
  text { font: 12px system-ui, sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 13px }
  .page { font-weight: 600; font-size: 18px }
  .quiet { fill: #59636e; font-size: 11px }
  .ours { fill: #0969da } .peer { fill: #afb8c1 } .spread { stroke: #1f2328; stroke-opacity: .55 }
  .paper { fill: #ffffff }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .paper { fill: #0d1117 }
    .ours { fill: #4493f8 } .peer { fill: #4a525c } .spread { stroke: #e6edf3 }
  }`;

/** The whole run as one picture. */
export function drawChart(run: SavedRun): string {
  const columns = [TOP, TOP];
  const panels = run.measures.map((measure) => {
    const shown = measure.results.filter(({ samples }) => samples.length > 0);
    const column = (columns[0] ?? 0) <= (columns[1] ?? 0) ? 0 : 1;
    const top = columns[column] ?? TOP;
    columns[column] = top + HEAD + shown.length * BAR + GAP;
    return panel(measure, shown, GAP + column * (PANEL + GAP), top);
  });
  const height = Math.max(...columns);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}">`,
    `<style>${STYLE}\n</style>`,
    `<rect class="paper" width="${WIDTH}" height="${height}"/>`,
    text(GAP, 30, "What things cost, side by side in one run", "page"),
    text(GAP, 48, `${run.machine}; ${run.when.slice(0, 10)}; medians, min to max`, "quiet"),
    ...panels,
    "</svg>\n",
  ].join("\n");
}

function panel(measure: SavedMeasure, shown: readonly Result[], left: number, top: number): string {
  const figures = shown.flatMap(({ samples }) => samples).filter((figure) => figure > 0);
  const [low, high] = [Math.min(...figures) / 1.6, Math.max(...figures)];
  const logarithmic = high / low > APART;
  const share = (figure: number) =>
    logarithmic ? Math.log(Math.max(figure, low) / low) / Math.log(high / low) : figure / high;
  const x = (figure: number) => left + LABEL + (PANEL - LABEL - FIGURE) * share(figure);
  const better = lessIsBetter(measure) ? "less is better" : "more is better";
  const scale = logarithmic ? ", logarithmic" : "";
  const lines = [
    text(left, top + 12, measure.title, "title"),
    text(left, top + 27, `${measure.unit}, ${better}${scale}`, "quiet"),
  ];
  shown.forEach(({ contender, samples }, index) => {
    const middle = top + HEAD + index * BAR + BAR / 2;
    const figure = median(samples);
    const [from, to, end] = [x(Math.min(...samples)), x(Math.max(...samples)), x(figure)];
    const kind = contender.startsWith("Bluelet") ? "ours" : "peer";
    lines.push(
      text(left, middle + 4, contender),
      rectangle(left + LABEL, middle - BAR / 2 + 2, end - left - LABEL, BAR - 4, kind),
      `<path class="spread" d="M${round(from)} ${middle}H${round(to)}"/>`,
      text(Math.max(end, to) + 5, middle + 4, format(figure), "quiet"),
    );
  });
  return lines.join("\n");
}

function text(x: number, y: number, content: string, kind?: string): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${round(x)}" y="${round(y)}"${
    kind === undefined ? "" : ` class="${kind}"`
  }>${escaped}</text>`;
}

function rectangle(x: number, y: number, width: number, height: number, kind: string): string {
  const [left, top, wide] = [x, y, Math.max(width, 1)].map(round);
  return `<rect class="${kind}" x="${left}" y="${top}" width="${wide}" height="${height}" rx="2"/>`;
}

function round(number: number): number {
  return Math.round(number * 10) / 10;
}
