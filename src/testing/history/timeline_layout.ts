/**
 * A history laid out for drawing: which thread has which lane, where each moment is, what each thread did from
 * when to when, and which message went from where to where.
 *
 * @module
 */

import type { HistoryEntry } from "./history_entry.ts";

/** One row. Threads of a host that follow one another share one. */
export interface Lane {
  readonly host: string;
  readonly threads: readonly Life[];
}

/** One thread. */
export interface Life {
  readonly name: string;
  readonly from: number;
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
const STEP = 1.5, MOST = 60;
/** Pixels that a letter of a thread's name takes. */
const LETTER = 5.2;

/** The names of all threads, by host and id, in the order in which they started. */
export function namesOf(entries: readonly HistoryEntry[]): Map<string, string> {
  const starts = entries.filter(({ kind }) => kind === "start");
  return new Map(starts.map(({ host, thread, text }) => [`${host}#${thread}`, text]));
}

/** Lays out `entries`, of threads that have these names. Time is not drawn to scale: an hour in which nothing happens is a finger wide. */
export function layOut(entries: readonly HistoryEntry[], names: ReadonlyMap<string, string>): Layout {
  const xs = positions(entries);
  const width = (xs.at(-1) ?? 0) + STEP;
  const { lanes, laneAt } = pack(livesOf(entries, xs, names), width);
  const marks: Mark[] = [];
  const ticks: { x: number; time: number }[] = [];
  entries.forEach(({ kind, text, time }, i) => {
    const x = xs[i]!;
    const tick = ticks.at(-1);
    if (tick === undefined || x - tick.x >= 75) ticks.push({ x, time });
    if (kind === "fault" || kind === "note" || kind === "failure") marks.push({ x, kind, text, time });
  });
  const laneOf = (host: string, thread: number, x: number) => laneAt(`${host}#${thread}`, x);
  return { lanes, arrows: arrows(entries, xs, laneOf), marks, ticks, width };
}

/** Every thread's life, by host and id. A host that was restarted counts its threads anew: they have several. */
function livesOf(
  entries: readonly HistoryEntry[],
  xs: readonly number[],
  names: ReadonlyMap<string, string>,
): Map<string, Life[]> {
  // So that hosts stand in the same order, whatever part of the history is shown.
  const lives = new Map<string, Life[]>([...names.keys()].map((key) => [key, []]));
  entries.forEach((entry, i) => {
    const { host, thread, kind, text } = entry;
    if (thread === 0) return;
    const x = xs[i]!;
    const key = `${host}#${thread}`;
    let own = lives.get(key);
    if (own === undefined) lives.set(key, own = []);
    if (own.length === 0 || kind === "start") {
      const name = kind === "start" ? text : names.get(key) ?? "";
      own.push({ name: `${name} #${thread}`, from: x, spans: [], end: null });
    }
    draw(own.at(-1)!, entry, x);
  });
  return lives;
}

/** Puts lives into lanes, host by host, the earliest first. */
function pack(lives: ReadonlyMap<string, readonly Life[]>, width: number) {
  const byHost = new Map<string, { key: string; life: Life }[]>();
  for (const [key, own] of lives) {
    const host = key.slice(0, key.lastIndexOf("#"));
    if (!byHost.has(host)) byHost.set(host, []);
    for (const life of own) byHost.get(host)!.push({ key, life });
  }
  const lanes: { host: string; threads: Life[]; free: number }[] = [];
  const places = new Map<string, { life: Life; lane: number }[]>();
  for (const [host, all] of byHost) {
    for (const { key, life } of all.sort((a, b) => a.life.from - b.life.from)) {
      const end = life.end?.x ?? width;
      const last = life.spans.at(-1);
      if (last !== undefined) last.to = end;
      let index = lanes.findIndex((lane) => lane.host === host && lane.free < life.from);
      if (index < 0) index = lanes.push({ host, threads: [], free: 0 }) - 1;
      const lane = lanes[index]!;
      lane.threads.push(life);
      lane.free = life.end === null
        ? Infinity
        : Math.max(end + 12, life.from + LETTER * life.name.length + 8);
      if (!places.has(key)) places.set(key, []);
      places.get(key)!.push({ life, lane: index });
    }
  }
  const laneAt = (key: string, x: number): number | undefined => {
    const own = places.get(key);
    return (own?.findLast(({ life }) => life.from <= x) ?? own?.[0])?.lane;
  };
  return { lanes, laneAt };
}

function positions(entries: readonly HistoryEntry[]): number[] {
  let x = STEP, before = entries[0]?.time ?? 0;
  return entries.map(({ time }) => {
    const passed = time - before;
    before = time;
    return x += passed <= 0 ? STEP : Math.min(MOST, STEP + 3 * Math.log2(1 + passed * 5_000));
  });
}

function draw(life: Life, { kind, text, state, time }: HistoryEntry, x: number): void {
  const last = life.spans.at(-1);
  if (last !== undefined && life.end === null) last.to = x;
  if (kind === "end") life.end = { state, x, text };
  else if (kind === "start" || kind === "yield") {
    const look = kind === "start" || state !== "waiting" ? "ready" : lookOf(text);
    life.spans.push({ from: x, to: x, look, text: kind === "start" ? `${text} starts` : text, time });
  }
}

function lookOf(text: string): Span["look"] {
  if (/ s of sleep$/.test(text)) return "sleep";
  return /connection|bytes|line|socket|accept|stream|send|recv|listen/i.test(text) ? "network" : "other";
}

/** The lane of a thread at a place. */
type LaneOf = (host: string, thread: number, x: number) => number | undefined;

function arrows(
  entries: readonly HistoryEntry[],
  xs: readonly number[],
  laneOf: LaneOf,
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
    const lane1 = laneNear(entries, xs, from, -1, laneOf), lane2 = laneNear(entries, xs, i, 1, laneOf);
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
  xs: readonly number[],
  index: number,
  direction: 1 | -1,
  laneOf: LaneOf,
): number | undefined {
  const { host } = entries[index]!;
  // The network acts on a thread's behalf a few entries before or after the thread itself.
  for (let i = index; i >= 0 && i < entries.length && Math.abs(i - index) < 50; i += direction) {
    const entry = entries[i]!;
    if (entry.host === host && entry.thread > 0) return laneOf(host, entry.thread, xs[i]!);
  }
  return laneOf(host, 1, xs[index]!);
}
