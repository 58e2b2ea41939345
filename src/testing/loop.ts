/**
 * The loop that drives a simulated world: a virtual clock, the tasks of this instant, and an agenda of later ones.
 * Everything that happens in a world happens in this loop, in an order that depends on the seed alone. The
 * platform's own timers and promises have no part in it.
 *
 * @module
 */

import { RunQueue, TimerHeap } from "../core/internal.ts";
import { Timer } from "../core/mod.ts";

/** After how many steps at one instant the clock moves all the same, and by how many seconds. */
const STEPS_PER_TICK = 1_000, TICK = 0.001;

/** A task that is due at a time. */
class ScheduledTask extends Timer {
  override readonly fire: () => void;

  constructor(fire: () => void) {
    super();
    this.fire = fire;
  }
}

/**
 * Why {@linkcode Loop.pump} returned: it was stopped, nothing is left to do, or code outside the world should run
 * before the clock moves.
 */
export type Pause = "stopped" | "empty" | "outside";

/** The clock, the tasks and the agenda of one world. */
export class Loop {
  /** Seconds since the world began. */
  now = 0;
  /** Whether the loop must not go on. */
  stopped = false;
  /** Whether to pause before each move of the clock, so that code outside the world can run. */
  pausesForOutside = false;
  /** When the world must have ended. */
  end = Infinity;
  /** Called instead of moving the clock past the end. */
  onOverdue: () => void = () => {};
  /** Called when code outside the world adds a task, while the loop is paused. */
  onWoken: () => void = () => {};

  readonly #tasks = new RunQueue<() => void>();
  readonly #agenda = new TimerHeap();
  /** Faults have an agenda of their own: each comes before any task that is due at the same time. */
  readonly #faults = new TimerHeap();
  /** How many of them the world waits for, even if nothing else is left to do. */
  #awaited = 0;
  readonly #pick: (count: number) => number;
  /** Steps of threads since the clock last moved. */
  #stepsHere = 0;
  /** Whether {@linkcode pump} is running. */
  #pumping = false;

  /** Makes a loop in which `pick` chooses which of so many tasks is next. */
  constructor(pick: (count: number) => number) {
    this.#pick = pick;
  }

  /** Does `task` at this instant, after the tasks that were added before. */
  soon(task: () => void): void {
    this.#tasks.push(task);
    if (!this.#pumping) this.onWoken();
  }

  /** Does `task` in so many seconds. The function that this returns takes it off the agenda. */
  in(seconds: number, task: () => void): () => void {
    if (seconds === Infinity) return () => {};
    if (seconds === 0) {
      // After the tasks of this instant: otherwise a link without latency would overtake the threads.
      let wanted = true;
      this.soon(() => wanted && task());
      return () => wanted = false;
    }
    const scheduled = new ScheduledTask(task);
    this.#agenda.add(scheduled, this.now + seconds);
    return () => this.#agenda.remove(scheduled);
  }

  /** Does `fault` at a time. If nothing else is left to do, the world waits for it only if it is `awaited`. */
  faultAt(time: number, fault: () => void, awaited: boolean): void {
    if (awaited) this.#awaited++;
    const scheduled = new ScheduledTask(() => {
      if (awaited) this.#awaited--;
      fault();
    });
    this.#faults.add(scheduled, Math.max(time, this.now));
  }

  /** Takes every fault off the agenda. */
  dropFaults(): void {
    while (this.#faults.shift() !== undefined);
    this.#awaited = 0;
  }

  /** Counts a step of a thread: time must pass even if no thread ever waits. */
  stepped(): void {
    if (++this.#stepsHere < STEPS_PER_TICK) return;
    this.#stepsHere = 0;
    this.now += TICK;
    if (this.now > this.end) this.onOverdue();
  }

  /**
   * Runs the world until there is a reason to pause. `outsideRan` says whether code outside the world has run since
   * the last pause, so that the clock may move.
   */
  pump(outsideRan: boolean): Pause {
    const tasks = this.#tasks;
    this.#pumping = true;
    try {
      while (!this.stopped) {
        const due = this.#due();
        if (due.size > 0 && due.next <= this.now) {
          due.shift()!.fire();
          outsideRan = false;
        } else if (tasks.size > 0) {
          if (tasks.size > 1) tasks.promote(this.#pick(tasks.size));
          tasks.shift()!();
          outsideRan = false;
        } else {
          if (due.size === 0 || (this.#awaited === 0 && this.#agenda.size === 0)) {
            return this.pausesForOutside && !outsideRan ? "outside" : "empty";
          }
          if (this.pausesForOutside && !outsideRan) return "outside";
          if (due.next > this.end) {
            this.onOverdue();
            continue;
          }
          this.now = due.next;
          this.#stepsHere = 0;
          due.shift()!.fire();
          outsideRan = false;
        }
      }
      return "stopped";
    } finally {
      this.#pumping = false;
    }
  }

  /** The agenda with the earliest task, or fault. */
  #due(): TimerHeap {
    return this.#faults.size > 0 && this.#faults.next <= this.#agenda.next ? this.#faults : this.#agenda;
  }
}
