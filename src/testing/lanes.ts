/**
 * A history laid out for drawing: which thread has which lane, where each moment is, what each thread did from
 * when to when, and which message went from where to where.
 *
 * @module
 */

import type { HistoryEntry } from "./entry.ts";

/** One thread's row. */
export interface Lane {
  readonly host: string;
  readonly name: string;
  /** What it did, one after another. */
  readonly spans: Span[];
  /** How it ended, and where; `null` if it had not. */
  end: { state: string; x: number; text: string } | null;
}

/** What a thread did for a while. */
export interface Span {
  readonly from: number;
  to: number;
  /** A class of what it waited for, which is its colour. */
  readonly look: "ready" | "sleep" | "network" | "other";
  readonly text: string;
  readonly time: number;
}

/** A message on its way. */
export interface Arrow {
  readonly x1: number;
  readonly lane1: number;
  readonly x2: number;
  readonly lane2: number;
  readonly text: string;
}

/** Something that concerns all lanes. */
export interface Mark {
  readonly x: number;
  readonly kind: "fault" | "note" | "failure";
  readonly text: string;
  readonly time: number;
}

/** Everything that is to be drawn. */
export interface Layout {
  readonly lanes: readonly Lane[];
  readonly arrows: readonly Arrow[];
  readonly marks: readonly Mark[];
  /** Times, and where they are. */
  readonly ticks: readonly { x: number; time: number }[];
  readonly width: number;
}

/** Pixels between two things that happen at once, and at most between two that do not. */
const STEP = 4, MOST = 90;

/** Lays out `entries`. Time is not drawn to scale: an hour in which nothing happens is a finger wide. */
export function layOut(entries: readonly HistoryEntry[]): Layout {
  const lanes: Lane[] = [];
  const indexes = new Map<string, number>();
  const marks: Mark[] = [];
  const ticks: { x: number; time: number }[] = [];
  const xs = positions(entries);
  for (const { host, thread, kind, text } of order(entries)) {
    const key = `${host}#${thread}`;
    if (indexes.has(key)) continue;
    indexes.set(key, lanes.length);
    lanes.push({ host, name: `${kind === "start" ? text : "thread"} #${thread}`, spans: [], end: null });
  }
  const laneOf = (host: string, thread: number) => indexes.get(`${host}#${thread}`);
  entries.forEach((entry, i) => {
    const x = xs[i]!;
    const tick = ticks.at(-1);
    if (tick === undefined || x - tick.x >= 75) ticks.push({ x, time: entry.time });
    if (entry.kind === "fault" || entry.kind === "note" || entry.kind === "failure") {
      marks.push({ x, kind: entry.kind, text: entry.text, time: entry.time });
    }
    const lane = lanes[laneOf(entry.host, entry.thread) ?? -1];
    if (lane !== undefined) draw(lane, entry, x);
  });
  const width = (xs.at(-1) ?? 0) + STEP;
  for (const lane of lanes) {
    const last = lane.spans.at(-1);
    if (last !== undefined && lane.end === null) last.to = width;
  }
  return { lanes, arrows: arrows(entries, xs, laneOf), marks, ticks, width };
}

/** The entries of threads, host by host. */
function order(entries: readonly HistoryEntry[]): HistoryEntry[] {
  const hosts = [...new Set(entries.map(({ host }) => host))];
  return entries.filter(({ thread }) => thread > 0)
    .sort((a, b) => hosts.indexOf(a.host) - hosts.indexOf(b.host) || a.thread - b.thread);
}

function positions(entries: readonly HistoryEntry[]): number[] {
  let x = STEP, before = entries[0]?.time ?? 0;
  return entries.map(({ time }) => {
    const passed = time - before;
    before = time;
    return x += passed <= 0 ? STEP : Math.min(MOST, STEP + 6 * Math.log2(1 + passed * 2_000));
  });
}

function draw(lane: Lane, { kind, text, state, time }: HistoryEntry, x: number): void {
  const last = lane.spans.at(-1);
  if (last !== undefined && lane.end === null) last.to = x;
  if (kind === "end") lane.end = { state, x, text };
  else if (kind === "start" || kind === "yield") {
    // A host that was restarted counts its threads anew: the lane has a second life.
    lane.end = null;
    const look = kind === "start" || state !== "waiting" ? "ready" : lookOf(text);
    lane.spans.push({ from: x, to: x, look, text: kind === "start" ? `${text} starts` : text, time });
  }
}

function lookOf(text: string): Span["look"] {
  if (/ s of sleep$/.test(text)) return "sleep";
  return /connection|bytes|line|socket|accept|stream|send|recv|listen/i.test(text) ? "network" : "other";
}

function arrows(
  entries: readonly HistoryEntry[],
  xs: readonly number[],
  laneOf: (host: string, thread: number) => number | undefined,
): Arrow[] {
  const sent = new Map<number, number>();
  const drawn: Arrow[] = [];
  entries.forEach((entry, i) => {
    if (entry.message === 0) return;
    if (entry.kind !== "deliver") {
      sent.set(entry.message, i);
      return;
    }
    const from = sent.get(entry.message);
    if (from === undefined) return;
    const lane1 = laneNear(entries, from, -1, laneOf), lane2 = laneNear(entries, i, 1, laneOf);
    if (lane1 === undefined || lane2 === undefined) return;
    const took = (entry.time - entries[from]!.time) * 1_000;
    const text = `${entries[from]!.text}, ${took.toFixed(3)} ms on its way`;
    drawn.push({ x1: xs[from]!, lane1, x2: xs[i]!, lane2, text });
  });
  return drawn;
}

/** The lane of the thread that sent, or got, what the entry at `index` tells of. */
function laneNear(
  entries: readonly HistoryEntry[],
  index: number,
  direction: 1 | -1,
  laneOf: (host: string, thread: number) => number | undefined,
): number | undefined {
  const { host } = entries[index]!;
  // The network acts on a thread's behalf a few entries before or after the thread itself.
  for (let i = index; i >= 0 && i < entries.length && Math.abs(i - index) < 50; i += direction) {
    const entry = entries[i]!;
    if (entry.host === host && entry.thread > 0) return laneOf(host, entry.thread);
  }
  return laneOf(host, 1);
}
