/**
 * The timeline: a history as a picture in SVG. Each lane is a thread, each arrow a message, and the colour shows what
 * the thread does.
 *
 * @module
 */

import type { HistoryEntry } from "./history_entry.ts";
import { type Lane, layOut, type Mark, namesOf } from "./timeline_layout.ts";

/** How many entries a picture shows at most: the last ones, where the failure is. */
const SHOWN = 3_000;

/** In pixels: the space left of the lanes and above, the heights of a lane and of its bar, the gap between hosts. */
const LEFT = 110, TOP = 130, ROW = 30, BAR = 10, GAP = 14;

const STYLE = `
  .paper { fill: #fbfaf7; } svg { font: 11px ui-sans-serif, system-ui, sans-serif; }
  text { fill: #33373d; } .title { font-size: 15px; font-weight: 600; } .dim { fill: #868c95; }
  .name { font-size: 9px; } .host { font-weight: 600; font-size: 12px; } .band { fill: #f1efe8; } .grid { stroke: #e4e1d8; }
  .ready { fill: #58b368; } .sleep { fill: #c9d3e0; } .network { fill: #5b8fd9; } .other { fill: #e3b04b; }
  .arrow { stroke: #5b6470; stroke-width: 1; fill: none; opacity: .55; } .tip { fill: #5b6470; }
  .arrow:hover { stroke-width: 2.5; opacity: 1; } .fault { stroke: #d1495b; stroke-dasharray: 4 3; }
  .failure { stroke: #d1495b; stroke-width: 2.5; } .note { stroke: #8d6cab; stroke-dasharray: 1 3; }
  .fault-text, .failure-text { fill: #d1495b; font-weight: 600; } .note-text { fill: #8d6cab; }
  .done { fill: #868c95; } .failed, .killed { fill: #d1495b; }
  @media (prefers-color-scheme: dark) {
    .paper { fill: #1d2025; } text { fill: #dfe2e7; } .band { fill: #262a31; } .grid { stroke: #343942; }
    .sleep { fill: #4a5361; } .arrow { stroke: #aab2bf; } .tip { fill: #aab2bf; } .dim { fill: #868c95; }
  }`;

