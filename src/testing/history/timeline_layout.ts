/**
 * The layout of a timeline: which lane each thread has, where each moment is, what each thread did from when to when,
 * and from where to where each message went.
 *
 * @module
 */

import type { HistoryEntry } from "./history_entry.ts";

/** One row. Threads of one host share it if they ran one after another. */
export interface Lane {
  readonly host: string;
  readonly threads: readonly ThreadTrack[];
}

/** One thread, from its start to its end. */
export interface ThreadTrack {
  readonly name: string;
  readonly from: number;
  /** What it did, in order. */
  readonly spans: Span[];
  /** How it ended, and where; `null` if it did not end. */
  end: { state: string; x: number; text: string } | null;
}

/** What a thread did from one place to another. */
export interface Span {
  readonly from: number;
  to: number;
  /** The kind of thing that it waited for, which decides the colour. */
  readonly look: "ready" | "sleep" | "network" | "other";
  readonly text: string;
  readonly time: number;
}

/** A message, from where it was sent to where it arrived. */
export interface Arrow {
  readonly x1: number;
  readonly lane1: number;
  readonly x2: number;
  readonly lane2: number;
  readonly text: string;
}

/** Something that concerns every lane. */
export interface Mark {
  readonly x: number;
  readonly kind: "fault" | "note" | "failure";
  readonly text: string;
  readonly time: number;
}

/** Everything that a picture shows. */
export interface Layout {
  readonly lanes: readonly Lane[];
  readonly arrows: readonly Arrow[];
  readonly marks: readonly Mark[];
  /** The times along the upper edge, and where they are. */
  readonly ticks: readonly { x: number; time: number }[];
  readonly width: number;
}

/** Pixels between two things that happen at the same time, and the most between any two. */
const STEP = 1.5, MOST = 60;
/** The width of a letter of a thread's name, in pixels. */
const LETTER = 5.2;

/** The names of all threads, by host and id, in the order in which they started. */
export function namesOf(entries: readonly HistoryEntry[]): Map<string, string> {
  const starts = entries.filter(({ kind }) => kind === "start");
  return new Map(starts.map(({ host, thread, text }) => [`${host}#${thread}`, text]));
}

/** Lays out `entries`, of threads with these names. Time is not to scale: an idle hour takes little room. */
export function layOut(entries: readonly HistoryEntry[], names: ReadonlyMap<string, string>): Layout {
  const xs = positions(entries);
  const width = (xs.at(-1) ?? 0) + STEP;
  const { lanes, laneAt } = assignLanes(tracksOf(entries, xs, names), width);
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

/**
 * The tracks of all threads, by host and id. After a restart, a host gives the same ids again, so that there can be
 * several tracks for one.
 */
function tracksOf(
  entries: readonly HistoryEntry[],
  xs: readonly number[],
  names: ReadonlyMap<string, string>,
): Map<string, ThreadTrack[]> {
  // With all threads from the beginning, so that hosts keep their order whatever part of the history is shown.
  const tracks = new Map<string, ThreadTrack[]>([...names.keys()].map((key) => [key, []]));
  entries.forEach((entry, i) => {
    const { host, thread, kind, text } = entry;
    if (thread === 0) return;
    const x = xs[i]!;
    const key = `${host}#${thread}`;
    let own = tracks.get(key);
    if (own === undefined) tracks.set(key, own = []);
    if (own.length === 0 || kind === "start") {
      const name = kind === "start" ? text : names.get(key) ?? "";
      own.push({ name: `${name} #${thread}`, from: x, spans: [], end: null });
    }
    extend(own.at(-1)!, entry, x);
  });
  return tracks;
}

/** Gives each track a lane, host by host, the earliest track first. */
function assignLanes(tracks: ReadonlyMap<string, readonly ThreadTrack[]>, width: number) {
  const byHost = new Map<string, { key: string; track: ThreadTrack }[]>();
  for (const [key, own] of tracks) {
    const host = key.slice(0, key.lastIndexOf("#"));
    if (!byHost.has(host)) byHost.set(host, []);
    for (const track of own) byHost.get(host)!.push({ key, track });
  }
  const lanes: { host: string; threads: ThreadTrack[]; free: number }[] = [];
  const places = new Map<string, { track: ThreadTrack; lane: number }[]>();
  for (const [host, all] of byHost) {
    for (const { key, track } of all.sort((a, b) => a.track.from - b.track.from)) {
      const end = track.end?.x ?? width;
      const last = track.spans.at(-1);
      if (last !== undefined) last.to = end;
      let index = lanes.findIndex((lane) => lane.host === host && lane.free < track.from);
      if (index < 0) index = lanes.push({ host, threads: [], free: 0 }) - 1;
      const lane = lanes[index]!;
      lane.threads.push(track);
      lane.free = track.end === null
        ? Infinity
        : Math.max(end + 12, track.from + LETTER * track.name.length + 8);
      if (!places.has(key)) places.set(key, []);
      places.get(key)!.push({ track, lane: index });
    }
  }
  const laneAt = (key: string, x: number): number | undefined => {
    const own = places.get(key);
    return (own?.findLast(({ track }) => track.from <= x) ?? own?.[0])?.lane;
  };
  return { lanes, laneAt };
}

/** Where each entry is, from left to right. */
function positions(entries: readonly HistoryEntry[]): number[] {
  let x = STEP, before = entries[0]?.time ?? 0;
  return entries.map(({ time }) => {
    const passed = time - before;
    before = time;
    return x += passed <= 0 ? STEP : Math.min(MOST, STEP + 3 * Math.log2(1 + passed * 5_000));
  });
}

/** Adds what an entry says to the track of its thread. */
function extend(track: ThreadTrack, { kind, text, state, time }: HistoryEntry, x: number): void {
  const last = track.spans.at(-1);
  if (last !== undefined && track.end === null) last.to = x;
  if (kind === "end") track.end = { state, x, text };
  else if (kind === "start" || kind === "yield") {
    const look = kind === "start" || state !== "waiting" ? "ready" : lookOf(text);
    track.spans.push({ from: x, to: x, look, text: kind === "start" ? `${text} starts` : text, time });
  }
}

function lookOf(text: string): Span["look"] {
  if (/ s of sleep$/.test(text)) return "sleep";
  return /connection|bytes|line|socket|accept|stream|send|recv|listen/i.test(text) ? "network" : "other";
}

/** The lane of a thread at a place. */
type LaneOf = (host: string, thread: number, x: number) => number | undefined;

/** The messages that were sent and delivered among these entries. */
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

/** The lane of the thread that sent or received the message of the entry at `index`. */
function laneNear(
  entries: readonly HistoryEntry[],
  xs: readonly number[],
  index: number,
  direction: 1 | -1,
  laneOf: LaneOf,
): number | undefined {
  const { host } = entries[index]!;
  // The entries of the network are a few before or after those of the thread that it serves.
  for (let i = index; i >= 0 && i < entries.length && Math.abs(i - index) < 50; i += direction) {
    const entry = entries[i]!;
    if (entry.host === host && entry.thread > 0) return laneOf(host, entry.thread, xs[i]!);
  }
  return laneOf(host, 1, xs[index]!);
}
