/**
 * One run of a program in a simulated world, from its start to the clean-up of its last thread.
 *
 * @module
 */

import { PromiseEvent, SuspendEvent } from "../core/internal.ts";
import { DeadlockError } from "../core/mod.ts";
import { Engine } from "./engine.ts";
import { guard } from "./guard.ts";
import type { Pause } from "./loop.ts";
import type { SimulateOptions } from "./options.ts";
import { type Program, World } from "./world.ts";

/** What `Date` says when a world begins, unless an option says otherwise. */
const EPOCH = Date.UTC(2000, 0, 1);

/** One run of a program in a world. */
export class Simulation<T> {
  readonly engine: Engine;
  readonly world: World;
  readonly #program: Program<T>;

  constructor(program: Program<T>, options: SimulateOptions) {
    this.engine = new Engine(options);
    this.world = new World(this.engine);
    this.#program = program;
  }

  /** Runs the program to its end, and lets every thread clean up. */
  async run(): Promise<T> {
    const { engine } = this;
    const program = this.#program;
    const main = engine.startMain(() => typeof program === "function" ? program(this.world) : program);
    await this.#drive();
    engine.close();
    await this.#drive();
    for (const host of engine.hosts.all) if (host.network !== null) host.crash();
    if (engine.failure !== null) throw engine.failure.error;
    return await main.incarnation!.finished as T;
  }

  /** Runs the world until it is stopped, and code outside the world whenever the loop pauses for it. */
  async #drive(): Promise<void> {
    const { engine } = this;
    let outsideRan = false;
    for (;;) {
      const pause = this.#pump(outsideRan);
      if (pause === "stopped") return;
      if (pause === "outside") {
        await macrotask();
        outsideRan = true;
      } else if (this.#waitsForOutside()) {
        await this.#woken();
        outsideRan = true;
      } else {
        if (engine.closing) return;
        if (!engine.invariants.failPending()) engine.fail(this.#deadlock());
      }
    }
  }

  #pump(outsideRan: boolean): Pause {
    const { loop, random, settings } = this.engine;
    const epoch = settings.epoch?.getTime() ?? EPOCH;
    const restore = guard({
      date: () => Math.floor(epoch + loop.now * 1_000),
      elapsed: () => loop.now * 1_000,
      random: () => random.next(),
    }, settings.outside !== "allow");
    try {
      return loop.pump(outsideRan);
    } finally {
      restore();
    }
  }

  /** Whether a thread waits for something that only code outside the world can bring about. */
  #waitsForOutside(): boolean {
    if (this.engine.settings.outside !== "allow") return false;
    for (const { incarnation } of this.engine.hosts.all) {
      if (!incarnation?.alive) continue;
      for (const { event } of incarnation.scheduler.threads) {
        if (event instanceof PromiseEvent || (event instanceof SuspendEvent && event.outside)) return true;
      }
    }
    return false;
  }

  /** Waits until code outside the world gives it something to do. */
  #woken(): Promise<void> {
    const { loop } = this.engine;
    return new Promise((resolve) => {
      loop.onWoken = () => {
        loop.onWoken = () => {};
        resolve();
      };
    });
  }

  #deadlock(): DeadlockError {
    return new DeadlockError(
      `Nothing can ever happen in this world again: nobody sleeps, nothing is on its way, and yet there are ` +
        `threads. (What the real world would do, as calling back, it only does under { outside: "allow" }.)\n` +
        this.engine.hosts.dump(),
    );
  }
}

/** Lets code outside the world run. */
function macrotask(): Promise<void> {
  const { setImmediate: soon = setTimeout } = globalThis as { setImmediate?: (task: () => void) => void };
  return new Promise((resolve) => void soon(() => resolve()));
}
