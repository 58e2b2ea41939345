/**
 * Running a program in a simulated world.
 *
 * @module
 */

import { DeadlockError, PromiseEvent, SuspendEvent } from "../core/mod.ts";
import { isCoroutine } from "../core/coroutine.ts";
import { Engine } from "./engine.ts";
import { guard } from "./guard.ts";
import type { SimulateOptions } from "./options.ts";
import { type Program, World } from "./world.ts";

/** What `Date` says when a world begins, unless told otherwise. */
const EPOCH = Date.UTC(2000, 0, 1);

/**
 * Runs a program in a world of its own: its clock is virtual, so that `sleep(3600)` takes no time, its network
 * is in memory, and all that is left to chance is drawn from the seed. Resolves with the program's value when
 * its threads have ended; the other hosts' threads are then killed.
 *
 * Rejects with what ended the program or another host, with `InvariantError` if a check of the world failed,
 * with `DeadlockError` if nothing is left that could ever happen, with `NondeterminismError` if the real
 * world interfered.
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { simulate } from "@x/bluelet/testing";
 * import { assertEquals } from "@std/assert";
 *
 * const hours = await simulate(function* (world) {
 *   yield* bluelet.sleep(7200);
 *   return world.now / 3600;
 * });
 * assertEquals(hours, 2);
 * ```
 */
export async function simulate<T>(program: Program<T>, options: SimulateOptions = {}): Promise<T> {
  if (typeof program !== "function" && !isCoroutine(program)) {
    throw new TypeError(
      "simulate() takes a coroutine, or a function that is given the world and returns one.",
    );
  }
  return await new Simulation(program, options).run();
}

/** One run of a program in a world. */
export class Simulation<T> {
  readonly engine: Engine;
  readonly world: World;
  readonly #program: Program<T>;

  /** @ignore */
  constructor(program: Program<T>, options: SimulateOptions) {
    this.engine = new Engine(options);
    this.world = new World(this.engine);
    this.#program = program;
  }

  /** Runs it to its end. */
  async run(): Promise<T> {
    const { engine } = this;
    const program = this.#program;
    const main = engine.startMain(() => typeof program === "function" ? program(this.world) : program);
    await this.#drive();
    engine.close();
    await this.#drive();
    for (const machine of engine.machines.values()) if (machine.network !== null) machine.crash();
    if (engine.failure !== null) throw engine.failure.error;
    return await main.life!.finished as T;
  }

  async #drive(): Promise<void> {
    const { engine } = this;
    let breathed = false;
    for (;;) {
      const pause = this.#pump(breathed);
      if (pause === "stopped") return;
      if (pause === "breath") {
        await macrotask();
        breathed = true;
      } else if (this.#expectsTheOutside()) {
        await this.#arrival();
        breathed = true;
      } else {
        if (engine.closing) return;
        if (!engine.invariants.noHope()) engine.fail(this.#deadlock());
      }
    }
  }

  #pump(breathed: boolean): "stopped" | "empty" | "breath" {
    const { engine } = this;
    const { loop, settings } = engine;
    const epoch = settings.epoch?.getTime() ?? EPOCH;
    const unguard = guard({
      date: () => Math.floor(epoch + loop.now * 1_000),
      elapsed: () => loop.now * 1_000,
      random: () => engine.random.next(),
    }, settings.outside !== "allow");
    try {
      return loop.pump(breathed);
    } finally {
      unguard();
    }
  }

  /** Whether a thread waits for something that is no part of the world. */
  #expectsTheOutside(): boolean {
    if (!this.engine.loop.breathes) return false;
    for (const { life } of this.engine.machines.values()) {
      if (!life?.alive) continue;
      for (const { event } of life.scheduler.threads) {
        if (event instanceof PromiseEvent || (event instanceof SuspendEvent && event.outside)) return true;
      }
    }
    return false;
  }

  #arrival(): Promise<void> {
    return new Promise((resolve) => {
      this.engine.onWoken = () => {
        this.engine.onWoken = () => {};
        resolve();
      };
    });
  }

  #deadlock(): DeadlockError {
    return new DeadlockError(
      `Nothing can ever happen in this world again: nobody sleeps, nothing is on its way, and yet there are ` +
        `threads. (What the real world would do, as calling back, it only does under { outside: "allow" }.)\n` +
        this.engine.dump(),
    );
  }
}

/** Lets the real world have a turn. */
function macrotask(): Promise<void> {
  const { setImmediate: soon = setTimeout } = globalThis as { setImmediate?: (task: () => void) => void };
  return new Promise((resolve) => void soon(() => resolve()));
}
