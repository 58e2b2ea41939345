/**
 * What makes a world go: it owns the loop, the hosts and their links, hears of every step, and knows when
 * the world has come to its end.
 *
 * @module
 */

import type { Coroutine, SchedulerOptions, Thread } from "../core/mod.ts";
import { functionName, isCoroutine } from "../core/coroutine.ts";
import { Chaos, type Terrain } from "./faults/chaos.ts";
import { NondeterminismError, SimulationLimitError } from "./errors.ts";
import { Invariants } from "./invariants.ts";
import { Journal } from "./history/journal.ts";
import { Link, type LinkOptions } from "./network/link.ts";
import { Loop } from "./loop.ts";
import { Life, Machine, type Witness } from "./simulated_host.ts";
import type { Directory, SimulatedNetwork } from "./network/simulated_network.ts";
import type { SimulateOptions } from "./options.ts";
import { Random } from "./random.ts";
import { Schedule } from "./schedule.ts";
import type { Site } from "./network/host_view.ts";

/** The name of the host that a simulation's own coroutine runs on. */
export const MAIN = "main";

const MOST_STEPS = 10_000_000, MOST_CLOSING_STEPS = 100_000;

/** Runs one world. */
export class Engine implements Witness, Directory, Terrain {
  readonly seed: number;
  readonly settings: SimulateOptions;
  readonly schedule: Schedule;
  readonly loop: Loop;
  readonly journal: Journal;
  readonly random: Random;
  readonly invariants: Invariants;
  readonly faults: Chaos;
  readonly connectTimeout: number;
  readonly options: Pick<SchedulerOptions, "grace" | "pick">;
  readonly machines: Map<string, Machine> = new Map<string, Machine>();
  /** What the world failed with. */
  failure: { error: unknown } | null = null;
  /** Told when something outside the world woke it. */
  onWoken: () => void = () => {};
  /** Steps that threads have made. */
  steps = 0;
  #mostSteps: number;
  readonly #links = new Map<string, Link>();
  readonly #linkRules: { a: string; b: string; options: LinkOptions }[] = [];
  #mainEnded = false;
  /** The world is over, and every host is to end. */
  closing = false;

  constructor(options: SimulateOptions) {
    const { seed = 0, shuffle = false, switches, grace, connectTimeout = 10, maxTime = Infinity } = options;
    if (!Number.isSafeInteger(seed)) throw new RangeError(`The seed is a whole number; got ${seed}.`);
    this.seed = seed;
    this.settings = options;
    this.connectTimeout = connectTimeout;
    this.#mostSteps = options.maxSteps ?? MOST_STEPS;
    this.schedule = new Schedule(shuffle ? seed : null, switches);
    this.loop = new Loop(this.schedule.pick);
    this.loop.breathes = options.outside === "allow";
    this.loop.end = maxTime;
    this.loop.onOverdue = () =>
      this.fail(new SimulationLimitError(`Still running after ${maxTime} virtual seconds, its maxTime.`));
    this.journal = new Journal(this.loop, options.history);
    this.random = new Random(seed, "program");
    this.invariants = new Invariants(this.loop, (error) => this.fail(error));
    this.faults = new Chaos(this);
    this.options = { ...(shuffle && { pick: this.schedule.pick }), ...(grace !== undefined && { grace }) };
  }

  // ---- hosts and links ----

  addHost(name: string, program: Coroutine<unknown> | (() => Coroutine<unknown>)): Machine {
    if (typeof name !== "string" || name === "" || name === "*") {
      throw new TypeError(`A host needs a name, other than "*"; got ${JSON.stringify(name)}.`);
    }
    if (this.machines.has(name)) throw new TypeError(`There is a host called "${name}" already.`);
    const machine = new Machine(name, typeof program === "function" ? program : once(name, program));
    this.machines.set(name, machine);
    this.boot(machine);
    return machine;
  }

  /** Starts the simulation's own coroutine, which `makeProgram` makes. */
  startMain(makeProgram: () => Coroutine<unknown>): Machine {
    const machine = new Machine(MAIN, makeProgram, true);
    this.machines.set(MAIN, machine);
    this.loop.soon(() => {
      try {
        this.boot(machine);
        this.faults.prepare(this.settings.plan, this.settings.faults, this.seed);
      } catch (error) {
        this.fail(error);
      }
    });
    return machine;
  }