/** Draws what happened since the virtual second `from`. */
export function timelineOf(entries: readonly HistoryEntry[], title = "History", from = 0): string {
  const shown = entries.filter(({ time }) => time >= from).slice(-SHOWN);
  const { lanes, arrows, marks, ticks, width } = layOut(shown, namesOf(entries));
  const tops = rows(lanes);
  const bottom = (tops.at(-1) ?? TOP) + ROW + GAP;
  const y = (lane: number) => tops[lane]! + ROW / 2 + BAR / 2;
  const parts: string[] = [];
  const total = LEFT + width + 260;
  parts.push(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${round(total)}" height="${bottom + 16}" ` +
      `viewBox="0 0 ${round(total)} ${bottom + 16}" role="img">`,
    `<title>${escape(title)}</title><style>${STYLE}</style>`,
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="6" markerHeight="6" ` +
      `orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>`,
    `<rect class="paper" width="100%" height="100%"/>`,
    `<text class="title" x="14" y="24">${escape(title)}</text>`,
    legend(),
  );
  for (const { x, time } of ticks) {
    parts.push(
      `<line class="grid" x1="${at(x)}" x2="${at(x)}" y1="${TOP - 4}" y2="${bottom}"/>`,
      `<text class="dim" x="${at(x)}" y="${TOP - 8}" text-anchor="middle">${seconds(time)}</text>`,
    );
  }
  lanes.forEach((lane, i) =>
    parts.push(...row(lane, tops[i]!, i === 0 || lanes[i - 1]!.host !== lane.host, total))
  );
  for (const { x1, lane1, x2, lane2, text } of arrows) {
    const path = lane1 === lane2
      ? `M${at(x1)} ${y(lane1) - BAR / 2}q${round((x2 - x1) / 2)} -16 ${round(x2 - x1)} 0`
      : `M${at(x1)} ${y(lane1)}L${at(x2)} ${y(lane2) + (lane2 > lane1 ? -BAR / 2 : BAR / 2)}`;
    parts.push(
      `<path class="arrow" marker-end="url(#tip)" d="${path}"><title>${escape(text)}</title></path>`,
    );
  }
  parts.push(...markLines(marks, bottom), "</svg>");
  return parts.join("\n");
}

/** The top of each lane; there is a gap between hosts. */
function rows(lanes: readonly Lane[]): number[] {
  let top = TOP;
  return lanes.map((lane, i) => {
    if (i > 0) top += ROW + (lanes[i - 1]!.host === lane.host ? 0 : GAP);
    return top;
  });
}

/** One lane. The first of a host has the name of the host. */
function row(lane: Lane, top: number, isFirst: boolean, total: number): string[] {
  const middle = top + ROW / 2;
  const parts = [
    `<rect class="band" x="8" y="${top + 2}" width="${round(total - 16)}" height="${ROW - 4}" rx="4"/>`,
  ];
  if (isFirst) parts.push(`<text class="host" x="16" y="${middle + 4}">${escape(lane.host)}</text>`);
  for (const { name, from, spans, end } of lane.threads) {
    parts.push(`<text class="name" x="${at(from)}" y="${middle - 4}">${escape(name)}</text>`);
    for (const { from, to, look, text, time } of spans) {
      const says = look === "ready" ? text : `waits for ${text}`;
      parts.push(
        `<rect class="${look}" x="${at(from)}" y="${middle}" width="${round(Math.max(1.5, to - from))}" ` +
          `height="${BAR}" rx="1.5"><title>${seconds(time)}: ${escape(says)}</title></rect>`,
      );
    }
    if (end !== null) {
      parts.push(
        `<circle class="${end.state}" cx="${at(end.x)}" cy="${middle + BAR / 2}" r="4.5">` +
          `<title>${escape(name)} ${escape(end.text)}</title></circle>`,
      );
    }
  }
  return parts;
}

/** Faults and notes: each is a line through all lanes. Its text is above, in one of three rows that has room. */
function markLines(marks: readonly Mark[], bottom: number): string[] {
  const ends = [-Infinity, -Infinity, -Infinity];
  return marks.flatMap(({ x, kind, text, time }) => {
    const words = shorten(text, 60);
    const free = ends.findIndex((end) => end < x);
    const level = free < 0 ? ends.indexOf(Math.min(...ends)) : free;
    ends[level] = x + 6.3 * words.length + 10;
    const head = TOP - 40 - 13 * level;
    return [
      `<line class="${kind}" x1="${at(x)}" x2="${at(x)}" y1="${head + 2}" y2="${bottom}">` +
      `<title>${seconds(time)}: ${escape(text)}</title></line>`,
      `<text class="${kind}-text" x="${at(x + 3)}" y="${head + 10}">${escape(words)}</text>`,
    ];
  });
}

/** What each colour stands for. */
function legend(): string {
  const looks = [["ready", "ready or running"], ["sleep", "asleep"], ["network", "waits for the network"], [
    "other",
    "waits for a thread",
  ]];
  let x = 14;
  return looks.map(([look, text]) => {
    const part = `<rect class="${look}" x="${x}" y="33" width="10" height="10" rx="2"/>` +
      `<text class="dim" x="${x + 14}" y="42">${text}</text>`;
    x += 34 + 6 * text!.length;
    return part;
  }).join("");
}

/** Where a place of the layout is in the picture. */
function at(x: number): number {
  return round(LEFT + x);
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

function seconds(time: number): string {
  return time >= 100
    ? `${time.toFixed(1)} s`
    : time >= 1
    ? `${time.toFixed(3)} s`
    : `${(time * 1_000).toFixed(2)} ms`;
}

function shorten(text: string, most: number): string {
  return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function escape(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
