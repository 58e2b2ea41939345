/**
 * A simulated world: hosts, links between them, faults, and a history, all on one clock and under one seed.
 *
 * @module
 */

import type { Coroutine } from "../core/mod.ts";
import type { Engine } from "./engine.ts";
import type { FaultCounts } from "./faults/fault_kinds.ts";
import type { PlannedFault } from "./faults/planned_fault.ts";
import type { History } from "./history/history.ts";
import type { HostProgram } from "./hosts.ts";
import type { Check } from "./invariants.ts";
import type { LinkOptions } from "./network/link.ts";
import type { HostState } from "./simulated_host.ts";

/**
 * The world of one simulation, as its program sees it. Each fault is a method, and happens at once. (Their names are
 * those of turmoil, a simulator for Rust.)
 *
 * @example
 * ```ts
 * import * as bluelet from "@x/bluelet";
 * import { simulate } from "@x/bluelet/testing";
 * import { assertEquals } from "@std/assert";
 *
 * await simulate(function* (world) {
 *   world.host("db", () =>
 *     bluelet.server("", 5432, function* (conn) {
 *       yield* conn.sendall("hello\n");
 *     }));
 *   world.refuse("main", "db");
 *   const codes: string[] = [];
 *   for (let i = 0; i < 2; i++) {
 *     try {
 *       using _conn = yield* bluelet.connect("db", 5432);
 *       codes.push("connected");
 *     } catch (error) {
 *       codes.push((error as bluelet.SocketError).code);
 *     }
 *   }
 *   assertEquals(codes, ["ECONNREFUSED", "connected"]);
 *   assertEquals(world.injected.refuse, 1);
 * });
 * ```
 */
export class World {
  readonly #engine: Engine;

  /** @ignore Worlds are made by `simulate`. */
  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** The seed that everything random is drawn from. */
  get seed(): number {
    return this.#engine.seed;
  }

  /** Virtual seconds since the world began. */
  get now(): number {
    return this.#engine.loop.now;
  }

  /** A random number from 0 and less than 1, drawn from the seed. */
  random(): number {
    return this.#engine.random.next();
  }

  /** What has happened so far. */
  get history(): History {
    return this.#engine.journal.history;
  }

  /** How many faults of each kind were injected: those that changed something. */
  get injected(): Readonly<FaultCounts> {
    return this.#engine.chaos.injected;
  }

  /**
   * How often programs have felt each kind of fault: bytes held up by a partition, connections reset, connects
   * refused, reads that had to wait.
   */
  get felt(): Readonly<FaultCounts> {
    return this.#engine.chaos.felt;
  }

  /** The faults, drawn from the seed or planned, that have happened so far. */
  get plan(): readonly PlannedFault[] {
    return this.#engine.agenda.happened;
  }

  /** Starts `program` on a host of its own, which others reach by `name`. If an error ends it, the world fails. */
  host(name: string, program: HostProgram): void {
    this.#engine.hosts.add(name, program);
  }

  /** What the program of the host called `name` is doing. */
  state(name: string): HostState {
    return this.#engine.hosts.get(name).state;
  }

  /** Sets how bytes travel between two hosts, both ways; `"*"` stands for every host. */
  link(a: string, b: string, options: LinkOptions): void {
    this.#engine.links.set(a, b, options);
  }

  /**
   * Cuts two hosts off from each other: nothing gets through until `repair`, connects time out, and connections break
   * after the seconds of the option `patience`. With `oneWay`, only what `a` sends to `b` is stopped. `"*"` stands for
   * every other host.
   */
  partition(a: string, b: string, options: { oneWay?: boolean } = {}): void {
    this.#engine.chaos.partition(a, b, options.oneWay ?? false);
  }

  /** Ends partitions: between two hosts, between one host and all others, or, without names, all of them. */
  repair(a = "*", b = "*"): void {
    this.#engine.chaos.repair(a, b);
  }

  /** Holds back everything between two hosts until `release`; nothing times out meanwhile. */
  hold(a: string, b: string): void {
    this.#engine.chaos.hold(a, b);
  }

  /** Lets through what was held back. */
  release(a = "*", b = "*"): void {
    this.#engine.chaos.release(a, b);
  }

  /** Breaks every connection between two hosts: both ends see `ECONNRESET`. */
  reset(a: string, b: string): void {
    this.#engine.chaos.reset(a, b);
  }

  /** Refuses the next `times` connects from `a` to `b`: `ECONNREFUSED`. */
  refuse(a: string, b: string, times = 1): void {
    this.#engine.chaos.refuse(a, b, times);
  }

  /** Leaves the next `times` connects from `a` to `b` without an answer: `ETIMEDOUT`. */
  timeOut(a: string, b: string, times = 1): void {
    this.#engine.chaos.timeOut(a, b, times);
  }

  /** Ends a host's threads at once, without clean-up, and resets its connections. */
  crash(name: string): void {
    this.#engine.chaos.crash(name);
  }

  /** Starts a host's program again, after crashing it if it still runs. */
  restart(name: string): void {
    this.#engine.chaos.restart(name);
  }

  /** Stops a host from reading, until `recover`: the writes of its peers wait, once the window is full. */
  stall(name: string): void {
    this.#engine.chaos.stall(name);
  }

  /** Limits how many bytes a second a host reads from each connection, until `recover`. */
  slow(name: string, bytesPerSecond: number): void {
    this.#engine.chaos.slow(name, bytesPerSecond);
  }

  /** Lets a stalled or slow host read as fast as before. */
  recover(name: string): void {
    this.#engine.chaos.recover(name);
  }

  /** Checks after every step of a thread that `check` does not return `false` or throw; otherwise, the world fails. */
  always(check: Check, name = check.name || "An invariant"): void {
    this.#engine.invariants.always(check, name);
  }

  /**
   * Checks that `check` comes true within so many virtual seconds. Until then the world goes on, even if its program
   * has ended.
   */
  eventually(check: Check, within: number, name = check.name || "What was hoped for"): void {
    this.#engine.invariants.eventually(check, within, name);
  }

  /** Writes a line into the history. */
  note(text: string): void {
    this.#engine.journal.note(text);
  }
}

/** The program of a simulation: a coroutine, or a function that is given the world and returns one. */
export type Program<T> = Coroutine<T> | ((world: World) => Coroutine<T>);