  boot(machine: Machine): void {
    const { name } = machine;
    const coroutine = machine.program();
    if (!isCoroutine(coroutine)) {
      throw new TypeError(`The program of host "${name}" is no generator function: write function*.`);
    }
    machine.life = new Life(this.#site(machine), this, this);
    machine.state = "running";
    machine.life.start(coroutine, functionName(coroutine) || name);
  }

  machine(name: string): Machine {
    const machine = this.machines.get(name);
    if (machine !== undefined) return machine;
    throw new TypeError(
      `There is no host called "${name}" in this world: ${[...this.machines.keys()].join(", ")}.`,
    );
  }

  network(name: string): SimulatedNetwork | null | undefined {
    return this.machines.get(name)?.network;
  }

  link(from: string, to: string): Link {
    const key = `${from}\n${to}`;
    let link = this.#links.get(key);
    if (link === undefined) {
      const { link: options = {}, patience = 30 } = this.settings;
      link = new Link(this.loop, this.seed, from, to, options, patience, (why) => this.faults.felt[why]++);
      for (const rule of this.#linkRules) if (applies(rule, link)) link.set(rule.options);
      this.#links.set(key, link);
    }
    return link;
  }

  setLinks(a: string, b: string, options: LinkOptions): void {
    const rule = { a, b, options };
    this.#linkRules.push(rule);
    for (const link of this.#links.values()) if (applies(rule, link)) link.set(options);
  }

  #site(machine: Machine): Site {
    const { name } = machine;
    const { loop, journal } = this;
    return {
      name,
      loop,
      get pace() {
        return machine.pace;
      },
      linkTo: (other) => this.link(name, other),
      linkFrom: (other) => this.link(other, name),
      record: (kind, text, message) => journal.record(kind, name, text, message),
      nextMessage: () => ++journal.messages,
      feel: (kind) => void this.faults.felt[kind]++,
    };
  }

  // ---- what happens ----

  running(life: Life, thread: Thread): void {
    if (++this.steps > this.#mostSteps) this.#tooLong();
    this.loop.stepped();
    this.journal.running(life.site.name, thread);
  }

  yielded(_life: Life, thread: Thread, value: unknown): void {
    this.journal.yielded(thread, value);
  }

  ran(_life: Life, thread: Thread): void {
    this.journal.ran(thread);
    if (!this.closing) this.invariants.check();
    if (this.#mainEnded && !this.closing && !this.invariants.pending) this.loop.stopped = true;
  }

  woken(): void {
    if (!this.loop.pumping) this.onWoken();
  }

  promised(): void {
    if (this.settings.outside === "allow") return;
    throw new NondeterminismError(
      "A simulated thread waits for a real promise, which settles when the real world likes: use threads and " +
        `channels instead, or pass { outside: "allow" } to simulate().`,
    );
  }

  ended(life: Life, errors: readonly unknown[]): void {
    const machine = this.machines.get(life.site.name)!;
    machine.state = "ended";
    if (machine.main) {
      this.#mainEnded = true;
      if (errors.length > 0) this.journal.fail(errors[0]);
      if (errors.length > 0 || !this.invariants.pending) this.loop.stopped = true;
    } else if (errors.length > 0) {
      this.fail(
        errors.length === 1 ? errors[0] : new AggregateError(errors, `Host "${machine.name}" failed`),
      );
    }
    if (this.closing && !this.alive) this.loop.stopped = true;
  }

  /** Ends the world with an error, unless it has failed before. */
  fail(error: unknown): void {
    this.loop.stopped = true;
    if (this.failure !== null) return;
    this.failure = { error };
    this.journal.fail(error);
  }

  recordFault(text: string): void {
    this.journal.record("fault", "", text);
  }

  note(text: string): void {
    this.journal.note(text);
  }

  // ---- the end ----

  /** Whether any host has threads. */
  get alive(): boolean {
    for (const { network } of this.machines.values()) if (network !== null) return true;
    return false;
  }

  /** The threads of every host, a line each. */
  dump(): string {
    const dumps: string[] = [];
    for (const { name, life } of this.machines.values()) {
      if (life?.alive) dumps.push(`host "${name}":\n${life.scheduler.dump()}`);
    }
    return dumps.join("\n");
  }

  /** Kills every thread, so that each can clean up; what follows is no part of the history. */
  close(): void {
    this.closing = true;
    this.journal.history.closed = true;
    this.faults.repair("*", "*");
    this.loop.calm();
    this.loop.end = Infinity;
    this.loop.stopped = !this.alive;
    this.#mostSteps = this.steps + MOST_CLOSING_STEPS;
    for (const { life } of this.machines.values()) {
      if (!life?.alive) continue;
      for (const thread of life.scheduler.threads) thread.kill("the simulation is over");
    }
  }

  #tooLong(): void {
    if (this.closing) {
      for (const machine of this.machines.values()) machine.crash();
      this.loop.stopped = true;
    } else {
      this.fail(new SimulationLimitError(`Still running after ${this.#mostSteps} steps, its maxSteps.`));
    }
  }
}

function applies({ a, b }: { a: string; b: string }, { from, to }: Link): boolean {
  const fits = (pattern: string, name: string) => pattern === "*" || pattern === name;
  return (fits(a, from) && fits(b, to)) || (fits(a, to) && fits(b, from));
}

function once(name: string, coroutine: Coroutine<unknown>): () => Coroutine<unknown> {
  let started = false;
  return () => {
    if (started) {
      throw new TypeError(
        `Host "${name}" was given a coroutine, which runs once: give it a function*, to restart it.`,
      );
    }
    started = true;
    return coroutine;
  };
}
