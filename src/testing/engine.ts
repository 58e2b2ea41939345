/**
 * The engine makes a world go: it puts the world's parts together, counts steps, and decides when the world has come
 * to its end or has failed.
 *
 * @module
 */

import type { Coroutine } from "../core/mod.ts";
import { SimulationLimitError } from "./errors.ts";
import { Chaos } from "./faults/chaos.ts";
import { FaultAgenda } from "./faults/fault_agenda.ts";
import { noFaults } from "./faults/fault_kinds.ts";
import { Journal } from "./history/journal.ts";
import { Hosts } from "./hosts.ts";
import { Invariants } from "./invariants.ts";
import { Loop } from "./loop.ts";
import { Links } from "./network/links.ts";
import type { SimulateOptions } from "./options.ts";
import { Random } from "./random.ts";
import { Schedule } from "./schedule.ts";
import type { SimulatedHost } from "./simulated_host.ts";

/** How many steps threads may make, unless an option says otherwise; and how many more for their clean-up. */
const MOST_STEPS = 10_000_000, MOST_CLEANUP_STEPS = 100_000;

/** Runs one world. */
export class Engine {
  readonly seed: number;
  readonly settings: SimulateOptions;
  readonly schedule: Schedule;
  readonly loop: Loop;
  readonly journal: Journal;
  /** The random numbers of the programs. */
  readonly random: Random;
  readonly invariants: Invariants;
  readonly links: Links;
  readonly hosts: Hosts;
  readonly chaos: Chaos;
  readonly agenda: FaultAgenda;
  /** What the world failed with. */
  failure: { error: unknown } | null = null;
  /** How many steps threads have made. */
  steps = 0;
  #mostSteps: number;
  /** Whether the world is over, and its threads only clean up. */
  closing = false;
  /** Whether the main program and its threads have ended. */
  #mainEnded = false;

  constructor(options: SimulateOptions) {
    const { seed = 0, shuffle = false, switches, grace, maxSteps = MOST_STEPS, maxTime = Infinity } = options;
    if (!Number.isSafeInteger(seed)) throw new RangeError(`The seed is a whole number; got ${seed}.`);
    this.seed = seed;
    this.settings = options;
    this.#mostSteps = maxSteps;
    this.schedule = new Schedule(shuffle ? seed : null, switches);
    const loop = this.loop = new Loop(this.schedule.pick);
    loop.pausesForOutside = options.outside === "allow";
    loop.end = maxTime;
    loop.onOverdue = () =>
      this.fail(new SimulationLimitError(`Still running after ${maxTime} virtual seconds, its maxTime.`));
    const journal = this.journal = new Journal(loop, options.history);
    this.random = new Random(seed, "program");
    this.invariants = new Invariants(loop, (error) => this.fail(error));
    const felt = noFaults();
    this.links = new Links(options.link ?? {}, { loop, seed, patience: options.patience ?? 30, felt });
    this.hosts = new Hosts({
      loop,
      journal,
      links: this.links,
      felt,
      connectTimeout: options.connectTimeout ?? 10,
      scheduling: { ...(shuffle && { pick: this.schedule.pick }), ...(grace !== undefined && { grace }) },
      allowPromises: options.outside === "allow",
      beforeStep: () => this.#beforeStep(),
      afterStep: () => this.#afterStep(),
      onEnd: (host, errors) => this.#hostEnded(host, errors),
    });
    this.chaos = new Chaos(this.hosts, this.links, journal, felt);
    this.agenda = new FaultAgenda(loop, this.hosts, this.chaos);
  }

  /** Adds the main host; the loop will boot it first of all, with the coroutine that `program` makes. */
  startMain(program: () => Coroutine<unknown>): SimulatedHost {
    const main = this.hosts.addMain(program);
    this.loop.soon(() => {
      const { plan, faults } = this.settings;
      try {
        this.hosts.boot(main);
        if (plan !== undefined) this.agenda.plan(plan);
        else if (faults !== undefined) this.agenda.draw(faults, this.seed);
      } catch (error) {
        this.fail(error);
      }
    });
    return main;
  }

  // ---- steps ----

  #beforeStep(): void {
    if (++this.steps > this.#mostSteps) this.#tooManySteps();
    this.loop.stepped();
  }

  #afterStep(): void {
    if (this.closing) return;
    this.invariants.check();
    if (this.#mainEnded && !this.invariants.pending) this.loop.stopped = true;
  }

  #tooManySteps(): void {
    if (this.closing) {
      for (const host of this.hosts.all) host.crash();
      this.loop.stopped = true;
    } else {
      this.fail(new SimulationLimitError(`Still running after ${this.#mostSteps} steps, its maxSteps.`));
    }
  }

  // ---- failure and end ----

  /** Ends the world with an error, unless it has failed before. */
  fail(error: unknown): void {
    this.loop.stopped = true;
    if (this.failure !== null) return;
    this.failure = { error };
    this.journal.fail(error);
  }

  #hostEnded(host: SimulatedHost, errors: readonly unknown[]): void {
    if (host.isMain) {
      this.#mainEnded = true;
      if (errors.length > 0) this.journal.fail(errors[0]);
      if (errors.length > 0 || !this.invariants.pending) this.loop.stopped = true;
    } else if (errors.length > 0) {
      this.fail(errors.length === 1 ? errors[0] : new AggregateError(errors, `Host "${host.name}" failed`));
    }
    if (this.closing && !this.hosts.anyAlive) this.loop.stopped = true;
  }

  /** Kills every thread, so that each can clean up; what follows is no part of the history. */
  close(): void {
    this.closing = true;
    this.journal.history.closed = true;
    this.chaos.repair("*", "*");
    this.loop.dropFaults();
    this.loop.end = Infinity;
    this.loop.stopped = !this.hosts.anyAlive;
    this.#mostSteps = this.steps + MOST_CLEANUP_STEPS;
    this.hosts.killAll("the simulation is over");
  }
}
