/**
 * The loop that drives a simulated world: a virtual clock, the tasks to do at this instant, and an agenda
 * of what comes later. Everything that happens in a world happens in here, in an order that depends on the
 * seed alone; the platform's own timers and promises take no part.
 *
 * @module
 */

import { RunQueue } from "../core/run_queue.ts";
import { Timer, TimerHeap } from "../core/timers.ts";

/** After so many steps at one instant, the clock moves on all the same, by so many seconds. */
const STEPS_PER_TICK = 1_000, TICK = 0.001;

/** Something to do at a time. */
class Entry extends Timer {
  constructor(override readonly fire: () => void) {
    super();
  }
}

/** Why {@linkcode Loop.pump} returned. */
export type Pause = "stopped" | "empty" | "breath";

/** The clock, the tasks and the agenda of one world. */
export class Loop {
  /** Seconds since the world began. */
  now = 0;
  /** Whether the loop is running the world at this moment. */
  pumping = false;
  /** Whether the loop must not go on. */
  stopped = false;
  /** Whether to return before each move of the clock, so that the real world can take its part. */
  breathes = false;
  /** When the world must have ended. */
  end = Infinity;
  /** Called instead of moving the clock past the end. */
  onOverdue: () => void = () => {};

  readonly #tasks = new RunQueue<() => void>();
  readonly #agenda = new TimerHeap();
  /** Faults come before anything else that is due at the same time, whenever they were planned. */
  readonly #faults = new TimerHeap();
  /** How many faults are worth waiting for when nothing else is left. */
  #awaited = 0;
  readonly #pick: (count: number) => number;
  #stepsHere = 0;

  /** Makes a loop in which `pick` chooses which of so many tasks is next. */
  constructor(pick: (count: number) => number) {
    this.#pick = pick;
  }

  /** Does `task` at this instant, after what is to be done already. */
  soon(task: () => void): void {
    this.#tasks.push(task);
  }

  /** Does `task` in so many seconds. What this returns takes it off the agenda again. */
  in(seconds: number, task: () => void): () => void {
    if (seconds === Infinity) return () => {};
    if (seconds === 0) {
      // What is to be done already comes first, or a link without latency would outrun the threads.
      let wanted = true;
      this.soon(() => wanted && task());
      return () => wanted = false;
    }
    const entry = new Entry(task);
    this.#agenda.add(entry, this.now + seconds);
    return () => this.#agenda.remove(entry);
  }

  /** Does `fault` at a time; the world waits for it only if it is `awaited`. */
  faultAt(time: number, fault: () => void, awaited: boolean): void {
    if (awaited) this.#awaited++;
    const entry = new Entry(() => {
      if (awaited) this.#awaited--;
      fault();
    });
    this.#faults.add(entry, Math.max(time, this.now));
  }

  /** Forgets every fault to come. */
  calm(): void {
    while (this.#faults.shift() !== undefined);
    this.#awaited = 0;
  }

  /** A thread made a step: under threads that never wait, time must pass too. */
  stepped(): void {
    if (++this.#stepsHere < STEPS_PER_TICK) return;
    this.#stepsHere = 0;
    this.now += TICK;
    if (this.now > this.end) this.onOverdue();
  }

  /** Runs the world until it is stopped, has nothing left to do, or should take a breath and has not. */
  pump(breathed: boolean): Pause {
    const tasks = this.#tasks;
    this.pumping = true;
    try {
      while (!this.stopped) {
        const due = this.#due();
        if (due.size > 0 && due.next <= this.now) {
          due.shift()!.fire();
        } else if (tasks.size > 0) {
          if (tasks.size > 1) tasks.promote(this.#pick(tasks.size));
          tasks.shift()!();
          breathed = false;
        } else {
          if (due.size === 0 || (this.#awaited === 0 && this.#agenda.size === 0)) return "empty";
          if (this.breathes && !breathed) return "breath";
          if (due.next > this.end) {
            this.onOverdue();
            continue;
          }
          this.now = due.next;
          this.#stepsHere = 0;
          due.shift()!.fire();
        }
      }
      return "stopped";
    } finally {
      this.pumping = false;
    }
  }

  /** Where the next thing to do is. */
  #due(): TimerHeap {
    return this.#faults.size > 0 && this.#faults.next <= this.#agenda.next ? this.#faults : this.#agenda;
  }
}
