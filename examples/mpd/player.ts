/**
 * The queue, and the clock that plays it in silence: a thread that sleeps for as long as a song lasts.
 *
 * @module
 */

import { type Coroutine, current, Flag, moveOnAfter } from "../../mod.ts";
import type { Changes } from "./changes.ts";
import type { Song } from "./library.ts";
import { NUMBER } from "./limits.ts";

/** A song in the queue. One that is queued twice is two entries. */
export interface Entry {
  readonly id: number;
  readonly song: Song;
}

/** How the queue is gone through. */
export type Option = "repeat" | "random" | "single" | "consume";

/** Plays the queue. */
export class Player {
  state: "play" | "pause" | "stop" = "stop";
  readonly options: Record<Option, boolean> = { repeat: false, random: false, single: false, consume: false };
  readonly #changes: Changes;
  #queue: Entry[] = [];
  readonly #ids = new Map<number, Entry>();
  #lastId = 0;
  #version = 1;
  #volume = 100;
  #entry: Entry | undefined;
  /** Seconds into the song when the clock last started or stopped, and the time when it started. */
  #position = 0;
  #since = 0;
  /** Set when the player's thread has to look again at what it waits for. */
  readonly #turned = new Flag();

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  /** The thread that goes on to the next song when one is over. */
  *run(): Coroutine<never> {
    while (true) {
      this.#turned.clear();
      const turned = this.#turned.wait();
      if (this.state === "play") yield* moveOnAfter(this.duration - this.elapsed, turned);
      else yield* turned;
      if (this.state === "play" && this.elapsed >= this.duration) this.#over();
    }
  }

  /** What will be played, in order. */
  get queue(): readonly Entry[] {
    return this.#queue;
  }

  /** The entry that has this id. */
  withId(id: number): Entry | undefined {
    return this.#ids.get(id);
  }

  /** Counts the changes of the queue. */
  get version(): number {
    return this.#version;
  }

  /** The entry that is played, or paused, or that was last. */
  get entry(): Entry | undefined {
    return this.#entry;
  }

  /** Where in the queue that is. */
  get index(): number {
    return this.#entry === undefined ? -1 : this.#queue.indexOf(this.#entry);
  }

  /** Its length in seconds. */
  get duration(): number {
    return this.#entry?.song.duration ?? 0;
  }

  /** How many seconds of it were played. */
  get elapsed(): number {
    const running = this.state === "play" ? now() - this.#since : 0;
    return Math.min(this.duration, this.#position + running);
  }

  /** 0 to 100. */
  get volume(): number {
    return this.#volume;
  }

  set volume(volume: number) {
    this.#volume = Math.max(0, Math.min(100, volume));
    this.#changes.tell("mixer");
  }

  setOption(option: Option, on: boolean): void {
    this.options[option] = on;
    this.#changes.tell("options");
  }

  /** The entry that follows the one that is played, as far as that can be said. */
  get following(): Entry | undefined {
    const { repeat, random } = this.options;
    if (random) {
      const others = this.#queue.filter((entry) => entry !== this.#entry);
      return others[Math.floor(Math.random() * others.length)];
    }
    return this.#queue[this.index + 1] ?? (repeat ? this.#queue[0] : undefined);
  }

  /** Plays `entry` from its beginning; without one, goes on, or begins. */
  play(entry: Entry | undefined): void {
    if (entry === undefined && this.state === "pause") return this.pause(false);
    if (entry === undefined && this.state === "play") return;
    this.#start(entry ?? this.#entry ?? this.#queue[0]);
  }

  pause(paused = this.state === "play"): void {
    if (this.state === "stop" || paused === (this.state === "pause")) return;
    this.#turn(paused ? "pause" : "play", this.elapsed);
  }

  stop(): void {
    this.#turn("stop", 0);
  }

  next(): void {
    const { following } = this;
    this.#consume();
    this.#start(following);
  }

  previous(): void {
    this.#start(this.#queue[Math.max(0, this.index - 1)]);
  }

  /** Goes on `seconds` into `entry`. */
  seek(entry: Entry, seconds: number): void {
    this.#entry = entry;
    const state = this.state === "stop" ? "play" : this.state;
    this.#turn(state, Math.max(0, Math.min(seconds, entry.song.duration)));
  }

  /** Puts songs into the queue, at the end or at `position`, and tells their entries. */
  add(songs: Iterable<Song>, position = this.#queue.length): Entry[] {
    const entries = Array.from(songs, (song) => ({ id: this.#nextId(), song }));
    for (const entry of entries) this.#ids.set(entry.id, entry);
    this.#insert(position, entries);
    this.#queueChanged();
    return entries;
  }

  /** Takes entries `start` to `end` out. */
  remove(start: number, end: number): void {
    const playing = this.state !== "stop";
    const gone = this.#queue.splice(start, end - start);
    for (const { id } of gone) this.#ids.delete(id);
    if (this.#entry !== undefined && !this.#ids.has(this.#entry.id)) {
      this.#entry = undefined;
      if (playing) this.#start(this.#queue[start]);
    }
    this.#queueChanged();
  }

  /** Moves entries `start` to `end`, so that the first is then at `to`. */
  move(start: number, end: number, to: number): void {
    this.#insert(to, this.#queue.splice(start, end - start));
    this.#queueChanged();
  }

  /** Exchanges two entries. */
  swap(one: Entry, other: Entry): void {
    const index = this.#queue.indexOf(one);
    this.#queue[this.#queue.indexOf(other)] = one;
    this.#queue[index] = other;
    this.#queueChanged();
  }

  /** Brings entries `start` to `end` into an order that nobody knows beforehand. */
  shuffle(start = 0, end = this.#queue.length): void {
    for (let i = end - 1; i > start; i--) {
      const j = start + Math.floor(Math.random() * (i - start + 1));
      [this.#queue[i], this.#queue[j]] = [this.#queue[j]!, this.#queue[i]!];
    }
    this.#queueChanged();
  }

  /** The song is over. */
  #over(): void {
    const { single, repeat } = this.options;
    if (single && repeat) return this.#start(this.#entry);
    const following = single ? undefined : this.following;
    this.#consume();
    this.#start(following);
  }

  #consume(): void {
    if (!this.options.consume || this.#entry === undefined) return;
    this.#queue.splice(this.index, 1);
    this.#ids.delete(this.#entry.id);
    this.#entry = undefined;
    this.#queueChanged();
  }

  /** Plays `entry` from its beginning; stops if there is none. */
  #start(entry: Entry | undefined): void {
    this.#entry = entry;
    this.#turn(entry === undefined ? "stop" : "play", 0);
  }

  #turn(state: Player["state"], position: number): void {
    this.state = state;
    this.#position = position;
    this.#since = now();
    this.#turned.set();
    this.#changes.tell("player");
  }

  /** Not `splice(position, 0, ...entries)`: a call takes some 100,000 arguments, and throws when given more. */
  #insert(position: number, entries: Entry[]): void {
    const rest = this.#queue.splice(position);
    for (const part of [entries, rest]) for (const entry of part) this.#queue.push(entry);
  }

  /** Clients know numbers up to a limit; so ids are used again after that. */
  #nextId(): number {
    do this.#lastId = this.#lastId % NUMBER + 1; while (this.#ids.has(this.#lastId));
    return this.#lastId;
  }

  #queueChanged(): void {
    this.#version = this.#version % NUMBER + 1;
    this.#changes.tell("playlist");
  }
}

/** Seconds on the clock of the run, which the simulator may have made up. */
function now(): number {
  return current().scheduler.host.now();
}
